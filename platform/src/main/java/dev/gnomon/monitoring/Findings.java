package dev.gnomon.monitoring;

import dev.gnomon.core.usecase.EvaluationSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.monitoring.Alert.Level;
import dev.gnomon.monitoring.MonitorReport.Effect;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import dev.gnomon.monitoring.MonitorReport.Money;
import dev.gnomon.monitoring.MonitorReport.Outcomes;
import dev.gnomon.monitoring.MonitorReport.Performance;
import dev.gnomon.monitoring.MonitorReport.Realised;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.Proportions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// Draws the conclusions of a report: its alerts and its headline.
///
/// An alert needs an effect that matters and an interval that excludes the harmless value: nothing
/// is raised because a difference is positive.
final class Findings {
  /// Points by which a share may rise before it matters.
  private static final double SHARE_POINTS = 0.05;

  private static final double UNSEEN = 0.01;
  private static final double LEVEL = MoneyTally.LEVEL;

  private final MonitorReport report;
  private final UseCase useCase;
  private final List<Alert> alerts = new ArrayList<>();

  private Findings(MonitorReport report, UseCase useCase) {
    this.report = report;
    this.useCase = useCase;
  }

  /// The same report with headline and alerts.
  static MonitorReport complete(MonitorReport r, UseCase useCase) {
    Findings findings = new Findings(r, useCase);
    findings.collect();
    List<Alert> ranked = Alert.ranked(findings.alerts);
    return new MonitorReport(
        r.useCase(),
        r.version(),
        r.window(),
        r.madeAt(),
        findings.headline(ranked),
        r.traffic(),
        r.actionRate(),
        r.score(),
        r.features(),
        r.outcomes(),
        r.money(),
        r.effect(),
        ranked);
  }

  private void collect() {
    if (report.version() == 0) {
      add(
          Level.WARNING,
          "no-version",
          "No model version is live",
          "Fallback rules decide.",
          "Train one: gnomon train FILE, then release it.");
    }
    if (report.traffic().decisions() == 0) {
      add(
          Level.NO_DATA,
          "volume",
          "No decisions in this window",
          "The log holds none.",
          "See that callers reach the server, and that the window is the one you meant.");
      return;
    }
    volume();
    degraded();
    missing();
    unseen();
    drift();
    actionRate();
    outcomes();
    report.outcomes().performance().ifPresent(this::performance);
    report.money().flatMap(Money::realised).ifPresent(this::money);
    report.effect().ifPresent(this::effect);
  }

  private void volume() {
    long decisions = report.traffic().decisions();
    if (report.version() > 0 && decisions < DriftRanking.LEAST_ROWS) {
      add(
          Level.NO_DATA,
          "volume",
          "Too few decisions to tell what moved",
          format(
              "%,d decisions; from %d on shares and means are compared.",
              decisions, DriftRanking.LEAST_ROWS),
          "Wait, or look at a longer window.");
    }
  }

  private void degraded() {
    long degraded = report.traffic().degraded();
    if (report.version() == 0) {
      return; // said above
    }
    Interval share =
        Proportions.wilson((double) degraded, (double) report.traffic().decisions(), LEVEL);
    if (share.lower() > 0.01) {
      String causes =
          report.traffic().causes().entrySet().stream()
              .map(cause -> format("%s %,d", cause.getKey(), cause.getValue()))
              .sorted()
              .reduce((a, b) -> a + ", " + b)
              .orElse("");
      add(
          share.lower() > 0.05 ? Level.CRITICAL : Level.WARNING,
          "degraded",
          format("%.1f %% of the decisions are degraded", 100 * share.estimate()),
          "By cause: " + causes + ".",
          "Unknown keys: see that the source files or events arrive. Model failures: see the"
              + " server's log, and roll back.");
    }
  }

  private void missing() {
    List<String> names = new ArrayList<>();
    for (FeatureDrift f : report.features()) {
      double rows = f.rows() / Math.max(1e-9, 1 - f.missing());
      double before = f.referenceRows() / Math.max(1e-9, 1 - f.referenceMissing());
      if (f.missing() == 1) {
        rows = report.traffic().decisions();
      }
      Interval rise =
          Proportions.newcombe(
              f.missing() * rows, rows, f.referenceMissing() * before, before, LEVEL);
      if (rows >= DriftRanking.LEAST_ROWS && rise.lower() > SHARE_POINTS) {
        names.add(
            format(
                "%s %.0f %% (was %.0f %%)",
                f.name(), 100 * f.missing(), 100 * f.referenceMissing()));
      }
    }
    if (!names.isEmpty()) {
      add(
          Level.WARNING,
          "missing-values",
          names.size() == 1
              ? "A feature is missing more often"
              : names.size() + " features are" + " missing more often",
          "Missing: " + some(names) + ".",
          "See whether a source stopped, a join broke or a column was renamed, before anything is"
              + " retrained.");
    }
  }

  private void unseen() {
    List<String> names = new ArrayList<>();
    for (FeatureDrift f : report.features()) {
      if (f.rows() >= DriftRanking.LEAST_ROWS
          && Proportions.wilson(f.unseen() * f.rows(), (double) f.rows(), LEVEL).lower() > UNSEEN) {
        String values =
            f.topUnseen().stream()
                .limit(3)
                .map(level -> format("'%s' %,d", level.value(), level.count()))
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
        names.add(format("%s %.1f %% (%s)", f.name(), 100 * f.unseen(), values));
      }
    }
    if (!names.isEmpty()) {
      add(
          Level.WARNING,
          "new-values",
          "Categories the model never saw",
          "New values: " + some(names) + ".",
          "A misspelling or a new product? Correct the source, or retrain with the new values.");
    }
  }

  private void drift() {
    List<FeatureDrift> moved =
        report.features().stream().filter(f -> f.status().compareTo(Status.STABLE) > 0).toList();
    if (moved.isEmpty()) {
      return;
    }
    boolean strong = moved.stream().anyMatch(f -> f.status() == Status.STRONG);
    OptionalLong since = moved.stream().flatMapToLong(f -> f.since().stream()).min();
    alerts.add(
        new Alert(
            strong || moved.size() > 5 ? Level.WARNING : Level.INFO,
            "drift",
            moved.size() == 1 ? "1 feature moved" : moved.size() + " features moved",
            some(moved.stream().map(FeatureDrift::words).toList()) + ".",
            since,
            "Find out what changed in the source first. If the world changed, retrain; drift alone"
                + " does not say that decisions got worse."));
  }

  private void actionRate() {
    report
        .actionRate()
        .ifPresent(rate -> {
          if (rate.reference().isEmpty() || rate.decisions() < DriftRanking.LEAST_ROWS) {
            return;
          }
          double before = rate.reference().getAsDouble();
          Interval now = rate.current();
          if (now.lower() > before + SHARE_POINTS || now.upper() < before - SHARE_POINTS) {
            add(
                Level.WARNING,
                "action-rate",
                format(
                    "The policy says yes to %.1f %%, in the evaluation to %.1f %%",
                    100 * now.estimate(), 100 * before),
                format(
                    "95 %% interval %.1f to %.1f %%, %,d decisions, same policy.",
                    100 * now.lower(), 100 * now.upper(), rate.decisions()),
                "See which features moved, and whether capacity and budget still fit.");
          }
        });
  }

  private void outcomes() {
    Outcomes outcomes = report.outcomes();
    if (outcomes.due() >= DriftRanking.LEAST_ROWS && outcomes.known() == 0) {
      add(
          Level.NO_DATA,
          "outcomes",
          "No outcome was reported",
          format("%,d decisions are due.", outcomes.due()),
          "Post outcomes to /v1/usecases/" + useCase.name() + "/outcomes.");
    } else if (outcomes.due() >= DriftRanking.LEAST_ROWS && outcomes.coverage() < 0.5) {
      add(
          Level.WARNING,
          "outcomes",
          format("%.0f %% of the outcomes due were reported", 100 * outcomes.coverage()),
          format("%,d of %,d.", outcomes.known(), outcomes.due()),
          "What is measured below may not stand for the rest; see who reports outcomes.");
    }
  }

  private void performance(Performance p) {
    contract("recall", p.recall(), useCase.problem().constraints().minRecall(), p);
    contract("precision", p.precision(), useCase.problem().constraints().minPrecision(), p);
    for (EvaluationSection.Gate gate : useCase.evaluation().gates().orElse(List.of())) {
      if (gate.metric().equals("roc-auc")) {
        contract("ROC AUC", p.rocAuc(), gate.atLeast(), p);
      }
    }
    if (p.referenceRocAuc().isPresent()) {
      double before = p.referenceRocAuc().getAsDouble();
      boolean renew = p.rocAuc().below(0.90 * before);
      if (renew || p.rocAuc().below(0.95 * before)) {
        add(
            Level.WARNING,
            "performance",
            format("ROC AUC is %.3f, in the evaluation it was %.3f", p.rocAuc().estimate(), before),
            format(
                "95 %% interval %.3f to %.3f, %,d outcomes.",
                p.rocAuc().lower(), p.rocAuc().upper(), p.rows()),
            renew ? "Retrain, and compare before release." : "Look at what moved; retrain soon.");
      }
    }
  }

  private void contract(String name, Interval value, OptionalDouble least, Performance p) {
    // Where treated outcomes are in it, a working action looks like a bad precision.
    if (least.isPresent()
        && value.below(least.getAsDouble())
        && (p.untreated() || useCase.production().holdOut() == 0)) {
      add(
          Level.CRITICAL,
          "performance",
          format(
              "%s is %.3f, below the contract of %.3f",
              name, value.estimate(), least.getAsDouble()),
          format(
              "95 %% interval %.3f to %.3f, %,d outcomes.", value.lower(), value.upper(), p.rows()),
          "Roll back to the last good version, then retrain.");
    }
  }

  private void money(Realised realised) {
    if (realised.measured() && realised.saved().upper() < 0) {
      add(
          Level.CRITICAL,
          "money",
          "The decisions cost more than acting on nobody",
          "Saved: " + MonitorText.between(realised.saved(), currency()) + ".",
          "Stop the action (raise the threshold or roll back) and review the stated costs.");
    }
  }

  private void effect(Effect effect) {
    if (effect.heldOut() >= 100 && effect.difference().upper() >= 0) {
      add(
          effect.difference().lower() > 0 ? Level.CRITICAL : Level.INFO,
          "effect",
          effect.difference().lower() > 0
              ? "The action makes it happen more often"
              : "The action shows no effect yet",
          format(
              "With it %.1f %%, without %.1f %%; difference %.1f to %.1f points.",
              100 * effect.treatedRate(),
              100 * effect.heldOutRate(),
              100 * effect.difference().lower(),
              100 * effect.difference().upper()),
          "Until it shows one, money saved by the action is an assumption.");
    }
  }

  private String headline(List<Alert> ranked) {
    StringBuilder line = new StringBuilder();
    Optional<Money> money = report.money();
    if (report.traffic().decisions() == 0) {
      line.append("no decisions");
    } else if (money.flatMap(Money::realised).isPresent()) {
      Realised realised = money.get().realised().get();
      line.append(
          realised.measured()
              ? "saved " + MonitorText.between(realised.saved(), currency()) + " (measured)"
              : "saved "
                  + MonitorText.money(realised.saved().estimate(), currency())
                  + " (effect assumed)");
    } else if (money.isPresent()) {
      line.append("expected to save ")
          .append(MonitorText.money(money.get().expected().saved(), currency()))
          .append(" (assumed)");
    } else {
      line.append(format("%,d decisions", report.traffic().decisions()));
    }
    long serious = ranked.stream().filter(a -> a.level() != Level.INFO).count();
    line.append("; ").append(serious == 0 ? "nothing to do" : lower(ranked.getFirst().title()));
    if (serious > 1) {
      line.append(format(" (and %d more)", serious - 1));
    }
    return report.useCase() + ": " + line;
  }

  private String currency() {
    return report.money().map(Money::currency).orElse("");
  }

  private void add(Level level, String code, String title, String why, String toDo) {
    alerts.add(new Alert(level, code, title, why, OptionalLong.empty(), toDo));
  }

  private static String some(List<String> items) {
    String shown = String.join("; ", items.subList(0, Math.min(3, items.size())));
    return items.size() > 3 ? shown + format("; and %d more", items.size() - 3) : shown;
  }

  /// The first letter small, unless the word is an abbreviation.
  private static String lower(String text) {
    boolean word = text.length() > 1 && !Character.isUpperCase(text.charAt(1));
    return word ? text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1) : text;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
