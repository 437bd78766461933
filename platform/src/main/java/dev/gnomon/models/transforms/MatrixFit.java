package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Outliers;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import java.util.ArrayList;
import java.util.List;

/// Fits the matrix stage on the training rows, in fixed order: outliers, imputation, scale,
/// interactions, selection, components. Each step is fitted on what those before it made of the
/// rows.
public final class MatrixFit {
  private final Columns columns;
  private final Rule[] rules;
  private final Supervision told;
  private final List<String> notes;
  private final List<MatrixStep> steps = new ArrayList<>();

  /// @param inputs what the column stage gives
  /// @param values per input one value per training row; overwritten
  /// @param rules by feature
  /// @param notes for people; added to
  public MatrixFit(
      List<Input> inputs, double[][] values, Rule[] rules, Supervision told, List<String> notes) {
    this.columns = new Columns(inputs, values, told.rows());
    this.rules = rules;
    this.told = told;
    this.notes = notes;
  }

  /// @param names of the features
  public void fit(PreprocessingSection stated, List<String> names) {
    outliers(Outliers.Then.CLIP);
    outliers(Outliers.Then.FLAG);
    missing();
    ImputeFit.fit(columns, i -> impute(columns.input(i)), told.seed(), steps);
    ScaleFit.fit(columns, i -> rule(columns.input(i)).scale().orElse(Scale.NONE), steps);
    Interactions.fit(columns, stated.interactions(), names).ifPresent(this::add);
    stated.select().ifPresent(select -> add(Selection.fit(columns, select, told, notes)));
    if (stated.components().isPresent()) {
      add(ComponentFit.fit(columns, stated.components().getAsDouble(), notes));
    }
  }

  public List<MatrixStep> steps() {
    return steps;
  }

  /// The model inputs of the training rows, row by row.
  public float[] training() {
    return columns.singles();
  }

  private void add(MatrixStep step) {
    columns.apply(step);
    steps.add(step);
  }

  private Rule rule(Input input) {
    return rules[input.sources()[0]];
  }

  private Impute impute(Input input) {
    return rule(input).impute().orElseGet(() -> Impute.of(Impute.Method.NONE));
  }

  private void outliers(Outliers.Then then) {
    List<Integer> chosen = new ArrayList<>();
    List<double[]> bounds = new ArrayList<>();
    for (int i = 0; i < columns.width(); i++) {
      Outliers how = rule(columns.input(i)).outliers().orElse(null);
      if (how == null
          || how.method() == Outliers.Method.NONE
          || how.then() != then
          || !columns.input(i).isQuantity()) {
        continue;
      }
      double[] bound = bounds(columns.present(i), how);
      if (!(bound[0] < bound[1])) {
        notes.add(
            "'%s' has no spread to tell outliers by; its values are left"
                .formatted(columns.input(i).name()));
      } else if (then == Outliers.Then.CLIP || beyond(columns.column(i), bound)) {
        chosen.add(i);
        bounds.add(bound);
      }
    }
    if (!chosen.isEmpty()) {
      int[] which = chosen.stream().mapToInt(Integer::intValue).toArray();
      double[] low = bounds.stream().mapToDouble(b -> b[0]).toArray();
      double[] high = bounds.stream().mapToDouble(b -> b[1]).toArray();
      add(
          then == Outliers.Then.CLIP
              ? new Clip(which, low, high)
              : new OutlierFlags(columns.width(), which, low, high));
    }
  }

  private static double[] bounds(double[] present, Outliers how) {
    if (present.length == 0) {
      return new double[] {0, 0};
    }
    if (how.method() == Outliers.Method.Z) {
      Moments moments = Moments.of(present);
      return moments.varies()
          ? new double[] {
            moments.mean() - how.factor() * moments.deviation(),
            moments.mean() + how.factor() * moments.deviation()
          }
          : new double[] {0, 0};
    }
    double low = Partition.quantile(present, 0.25);
    double high = Partition.quantile(present, 0.75);
    double range = high - low;
    return range > 0
        ? new double[] {low - how.factor() * range, high + how.factor() * range}
        : new double[] {0, 0};
  }

  private static boolean beyond(double[] values, double[] bound) {
    for (double value : values) {
      if (value < bound[0] || value > bound[1]) {
        return true;
      }
    }
    return false;
  }

  private void missing() {
    int[] flagged =
        ImputeFit.where(
            columns,
            i -> {
              Input input = columns.input(i);
              return input.isQuantity()
                  && impute(input).method() != Impute.Method.NONE
                  && rule(input).indicators().orElse(true)
                  && columns.missing(i) > 0;
            });
    if (flagged.length > 0) {
      add(new MissingFlags(columns.width(), flagged));
    }
  }
}
