package dev.gnomon.monitoring;

import dev.gnomon.monitoring.MonitorReport.Costs;
import dev.gnomon.monitoring.MonitorReport.Effect;
import dev.gnomon.monitoring.MonitorReport.Money;
import dev.gnomon.monitoring.MonitorReport.Realised;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.Proportions;
import java.util.Optional;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Adds up what units cost and what the action did.
///
/// Measured: a unit costs what came of it. Acting costs what it costs on a negative, `fp - tn`; an
/// outcome costs `fn`, whether acted on or not; so `tp`, which holds an assumption on how often the
/// action helps, is not used. What the treated would have cost without the action is the mean of
/// the held out, who were chosen by chance among those the policy would act on.
///
/// Assumed: without enough held out, a unit costs what the file states for what was decided and
/// what happened.
final class MoneyTally implements Units.Sink {
  static final double LEVEL = 0.95;
  private static final int LEAST_HELD_OUT = 30;
  private static final double Z =
      NormalDistribution.of(0, 1).inverseCumulativeProbability((1 + LEVEL) / 2);

  private final Slices slices;
  private long units;
  private double decided;
  private double nobody;
  private double everybody;

  private long outcomes;
  private double statedDecided;
  private double statedNobody;
  private double statedEverybody;
  private double untreatedCost;
  private double everybodyElse;
  private final Moments treated = new Moments();
  private final Moments heldOut = new Moments();

  private long treatedHappened;
  private long heldOutHappened;

  MoneyTally(Slices slices) {
    this.slices = slices;
  }

  @Override
  public void take(Units.Unit u) {
    boolean known = u.happened() != OutcomeTable.UNKNOWN;
    boolean happened = u.happened() == 1;
    if (known && u.act() && u.yes()) {
      treated.count++;
      treatedHappened += happened ? 1 : 0;
    } else if (known && u.heldOut()) {
      heldOut.count++;
      heldOutHappened += happened ? 1 : 0;
    }
    if (Double.isNaN(u.tp()) || Double.isNaN(u.score())) {
      return;
    }
    double p = u.score();
    double yes = p * u.tp() + (1 - p) * u.fp();
    double no = p * u.fn() + (1 - p) * u.tn();
    units++;
    decided += u.yes() ? yes : no;
    nobody += no;
    everybody += yes;
    slices.at(u.at()).saving += u.yes() ? no - yes : 0;
    if (known) {
      realise(u, happened);
    }
  }

  private void realise(Units.Unit u, boolean happened) {
    double acted = happened ? u.tp() : u.fp();
    double left = happened ? u.fn() : u.tn();
    outcomes++;
    statedDecided += u.yes() ? acted : left;
    statedNobody += left;
    statedEverybody += acted;
    if (u.act() && u.yes()) {
      treated.add(happened ? u.fn() + u.fp() - u.tn() : u.fp());
    } else {
      everybodyElse += acted;
      untreatedCost += left;
      if (u.heldOut()) {
        heldOut.add(left);
      }
    }
  }

  Optional<Money> money(Optional<String> currency) {
    if (currency.isEmpty() || units == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Money(currency.get(), units, new Costs(decided, nobody, everybody), realised()));
  }

  private Optional<Realised> realised() {
    if (outcomes == 0) {
      return Optional.empty();
    }
    if (heldOut.values < LEAST_HELD_OUT || treated.values < LEAST_HELD_OUT) {
      Costs costs = new Costs(statedDecided, statedNobody, statedEverybody);
      Interval saved = new Interval(Double.NaN, costs.saved(), Double.NaN, LEVEL);
      return Optional.of(new Realised(outcomes, costs, saved, false));
    }
    double each = heldOut.mean - treated.mean;
    double error =
        Math.sqrt(heldOut.variance() / heldOut.values + treated.variance() / treated.values);
    double n = treated.values;
    double spent = n * treated.mean + untreatedCost;
    double total = n * treated.mean + everybodyElse;
    Interval saved = new Interval(n * (each - Z * error), n * each, n * (each + Z * error), LEVEL);
    return Optional.of(
        new Realised(outcomes, new Costs(spent, spent + n * each, total), saved, true));
  }

  /// Empty as long as either group has no outcome.
  Optional<Effect> effect() {
    if (treated.count == 0 || heldOut.count == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new Effect(
            treated.count,
            treatedHappened,
            heldOut.count,
            heldOutHappened,
            Proportions.newcombe(
                (double) treatedHappened,
                (double) treated.count,
                (double) heldOutHappened,
                (double) heldOut.count,
                LEVEL),
            prevented()));
  }

  /// One less the relative risk, with bounds on the logarithm of the risk (Katz 1978).
  private Interval prevented() {
    double a = treatedHappened;
    double b = heldOutHappened;
    if (b == 0) {
      return new Interval(Double.NaN, Double.NaN, Double.NaN, LEVEL);
    }
    double risk = (a / treated.count) / (b / heldOut.count);
    if (a == 0) {
      return new Interval(Double.NaN, 1, Double.NaN, LEVEL);
    }
    double half = Z * Math.sqrt(1 / a - 1.0 / treated.count + 1 / b - 1.0 / heldOut.count);
    return new Interval(1 - risk * Math.exp(half), 1 - risk, 1 - risk * Math.exp(-half), LEVEL);
  }

  /// Mean and variance in one pass (Welford 1962).
  private static final class Moments {
    long count;
    long values;
    double mean;
    private double squares;

    void add(double value) {
      values++;
      double difference = value - mean;
      mean += difference / values;
      squares += difference * (value - mean);
    }

    double variance() {
      return squares / Math.max(1, values - 1);
    }
  }
}
