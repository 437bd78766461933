package dev.gnomon.learners;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// How a linear model is fitted by stochastic gradient descent, as settings say ([SgdTrainer] lists
/// them). A stream is fitted pass by pass, each over the rows that came meanwhile:
///
/// ```java
/// SgdPlan plan = SgdPlan.of(Fit.Target.BINARY, Map.of("optimiser", "adam"), 1);
/// SgdState state = plan.start(first);
/// state = plan.pass(state, first);
/// state = plan.pass(state, second);
/// Model model = state.model(Output.LOG_ODDS);
/// ```
public final class SgdPlan {
  static final String NAME = "sgd";

  final Fit.Target target;
  final PointLoss loss;
  final int passes;
  final int patience;
  final double tolerance;
  private final Optimiser optimiser;
  private final Optimiser.Momentum momentum;
  private final Schedule schedule;
  private final double rate;
  private final double l2;
  private final int batch;
  private final int averageFrom;
  private final long seed;

  private SgdPlan(Fit.Target target, Settings read, long seed) {
    this.target = target;
    this.seed = seed;
    boolean binary = target == Fit.Target.BINARY;
    String lossName =
        binary
            ? read.choice("loss", "log", "log", "focal", "hinge")
            : read.choice("loss", "squared", "squared", "huber");
    PointLoss.Focal focal =
        binary
            ? new PointLoss.Focal(
                read.number("alpha", 0.25, 1e-6, 1 - 1e-6), read.number("gamma", 2, 0, 20))
            : new PointLoss.Focal(0.5, 0);
    PointLoss.Huber huber = new PointLoss.Huber(binary ? 1 : read.number("delta", 1.35, 1e-9, 1e9));
    this.loss =
        switch (lossName) {
          case "focal" -> focal;
          case "hinge" -> new PointLoss.Hinge();
          case "squared" -> new PointLoss.Squared();
          case "huber" -> huber;
          default -> new PointLoss.Log();
        };
    String word =
        read.choice(
            "optimiser", "adam", "plain", "momentum", "nesterov", "adagrad", "rmsprop", "adam");
    this.optimiser = Optimiser.valueOf(word.toUpperCase(Locale.ROOT));
    this.momentum =
        new Optimiser.Momentum(
            read.number("momentum", 0.9, 0, 0.999999),
            read.number("rho", optimiser == Optimiser.ADAM ? 0.999 : 0.9, 0, 0.9999999),
            read.number("epsilon", 1e-8, 1e-300, 1));
    this.rate = read.number("rate", 0.01, 1e-12, 1e6);
    this.passes = read.integer("epochs", 50, 1, 1_000_000);
    int every = read.integer("schedule-every", 10, 1, 1_000_000);
    double drop = read.number("schedule-drop", 0.5, 1e-9, 1);
    double decay = read.number("schedule-decay", 0.95, 1e-9, 1);
    double least = read.number("schedule-least", 0, 0, 1e6);
    double multiply = read.number("schedule-multiply", 2, 1, 100);
    this.schedule =
        switch (read.choice(
            "schedule", "cosine", "constant", "step", "exponential", "cosine", "warm-restarts")) {
          case "step" -> new Schedule.Step(rate, drop, every);
          case "exponential" -> new Schedule.Exponential(rate, decay);
          case "cosine" -> new Schedule.Cosine(rate, least, passes);
          case "warm-restarts" -> new Schedule.WarmRestarts(rate, least, every, multiply);
          default -> new Schedule.Constant(rate);
        };
    this.l2 = read.number("l2", 1e-4, 0, 1e6);
    this.batch = read.integer("batch", 32, 1, 1_000_000);
    this.averageFrom = read.integer("average-from", 0, 0, 1_000_000);
    this.patience = read.integer("early-stopping-rounds", 5, 0, 1_000_000);
    this.tolerance = read.number("tolerance", 1e-4, 0, 1);
    read.check();
  }

  /// @throws BadInput for settings it does not know or can't read
  public static SgdPlan of(Fit.Target target, Map<String, String> settings, long seed) {
    return new SgdPlan(target, new Settings(NAME, settings), seed);
  }

  /// The state before the first pass; the unit of a number's target is taken from these rows.
  public SgdState start(Fit.Rows rows) {
    return SgdState.start(
        rows.inputs().width(), 0, target == Fit.Target.NUMBER ? Standard.of(rows) : Standard.NONE);
  }

  /// One pass over the rows in random order, batch by batch.
  ///
  /// A gradient is the mean over the batch of weight x slope, where weights are taken relative to
  /// their mean over these rows, plus l2 x weights (the intercept excepted).
  ///
  /// @throws BadInput when an input is missing or infinite, or the weights left all bounds
  public SgdState pass(SgdState state, Fit.Rows rows) {
    int width = rows.inputs().width();
    if (state.weights().length != width + 1) {
      throw new IllegalArgumentException(
          "a state of %d inputs for rows of %d".formatted(state.weights().length - 1, width));
    }
    SparseRows.requireFinite(rows.inputs());
    float[] values = rows.inputs().values();
    int[] order = new int[rows.size()];
    Arrays.setAll(order, i -> i);
    RandomStream.of(seed).split(NAME).split(state.passes()).shuffle(order);
    double total = 0;
    for (float weight : rows.weights()) {
      total += weight;
    }
    double meanWeight = total / Math.max(1, order.length);

    double[] w = state.weights().clone();
    Optimiser.Slots slots =
        new Optimiser.Slots(state.first().clone(), state.second().clone(), state.steps());
    double[] averaged = state.averaged().clone();
    long averagedSteps = state.averagedSteps();
    double[] sums = state.sums().clone();
    double[] gradient = new double[width + 1];
    for (int start = 0; start < order.length; start += batch) {
      int end = Math.min(order.length, start + batch);
      Arrays.fill(gradient, 0);
      for (int at = start; at < end; at++) {
        int row = order[at];
        double weight = rows.weights()[row];
        double target = (rows.targets()[row] - state.centre()) / state.spread();
        double z = w[width];
        for (int j = 0; j < width; j++) {
          z += w[j] * values[row * width + j];
        }
        double slope = weight / meanWeight / (end - start) * loss.slope(z, target);
        for (int j = 0; j < width; j++) {
          float value = values[row * width + j];
          gradient[j] += slope * value;
          sums[j] += weight * value;
        }
        gradient[width] += slope;
        sums[width] += weight;
      }
      for (int j = 0; j < width; j++) {
        gradient[j] += l2 * w[j];
      }
      slots.steps++;
      double pass = state.passes() + (double) start / order.length;
      optimiser.step(w, gradient, slots, schedule.rate(pass), momentum);
      if (averageFrom > 0 && state.passes() >= averageFrom) {
        for (int j = 0; j <= width; j++) {
          averaged[j] += w[j];
        }
        averagedSteps++;
      }
    }
    for (double weight : w) {
      if (!Double.isFinite(weight) || Math.abs(weight) > 1e100) {
        throw new BadInput(
            "models.candidates." + NAME + ".rate",
            "%s: the weights grow without bound".formatted(rate),
            "a smaller rate, or the optimiser adam");
      }
    }
    return new SgdState(
        w,
        slots.first,
        slots.second,
        slots.steps,
        state.passes() + 1,
        averaged,
        averagedSteps,
        sums,
        state.centre(),
        state.spread());
  }

  /// The mean loss of the rows, without penalty.
  double loss(SgdState state, Fit.Rows rows) {
    int width = rows.inputs().width();
    double[] w = state.current();
    double sum = 0;
    double total = 0;
    for (int i = 0; i < rows.size(); i++) {
      double z = w[width];
      for (int j = 0; j < width; j++) {
        z += w[j] * rows.inputs().values()[i * width + j];
      }
      sum +=
          rows.weights()[i] * loss.value(z, (rows.targets()[i] - state.centre()) / state.spread());
      total += rows.weights()[i];
    }
    return total > 0 ? sum / total : 0;
  }
}
