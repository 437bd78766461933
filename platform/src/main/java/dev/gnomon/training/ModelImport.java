package dev.gnomon.training;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import dev.gnomon.models.spi.ForeignModel.Kind;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings the features of a use case to a model that was fitted elsewhere.
///
/// The preprocessing learns nothing: numbers pass through with NaN for missing, texts become their
/// position among the texts that the model knows (and, where it takes texts as they are, those of
/// the training part). Only whole-number inputs, which can't be missing, get the median of the
/// training part in that case, with a note.
public final class ModelImport {
  private final ForeignModel model;
  private final TrainingSet set;
  private final Schema features;
  private final InputMatch match;
  private final Map<String, String> origin;

  /// @param columns features in the order of the model's inputs; empty goes by name
  /// @param categories the texts of a feature in the order in which the model was fitted on them
  /// @throws dev.gnomon.core.BadInput naming every input that no feature feeds, or one of another
  ///   type
  public ModelImport(
      ForeignFile file,
      TrainingSet set,
      List<String> columns,
      Map<String, List<String>> categories) {
    this.model = file.model();
    this.set = set;
    this.features = new Schema(set.rows().schema().fields().subList(0, set.plan().inputs()));
    this.match = InputMatch.of(file, features, columns, categories);
    this.origin = Map.of("imported-from", model.format(), "imported-sha256", file.sha256());
  }

  /// The model over the features.
  ///
  /// @param train the rows of the training part
  public Given given(int[] train) {
    List<Input> inputs = new ArrayList<>();
    for (int i = 0; i < match.inputs().size(); i++) {
      Input input = match.inputs().get(i);
      inputs.add(
          input.kind() == Kind.TEXT
              ? new Input(
                  input.name(), Kind.TEXT, texts(input.levels(), match.features()[i], train))
              : input);
    }
    List<String> notes = new ArrayList<>();
    FittedPreprocessing preprocessing = preprocessing(inputs, train, notes);
    notes.add(
        "The model was fitted elsewhere (%s): that it has not seen the test rows can't be checked."
            .formatted(model.format()));
    Set<String> unread = new TreeSet<>(features.names());
    for (int feature : match.features()) {
      unread.remove(features.field(feature).name());
    }
    if (!unread.isEmpty()) {
      notes.add("The model does not read " + String.join(", ", unread) + ".");
    }
    return new Given(
        model.format(),
        preprocessing,
        model.build().model(inputs, usual(inputs, preprocessing.apply(set.rows(), train))),
        origin,
        notes);
  }

  /// Texts that the model knows first, then the others of the training part, sorted.
  private List<String> texts(List<String> known, int feature, int[] train) {
    Set<String> levels = new LinkedHashSet<>(known);
    Column.Texts column = (Column.Texts) set.rows().column(feature);
    Set<String> seen = new TreeSet<>();
    boolean[] met = new boolean[column.dictionary().size()];
    for (int row : train) {
      int code = column.codes()[row];
      if (code >= 0 && !met[code]) {
        met[code] = true;
        String text = column.dictionary().text(code);
        if (text != null) {
          seen.add(text);
        }
      }
    }
    levels.addAll(seen);
    return List.copyOf(levels);
  }

  private FittedPreprocessing preprocessing(List<Input> inputs, int[] train, List<String> notes) {
    ObjectNode json = CanonicalJson.object().put("form", "trees");
    ArrayNode fields = json.putArray("inputs");
    for (Field field : features.fields()) {
      fields.addObject().put("name", field.name()).put("type", field.type().word());
    }
    ArrayNode steps = json.putArray("transforms");
    Map<Integer, Double> fills = new TreeMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      ObjectNode step = steps.addObject().put("index", match.features()[i]);
      switch (input.kind()) {
        case NUMBER -> step.put("kind", "number");
        case WHOLE -> {
          step.put("kind", "number");
          double median = median(match.features()[i], train);
          fills.put(i, median);
          notes.add(
              "'%s' takes whole numbers: a missing one becomes %s, the median of the training part."
                  .formatted(input.name(), median));
        }
        case CATEGORY -> {
          step.put("kind", "order");
          ArrayNode levels = step.putArray("levels");
          input.levels().forEach(levels::add);
        }
        case TEXT -> {
          step.put("kind", "values").put("suffix", "").put("missing", -1.0);
          step.put("unseen", (double) input.levels().size());
          ArrayNode levels = step.putArray("levels");
          input.levels().forEach(levels::add);
          ArrayNode values = step.putArray("values");
          for (int v = 0; v < input.levels().size(); v++) {
            values.add((double) v);
          }
        }
      }
    }
    if (!fills.isEmpty()) {
      ObjectNode fill = json.putArray("matrix").addObject().put("kind", "fill");
      ArrayNode columns = fill.putArray("columns");
      ArrayNode values = fill.putArray("values");
      fills.forEach((column, value) -> {
        columns.add(column);
        values.add(value);
      });
    }
    json.putArray("notes");
    return FittedPreprocessing.fromJson(json);
  }

  private double median(int feature, int[] train) {
    Table.Cursor cursor = set.rows().cursor();
    double[] values = new double[train.length];
    int n = 0;
    for (int row : train) {
      double value = cursor.at(row).number(feature);
      if (Double.isFinite(value)) {
        values[n++] = value;
      }
    }
    Arrays.sort(values, 0, n);
    return n == 0 ? 0 : Math.rint(values[n / 2]);
  }

  /// The mean of a number, the most frequent position of a text (the least of several).
  private static float[] usual(List<Input> inputs, Matrix rows) {
    int width = inputs.size();
    float[] usual = new float[width];
    for (int c = 0; c < width; c++) {
      boolean text = inputs.get(c).kind() == Kind.TEXT || inputs.get(c).kind() == Kind.CATEGORY;
      usual[c] = text ? mode(rows, c) : mean(rows, c);
      if (inputs.get(c).kind() == Kind.WHOLE) {
        usual[c] = (float) Math.rint(usual[c]);
      }
    }
    return usual;
  }

  private static float mean(Matrix rows, int column) {
    double sum = 0;
    int n = 0;
    for (int r = 0; r < rows.rows(); r++) {
      float value = rows.values()[r * rows.width() + column];
      if (!Float.isNaN(value)) {
        sum += value;
        n++;
      }
    }
    return n == 0 ? Float.NaN : (float) (sum / n);
  }

  private static float mode(Matrix rows, int column) {
    Map<Float, Integer> counts = new HashMap<>();
    for (int r = 0; r < rows.rows(); r++) {
      counts.merge(rows.values()[r * rows.width() + column], 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .max(
            Map.Entry.<Float, Integer>comparingByValue()
                .thenComparing(Map.Entry.<Float, Integer>comparingByKey().reversed()))
        .map(Map.Entry::getKey)
        .orElse(Float.NaN);
  }
}
