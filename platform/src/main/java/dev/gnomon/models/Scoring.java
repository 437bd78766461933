package dev.gnomon.models;

import dev.gnomon.data.Table;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// From a feature row to a decision: preprocessing, model, calibration, policy.
///
/// Safe for use by several threads; [#decide] and [#score] allocate nothing once a thread has
/// called them before.
public final class Scoring {
  private static final int BATCH = 1024;
  private static final double ADDITIVITY = 1e-4;

  private final FittedPreprocessing preprocessing;
  private final Model model;
  private final Calibration calibration;
  private final Policy policy;
  private final ThreadLocal<float[]> scratch;
  private final LongAdder unexplained = new LongAdder();

  /// @throws IllegalArgumentException when the model does not take what the preprocessing gives
  public Scoring(
      FittedPreprocessing preprocessing, Model model, Calibration calibration, Policy policy) {
    if (preprocessing.width() != model.inputs()) {
      throw new IllegalArgumentException(
          "the preprocessing gives %d inputs, the model takes %d"
              .formatted(preprocessing.width(), model.inputs()));
    }
    this.preprocessing = preprocessing;
    this.model = model;
    this.calibration = calibration;
    this.policy = policy;
    int width = model.inputs();
    this.scratch = ThreadLocal.withInitial(() -> new float[width]);
  }

  /// @param row under the bundle's row schema
  public void decide(Row row, Decision out) {
    policy.decide(score(row), row, out);
  }

  /// The calibrated probability.
  public double score(Row row) {
    return calibration.apply(model.output().score(margin(row)));
  }

  /// The model's raw output before calibration.
  public double margin(Row row) {
    float[] inputs = scratch.get();
    preprocessing.apply(row, inputs, 0);
    return model.margin(inputs, 0);
  }

  /// The calibrated probabilities of the given rows.
  public double[] scores(Table table, int[] rows) {
    double[] scores = new double[rows.length];
    int width = model.inputs();
    float[] inputs = new float[Math.min(BATCH, rows.length) * width];
    double[] margins = new double[Math.min(BATCH, rows.length)];
    Table.Cursor cursor = table.cursor();
    for (int start = 0; start < rows.length; start += BATCH) {
      int size = Math.min(BATCH, rows.length - start);
      for (int i = 0; i < size; i++) {
        preprocessing.apply(cursor.at(rows[start + i]), inputs, i * width);
      }
      model.margins(inputs, size, margins);
      for (int i = 0; i < size; i++) {
        scores[start + i] = calibration.apply(model.output().score(margins[i]));
      }
    }
    return scores;
  }

  /// The `count` features that moved the log-odds most, in either direction, strongest first; equal
  /// ones in the order of the features. Features that moved nothing are left out.
  public List<Reason> reasons(Row row, int count) {
    return contributions(row).map(parts -> reasons(parts, row, count)).orElseGet(List::of);
  }

  /// What each feature adds to the model's raw output against its base value.
  ///
  /// @return empty when the parts do not add up to the output within 1e-4: a wrong reason is worse
  ///   than none, and [#unexplained] counts it
  public Optional<double[]> contributions(Row row) {
    float[] inputs = scratch.get();
    preprocessing.apply(row, inputs, 0);
    double[] parts = new double[model.inputs() + 1];
    model.contributions(inputs, 0, parts);
    double sum = parts[model.inputs()];
    double scale = Math.max(1, Math.abs(sum));
    for (int i = 0; i < model.inputs(); i++) {
      sum += parts[i];
      scale = Math.max(scale, Math.abs(parts[i]));
    }
    if (!(Math.abs(sum - model.margin(inputs, 0)) <= ADDITIVITY * scale)) {
      unexplained.increment();
      return Optional.empty();
    }
    return Optional.of(preprocessing.byFeature(parts));
  }

  /// How many explanations were withheld because their parts did not add up.
  public long unexplained() {
    return unexplained.sum();
  }

  private List<Reason> reasons(double[] byFeature, Row row, int count) {
    List<Reason> reasons = new ArrayList<>();
    boolean[] taken = new boolean[byFeature.length];
    while (reasons.size() < count) {
      int strongest = -1;
      for (int i = 0; i < byFeature.length; i++) {
        if (!taken[i]
            && byFeature[i] != 0
            && (strongest < 0 || Math.abs(byFeature[i]) > Math.abs(byFeature[strongest]))) {
          strongest = i;
        }
      }
      if (strongest < 0) {
        break;
      }
      taken[strongest] = true;
      reasons.add(reason(strongest, byFeature[strongest], row));
    }
    return reasons;
  }

  private Reason reason(int feature, double contribution, Row row) {
    String name = preprocessing.inputs().field(feature).name();
    @Nullable Object value = null;
    String shown = "missing";
    if (preprocessing.inputs().field(feature).type() == Type.TEXT) {
      String text = row.text(feature);
      if (text != null) {
        value = text;
        shown = "'" + text + "'";
      }
    } else {
      double number = row.number(feature);
      if (!Double.isNaN(number)) {
        value = number;
        shown = Words.number(number);
      }
    }
    return new Reason(
        name,
        value,
        contribution,
        "%s %s %s the score".formatted(name, shown, contribution > 0 ? "raises" : "lowers"));
  }
}
