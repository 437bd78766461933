package dev.gnomon.monitoring;

import dev.gnomon.monitoring.MonitorReport.Costs;
import dev.gnomon.monitoring.MonitorReport.Effect;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import dev.gnomon.monitoring.MonitorReport.Money;
import dev.gnomon.monitoring.MonitorReport.Outcomes;
import dev.gnomon.monitoring.MonitorReport.Performance;
import dev.gnomon.monitoring.MonitorReport.Realised;
import dev.gnomon.monitoring.MonitorReport.Traffic;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// A report for the terminal: the point first, then what supports it.
public final class MonitorText {
  private static final int MOST_FEATURES = 10;

  private final MonitorReport report;
  private final StringBuilder out = new StringBuilder();

  private MonitorText(MonitorReport report) {
    this.report = report;
  }

  /// @return lines, each ended
  public static String render(MonitorReport report) {
    return new MonitorText(report).text();
  }

  private String text() {
    line("%s", clean(report.headline()));
    for (Alert alert : report.alerts()) {
      line("");
      line("%-8s  %s", alert.level().word(), clean(alert.title()));
      line("          %s", clean(alert.why()));
      alert.since().ifPresent(since -> line("          since %s", time(since)));
      line("          -> %s", clean(alert.toDo()));
    }
    traffic(report.traffic());
    report.money().ifPresent(this::money);
    report.effect().ifPresent(this::effect);
    outcomes(report.outcomes());
    verified();
    features();
    return out.toString();
  }

  private void traffic(Traffic t) {
    line("");
    line(
        "decisions  %,d, of which %,d yes; %.1f %% degraded",
        t.decisions(), t.yes(), 100 * t.degradedShare());
    if (t.first().isPresent() && t.last().isPresent()) {
      line("           from %s to %s", time(t.first().getAsLong()), time(t.last().getAsLong()));
    }
    line("           decided by: %s", counts(t.variants()));
    if (!t.causes().isEmpty()) {
      line("           not simply the model's: %s", counts(t.causes()));
    }
    report
        .actionRate()
        .ifPresent(rate ->
            line(
                "           the policy of version %d says yes to %.1f %%%s",
                report.version(),
                100 * rate.current().estimate(),
                rate.reference().isPresent()
                    ? format(", in the evaluation to %.1f %%", 100 * rate.reference().getAsDouble())
                    : ""));
  }

  private void money(Money money) {
    line("");
    line("money      %,d decisions count, one per key and period", money.units());
    costs("expected", money.expected(), money.currency(), "assumed: scores and stated costs");
    money
        .realised()
        .ifPresent(realised -> {
          costs(
              "realised",
              realised.costs(),
              money.currency(),
              realised.measured()
                  ? "measured on the hold-out; 'everybody' assumed"
                  : "outcomes counted, effect of the action assumed");
          line("           saved against acting on nobody: %s", saved(realised, money.currency()));
        });
  }

  private void costs(String what, Costs costs, String currency, String basis) {
    line(
        "           %s: %s; acting on nobody %s, on everybody %s (%s)",
        what,
        money(costs.decided(), currency),
        money(costs.nobody(), currency),
        money(costs.everybody(), currency),
        basis);
  }

  private void effect(Effect effect) {
    line("");
    line(
        "action     happened to %.1f %% of %,d with it, %.1f %% of %,d held out",
        100 * effect.treatedRate(), effect.treated(), 100 * effect.heldOutRate(), effect.heldOut());
    line(
        "           difference %.1f points (95 %% interval %.1f to %.1f); prevents %s",
        100 * effect.difference().estimate(),
        100 * effect.difference().lower(),
        100 * effect.difference().upper(),
        percent(effect.saved()));
  }

  private void verified() {
    for (MonitorReport.Verified one : report.verified()) {
      line("");
      line(
          "verified   %,d of %,d served values differ (%s, %s)",
          one.differing(), one.values(), one.how(), one.at());
      if (one.differing() > 0) {
        line("           in %s", clean(String.join(", ", one.names())));
      }
    }
  }

  private void outcomes(Outcomes o) {
    line("");
    line("outcomes   %,d of %,d due are known, %,d positive", o.known(), o.due(), o.positives());
    o.performance()
        .ifPresent(p -> {
          line("           %s", metric("ROC AUC", p.rocAuc(), p.referenceRocAuc()));
          line("           %s", metric("recall", p.recall(), p.referenceRecall()));
          line("           %s", metric("precision", p.precision(), p.referencePrecision()));
          line("           %s", basis(p));
        });
  }

  /// What the figures rest on, in one sentence.
  public static String basis(Performance p) {
    return format(
        p.untreated()
            ? "on %,d outcomes without action; the held out stand for those acted on"
            : "on %,d outcomes as they came: what the action prevented counts as a false alarm",
        p.rows());
  }

  private void features() {
    if (report.features().isEmpty()) {
      return;
    }
    line("");
    report.score().ifPresent(score -> line("scores     %s", clean(score.words())));
    List<FeatureDrift> shown =
        report.features().stream().filter(f -> f.status() != Status.STABLE).toList();
    int stable = report.features().size() - shown.size();
    line("features   %d stable", stable);
    for (FeatureDrift feature : shown.subList(0, Math.min(MOST_FEATURES, shown.size()))) {
      line(
          "           %s%s",
          clean(feature.words()),
          feature.since().isPresent() ? ", since " + time(feature.since().getAsLong()) : "");
    }
    if (shown.size() > MOST_FEATURES) {
      line("           and %d more", shown.size() - MOST_FEATURES);
    }
  }

  private static String metric(String name, Interval value, OptionalDouble reference) {
    return format(
            "%s %.3f (95 %% interval %.3f to %.3f)",
            name, value.estimate(), value.lower(), value.upper())
        + (reference.isPresent()
            ? format(", in the evaluation %.3f", reference.getAsDouble())
            : "");
  }

  /// What was saved, and whether that is known or assumed.
  static String saved(Realised realised, String currency) {
    return realised.measured()
        ? between(realised.saved(), currency) + ", measured"
        : money(realised.saved().estimate(), currency) + ", assumed";
  }

  static String between(Interval interval, String currency) {
    return format(
        "%s (95 %% interval %s to %s)",
        money(interval.estimate(), currency),
        money(interval.lower(), currency),
        money(interval.upper(), currency));
  }

  static String money(double value, String currency) {
    String amount = format(Math.abs(value) < 100 ? "%,.2f" : "%,.0f", value + 0.0);
    return currency.isEmpty() ? amount : amount + " " + currency;
  }

  private static String percent(Interval share) {
    if (Double.isNaN(share.lower())) {
      return Double.isNaN(share.estimate()) ? "an unknown share" : "all so far";
    }
    return format(
        "%.0f %% of them (%.0f to %.0f %%)",
        100 * share.estimate(), 100 * share.lower(), 100 * share.upper());
  }

  private static String counts(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(entry -> format("%s %,d", entry.getKey(), entry.getValue()))
        .reduce((a, b) -> a + ", " + b)
        .orElse("nobody");
  }

  private static String time(long micros) {
    return Times.instant(micros / Times.SECOND * Times.SECOND).toString();
  }

  /// Values come from requests: none may steer a terminal.
  private static String clean(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void line(String pattern, Object... values) {
    out.append(format(pattern, values)).append('\n');
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
