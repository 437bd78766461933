package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Drift;
import dev.gnomon.stats.Quantiles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What columns and score looked like when the model was made, frozen: what later traffic is
/// compared with.
///
/// Aggregates only. Levels of fewer than 10 rows, which could tell of persons, are counted
/// together, as are those beyond the 100 most frequent.
///
/// @param columns in the order of the row
/// @param score of the calibrated probabilities
public record ReferenceStatistics(List<Summary> columns, Summary.Numbers score) {
  private static final int BINS = 10;
  private static final int RARE = 10;
  private static final int LEVELS = 100;

  public ReferenceStatistics {
    columns = List.copyOf(columns);
  }

  /// One column.
  public sealed interface Summary {
    String name();

    long missing();

    /// @param edges inner edges of at most ten bins of equal mass, see [Drift#edges]
    /// @param counts rows per bin, one more than edges
    record Numbers(
        String name, long missing, double[] edges, long[] counts, double mean, double deviation)
        implements Summary {
      /// Compares current values with these bins.
      public Drift.Measure drift(double[] values) {
        long[] current = Drift.counts(edges, values);
        long present = 0;
        for (long count : current) {
          present += count;
        }
        return Drift.compare(counts, missing, current, values.length - present);
      }
    }

    /// @param levels sorted, with their counts
    /// @param other rows of rare levels
    record Texts(String name, long missing, List<String> levels, long[] counts, long other)
        implements Summary {
      public Texts {
        levels = List.copyOf(levels);
      }

      /// Compares current counts by level with these. A level that is not listed counts as other if
      /// there were rare levels, else as unseen.
      public Drift.Measure drift(Map<String, Long> current, long currentMissing) {
        long[] reference = java.util.Arrays.copyOf(counts, counts.length + (other > 0 ? 1 : 0));
        long[] now = new long[reference.length];
        long rest = 0;
        for (Map.Entry<String, Long> entry : current.entrySet()) {
          int level = java.util.Collections.binarySearch(levels, entry.getKey());
          if (level >= 0) {
            now[level] += entry.getValue();
          } else {
            rest += entry.getValue();
          }
        }
        if (other > 0) {
          reference[counts.length] = other;
          now[counts.length] = rest;
          rest = 0;
        }
        return Drift.compare(reference, missing, now, currentMissing, rest);
      }
    }

    /// Times drift by nature; only how many are missing is kept.
    record Moments(String name, long missing, long present) implements Summary {}
  }

  /// @param rows the rows to describe: the training rows
  /// @param scores calibrated probabilities of rows the model was not trained on
  public static ReferenceStatistics of(Table table, int[] rows, double[] scores) {
    List<Summary> columns = new ArrayList<>();
    for (int i = 0; i < table.schema().size(); i++) {
      String name = table.schema().field(i).name();
      columns.add(
          switch (table.column(i)) {
            case Column.Numbers numbers -> {
              double[] values = new double[rows.length];
              for (int k = 0; k < rows.length; k++) {
                values[k] = numbers.values()[rows[k]];
              }
              yield numbers(name, values);
            }
            case Column.Texts texts -> texts(name, texts, rows);
            case Column.Moments moments -> {
              long missing = 0;
              for (int row : rows) {
                missing += moments.micros()[row] == Times.MISSING ? 1 : 0;
              }
              yield new Summary.Moments(name, missing, rows.length - missing);
            }
          });
    }
    return new ReferenceStatistics(columns, numbers("score", scores));
  }

  private static Summary.Numbers numbers(String name, double[] values) {
    double[] sorted = Quantiles.sortedPresent(values);
    double[] edges = Drift.edges(sorted, BINS);
    double mean = 0;
    for (double value : sorted) {
      mean += value / Math.max(1, sorted.length);
    }
    double squares = 0;
    for (double value : sorted) {
      squares += (value - mean) * (value - mean) / Math.max(1, sorted.length);
    }
    double deviation = Math.sqrt(squares);
    return new Summary.Numbers(
        name,
        values.length - sorted.length,
        edges,
        Drift.counts(edges, values),
        mean,
        Double.isFinite(deviation) ? deviation : Double.MAX_VALUE);
  }

  private static Summary.Texts texts(String name, Column.Texts column, int[] rows) {
    long[] byCode = new long[column.dictionary().size()];
    long missing = 0;
    for (int row : rows) {
      int code = column.codes()[row];
      if (code < 0) {
        missing++;
      } else {
        byCode[code]++;
      }
    }
    List<Map.Entry<String, Long>> frequent = new ArrayList<>();
    long other = 0;
    for (int code = 0; code < byCode.length; code++) {
      if (byCode[code] >= RARE) {
        frequent.add(
            Map.entry(Objects.requireNonNull(column.dictionary().text(code)), byCode[code]));
      } else {
        other += byCode[code];
      }
    }
    frequent.sort(
        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
            .thenComparing(Map.Entry.comparingByKey()));
    TreeMap<String, Long> kept = new TreeMap<>();
    for (int i = 0; i < frequent.size(); i++) {
      if (i < LEVELS) {
        kept.put(frequent.get(i).getKey(), frequent.get(i).getValue());
      } else {
        other += frequent.get(i).getValue();
      }
    }
    return new Summary.Texts(
        name,
        missing,
        List.copyOf(kept.keySet()),
        kept.values().stream().mapToLong(Long::longValue).toArray(),
        other);
  }

  public JsonNode toJson() {
    ObjectNode json = CanonicalJson.object();
    ArrayNode list = json.putArray("columns");
    columns.forEach(column -> list.add(json(column)));
    json.set("score", json(score));
    return json;
  }

  private static ObjectNode json(Summary summary) {
    ObjectNode node =
        CanonicalJson.object().put("name", summary.name()).put("missing", summary.missing());
    switch (summary) {
      case Summary.Numbers numbers -> {
        node.put("type", "number").put("mean", numbers.mean).put("deviation", numbers.deviation);
        ArrayNode edges = node.putArray("edges");
        for (double edge : numbers.edges) {
          edges.add(edge);
        }
        counts(node, numbers.counts);
      }
      case Summary.Texts texts -> {
        node.put("type", "text").put("other", texts.other);
        ArrayNode levels = node.putArray("levels");
        texts.levels.forEach(levels::add);
        counts(node, texts.counts);
      }
      case Summary.Moments moments -> node.put("type", "time").put("present", moments.present);
    }
    return node;
  }

  private static void counts(ObjectNode node, long[] counts) {
    ArrayNode array = node.putArray("counts");
    for (long count : counts) {
      array.add(count);
    }
  }

  /// @throws BadInput when the document is none of [#toJson]
  public static ReferenceStatistics fromJson(JsonNode json) {
    try {
      List<Summary> columns = new ArrayList<>();
      json.required("columns").forEach(node -> columns.add(summary(node)));
      return new ReferenceStatistics(columns, (Summary.Numbers) summary(json.required("score")));
    } catch (RuntimeException e) {
      throw new BadInput(
          "reference.json", "it can't be read: " + e.getMessage(), "what the bundle wrote");
    }
  }

  private static Summary summary(JsonNode node) {
    String name = node.required("name").stringValue();
    long missing = node.required("missing").longValue();
    return switch (node.required("type").stringValue()) {
      case "number" -> {
        JsonNode list = node.required("edges");
        double[] edges = new double[list.size()];
        for (int i = 0; i < edges.length; i++) {
          edges[i] = list.required(i).doubleValue();
        }
        long[] counts = counts(node);
        if (counts.length != edges.length + 1) {
          throw new IllegalArgumentException("edges and counts of '%s'".formatted(name));
        }
        yield new Summary.Numbers(
            name,
            missing,
            edges,
            counts,
            node.required("mean").doubleValue(),
            node.required("deviation").doubleValue());
      }
      case "text" -> {
        List<String> levels = new ArrayList<>();
        node.required("levels").forEach(level -> levels.add(level.stringValue()));
        long[] counts = counts(node);
        if (counts.length != levels.size()) {
          throw new IllegalArgumentException("levels and counts of '%s'".formatted(name));
        }
        yield new Summary.Texts(name, missing, levels, counts, node.required("other").longValue());
      }
      case "time" -> new Summary.Moments(name, missing, node.required("present").longValue());
      case String type -> throw new IllegalArgumentException("type '" + type + "'");
    };
  }

  private static long[] counts(JsonNode node) {
    JsonNode list = node.required("counts");
    long[] counts = new long[list.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = list.required(i).longValue();
    }
    return counts;
  }
}
