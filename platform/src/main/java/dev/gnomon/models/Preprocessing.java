package dev.gnomon.models;

import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The recipe that turns features into model inputs; fitted on training rows it becomes a
/// [FittedPreprocessing].
///
/// For linear models: a missing number becomes the median, a missing text the most frequent level,
/// each with an input that says so when the training rows had any; numbers are standardised; texts
/// become one input per level. For trees: numbers stay as they are with NaN for missing, texts
/// become one input per level, missing being a level.
///
/// Levels with fewer than `rareCount` training rows, and those beyond the `maxLevels` most
/// frequent, share one input `column=other`, which also takes levels never seen in training;
/// without any rare level an unseen one has 0 in all inputs of its column. Columns that are
/// constant in the training rows and times (a model must not learn the date itself) are dropped
/// with a note.
public record Preprocessing(Form form, int rareCount, int maxLevels) {
  public Preprocessing {
    if (rareCount < 1 || maxLevels < 1) {
      throw new IllegalArgumentException("rare count and number of levels must be at least 1");
    }
  }

  /// What the model needs.
  public enum Form {
    /// Complete, scaled inputs.
    LINEAR,
    /// Raw inputs with NaN for missing.
    TREES
  }

  /// Defaults: levels of fewer than 10 rows are rare, at most 100 levels per column.
  public static Preprocessing of(Form form) {
    return new Preprocessing(form, 10, 100);
  }

  /// @param inputs how many leading columns of the table are model inputs
  /// @param rows the training rows; nothing else is looked at
  public FittedPreprocessing fit(Table table, int inputs, int[] rows) {
    Schema schema = new Schema(table.schema().fields().subList(0, inputs));
    List<FittedPreprocessing.Transform> transforms = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      Field field = schema.field(i);
      switch (table.column(i)) {
        case Column.Numbers numbers -> number(i, field, numbers, rows, transforms, notes);
        case Column.Texts texts -> text(i, field, texts, rows, transforms, notes);
        case Column.Moments _ ->
            notes.add(
                "'%s' is a time and no model input; derive an age from it".formatted(field.name()));
      }
    }
    return new FittedPreprocessing(form, schema, transforms, notes);
  }

  private void number(
      int index,
      Field field,
      Column.Numbers column,
      int[] rows,
      List<FittedPreprocessing.Transform> transforms,
      List<String> notes) {
    double[] values = new double[rows.length];
    int present = 0;
    for (int row : rows) {
      double value = column.values()[row];
      if (!Double.isNaN(value)) {
        values[present++] = value;
      }
    }
    boolean missing = present < rows.length;
    values = Arrays.copyOf(values, present);
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    boolean constant = present == 0 || sorted[0] == sorted[present - 1];
    if (constant && (!missing || present == 0)) {
      notes.add(
          "'%s' is %s in all training rows and was dropped"
              .formatted(field.name(), present == 0 ? "missing" : "the same"));
      return;
    }
    switch (form) {
      case TREES -> transforms.add(new FittedPreprocessing.Raw(index));
      case LINEAR -> {
        double median = dev.gnomon.stats.Quantiles.type7(sorted, 0.5);
        // Moments of the imputed column, so that every input has mean 0 and variance 1.
        double sum = median * (rows.length - present);
        for (double value : values) {
          sum += value;
        }
        double mean = sum / rows.length;
        double squares = (median - mean) * (median - mean) * (rows.length - present);
        for (double value : values) {
          squares += (value - mean) * (value - mean);
        }
        double deviation = Math.sqrt(squares / rows.length);
        double scale = deviation > 0 && Double.isFinite(deviation) ? deviation : 1;
        transforms.add(
            new FittedPreprocessing.Scaled(
                index, median, Double.isFinite(mean) ? mean : median, scale, missing, !constant));
      }
    }
  }

  private void text(
      int index,
      Field field,
      Column.Texts column,
      int[] rows,
      List<FittedPreprocessing.Transform> transforms,
      List<String> notes) {
    long[] counts = new long[column.dictionary().size()];
    long missing = 0;
    for (int row : rows) {
      int code = column.codes()[row];
      if (code < 0) {
        missing++;
      } else {
        counts[code]++;
      }
    }
    Map<String, Long> byText = new TreeMap<>();
    for (int code = 0; code < counts.length; code++) {
      if (counts[code] > 0) {
        byText.put(java.util.Objects.requireNonNull(column.dictionary().text(code)), counts[code]);
      }
    }
    if (byText.size() + (missing > 0 ? 1 : 0) < 2) {
      notes.add(
          "'%s' is %s in all training rows and was dropped"
              .formatted(field.name(), missing > 0 ? "missing" : "the same"));
      return;
    }
    List<Map.Entry<String, Long>> frequent =
        new ArrayList<>(
            byText.entrySet().stream().filter(entry -> entry.getValue() >= rareCount).toList());
    // Stable, so equal counts stay in the order of their texts.
    frequent.sort(Map.Entry.<String, Long>comparingByValue().reversed());
    String mode = frequent.isEmpty() ? "" : frequent.getFirst().getKey();
    List<String> levels =
        frequent.stream().limit(maxLevels).map(Map.Entry::getKey).sorted().toList();
    boolean other = levels.size() < byText.size();
    if (levels.isEmpty() && missing == 0) {
      notes.add(
          "'%s' has no value that stands in at least %d training rows and was dropped"
              .formatted(field.name(), rareCount));
      return;
    }
    transforms.add(
        new FittedPreprocessing.Levels(
            index, levels, other, missing > 0, form == Form.LINEAR ? levels.indexOf(mode) : -1));
  }

  /// Positions by text.
  static Map<String, Integer> positions(List<String> levels) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < levels.size(); i++) {
      positions.put(levels.get(i), i);
    }
    return positions;
  }
}
