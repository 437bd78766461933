package dev.gnomon.cli;

import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.solutions.churn.ChurnAftermath;
import dev.gnomon.solutions.churn.ChurnScenario;
import dev.gnomon.solutions.churn.ChurnVerdict;
import dev.gnomon.stats.Interval;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `demo --json` prints: every figure, and beside each the truth that only a made-up world can
/// know. Money is in USD; savings are against offering to nobody.
///
/// @param version of the model that decides
/// @param candidate that was chosen
/// @param test model and oracle on the test part of the training set
/// @param seconds by stage
record DemoResult(
    String solution,
    int customers,
    long seed,
    String folder,
    @Nullable String address,
    int version,
    String candidate,
    String report,
    Compared test,
    Weeks weeks,
    Effect effect,
    Drift drift,
    Map<String, Double> seconds,
    double secondsInAll) {

  /// @param savedShare of the oracle's saving that the model reaches, each observation on its own
  /// @param savedOnceShare the same with one offer and one loss per customer and 30 days
  /// @param nobody what offering to nobody costs
  /// @param everyone what offering to everyone costs
  record Compared(
      int observations,
      ChurnVerdict.Figures model,
      ChurnVerdict.Figures oracle,
      double savedShare,
      double savedOnceShare,
      double nobody,
      double everyone) {
    static Compared of(ChurnVerdict verdict) {
      return new Compared(
          verdict.observations(),
          verdict.model(),
          verdict.oracle(),
          verdict.share(),
          verdict.shareOnce(),
          verdict.nobody(),
          verdict.everyone());
    }
  }

  /// The four later weeks.
  ///
  /// @param rows posted
  /// @param degraded answers that were worse than promised
  /// @param outcomes joined to their decision
  /// @param expectedSaving when deciding
  /// @param realisedSaving from outcomes; null while there are none
  /// @param trueSaving by both potential outcomes of every offer
  record Weeks(
      long rows,
      int decisions,
      long offers,
      long heldOut,
      long degraded,
      long outcomes,
      @Nullable Double expectedSaving,
      @Nullable Double realisedSaving,
      double trueSaving,
      long kept,
      Compared policy) {}

  /// Share of the cancellations that an offer prevents, as the hold-out measures it and as it is.
  ///
  /// @param difference of the shares that cancel, offered less withheld
  /// @param covered whether the interval of the difference holds the true one
  record Effect(
      long offered,
      long offeredCancelled,
      long withheld,
      long withheldCancelled,
      @Nullable Bounds difference,
      double trueDifference,
      @Nullable Bounds prevented,
      double truePrevented,
      boolean covered) {}

  record Bounds(double estimate, double lower, double upper) {
    static Bounds of(Interval interval) {
      return new Bounds(interval.estimate(), interval.lower(), interval.upper());
    }
  }

  /// @param named features that the monitor says moved
  /// @param missed features that were moved and are not named
  /// @param wrong features that nothing moved and are named
  record Drift(List<String> named, List<String> missed, List<String> wrong) {}

  static DemoResult of(
      ChurnScenario scenario, String folder, @Nullable String address, DemoRun.Outcome outcome) {
    MonitorReport monitor = outcome.monitor();
    ChurnAftermath after = outcome.after();
    return new DemoResult(
        "churn",
        scenario.customers(),
        scenario.seed(),
        folder,
        address,
        monitor.version(),
        outcome.training().trained().evaluation().chosen(),
        outcome.training().report().toString(),
        Compared.of(outcome.test()),
        new Weeks(
            outcome.replay().rows(),
            outcome.replay().decisions().size(),
            after.offers(),
            after.heldOut(),
            monitor.traffic().degraded(),
            monitor.outcomes().known(),
            monitor.money().map(money -> money.expected().saved()).orElse(null),
            monitor
                .money()
                .flatMap(MonitorReport.Money::realised)
                .map(realised -> realised.saved().estimate())
                .orElse(null),
            after.saved(),
            after.kept(),
            Compared.of(after.verdict())),
        effect(monitor, after),
        drift(monitor),
        outcome.seconds(),
        outcome.secondsInAll());
  }

  private static Effect effect(MonitorReport monitor, ChurnAftermath after) {
    if (monitor.effect().isEmpty()) {
      return new Effect(0, 0, 0, 0, null, -after.effect(), null, after.prevented(), false);
    }
    MonitorReport.Effect found = monitor.effect().get();
    Interval difference = found.difference();
    return new Effect(
        found.treated(),
        found.treatedHappened(),
        found.heldOut(),
        found.heldOutHappened(),
        Bounds.of(difference),
        -after.effect(),
        Bounds.of(found.saved()),
        after.prevented(),
        difference.lower() <= -after.effect() && -after.effect() <= difference.upper());
  }

  private static Drift drift(MonitorReport monitor) {
    List<String> named =
        monitor.features().stream()
            .filter(feature ->
                feature.status() == FeatureDrift.Status.MOVED
                    || feature.status() == FeatureDrift.Status.STRONG)
            .map(FeatureDrift::name)
            .toList();
    return new Drift(
        named,
        ChurnScenario.MOVED_FEATURES.stream().filter(name -> !named.contains(name)).toList(),
        ChurnScenario.STABLE_FEATURES.stream().filter(named::contains).toList());
  }
}
