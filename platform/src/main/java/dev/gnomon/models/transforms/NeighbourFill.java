package dev.gnomon.models.transforms;

import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// k-nearest-neighbour imputation (Troyanskaya et al.: Missing value estimation methods for DNA
/// microarrays, 2001): a missing value becomes the mean of that column in the k nearest reference
/// rows that have it.
///
/// The distance is Euclidean over the columns both rows have, in units of each column's standard
/// deviation, its square scaled up by all columns over those. A row with no column in common with
/// any reference gets the mean. Of equally near references the first ones count. The references are
/// training rows, at most 1,000 of them: every decision searches them.
///
/// @param targets which columns are filled; the others only measure distance
/// @param columns by which distance is measured
/// @param scales their standard deviations
/// @param references rows of `columns`, in the units of the data, NaN where missing
/// @param means per target, for rows without neighbours
record NeighbourFill(
    int width,
    int[] targets,
    int[] columns,
    double[] scales,
    double[][] references,
    double[] means,
    int neighbours)
    implements MatrixStep {
  static final String KIND = "neighbour-fill";
  static final int MOST = 1_000;

  @Override
  public List<Input> outputs(List<Input> inputs) {
    MatrixStep.within(columns, inputs.size());
    MatrixStep.within(targets, inputs.size());
    return inputs;
  }

  /// Distances, then the filled values, which must not serve as evidence for each other.
  @Override
  public int spare() {
    return references.length + targets.length;
  }

  @Override
  public void apply(double[] row) {
    boolean missing = false;
    for (int target : targets) {
      missing |= Double.isNaN(row[target]);
    }
    if (!missing) {
      return;
    }
    for (int r = 0; r < references.length; r++) {
      row[width + r] = distance(row, references[r]);
    }
    int filled = width + references.length;
    for (int t = 0; t < targets.length; t++) {
      row[filled + t] =
          Double.isNaN(row[targets[t]]) ? fill(row, targets[t], means[t]) : row[targets[t]];
    }
    for (int t = 0; t < targets.length; t++) {
      row[targets[t]] = row[filled + t];
    }
  }

  private double distance(double[] row, double[] reference) {
    double sum = 0;
    int shared = 0;
    for (int i = 0; i < columns.length; i++) {
      double difference = (row[columns[i]] - reference[i]) / scales[i];
      if (!Double.isNaN(difference)) {
        sum += difference * difference;
        shared++;
      }
    }
    return shared == 0 ? Double.NaN : sum * columns.length / shared;
  }

  /// The k nearest by repeatedly looking for the next one: k is small, and nothing is allocated.
  private double fill(double[] row, int target, double mean) {
    int column = Arrays.binarySearch(columns, target);
    double sum = 0;
    int found = 0;
    double from = Double.NEGATIVE_INFINITY;
    int after = -1;
    while (found < neighbours) {
      int nearest = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int r = 0; r < references.length; r++) {
        double distance = row[width + r];
        boolean further = distance > from || (distance == from && r > after);
        if (further && distance < least && !Double.isNaN(references[r][column])) {
          least = distance;
          nearest = r;
        }
      }
      if (nearest < 0) {
        break;
      }
      sum += references[nearest][column];
      found++;
      from = least;
      after = nearest;
    }
    return found == 0 ? mean : sum / found;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node = Json.kind(KIND).put("neighbours", neighbours);
    Json.put(node, "targets", targets);
    Json.put(node, "columns", columns);
    Json.put(node, "scales", scales);
    Json.put(node, "means", means);
    ArrayNode rows = node.putArray("references");
    for (double[] reference : references) {
      ArrayNode values = rows.addArray();
      for (double value : reference) {
        if (Double.isNaN(value)) {
          values.addNull();
        } else {
          values.add(value);
        }
      }
    }
    return node;
  }

  static NeighbourFill fromJson(int inputs, JsonNode node) {
    JsonNode rows = node.required("references");
    double[][] references = new double[rows.size()][];
    for (int r = 0; r < references.length; r++) {
      JsonNode values = rows.get(r);
      references[r] = new double[values.size()];
      for (int i = 0; i < references[r].length; i++) {
        references[r][i] = values.get(i).isNull() ? Double.NaN : values.get(i).doubleValue();
      }
    }
    return new NeighbourFill(
        inputs,
        Json.ints(node, "targets"),
        Json.ints(node, "columns"),
        Json.doubles(node, "scales"),
        references,
        Json.doubles(node, "means"),
        node.required("neighbours").intValue());
  }
}
