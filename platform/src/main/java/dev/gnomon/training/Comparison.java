package dev.gnomon.training;

import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.MetricNames;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.stats.DeLong;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.McNemar;
import dev.gnomon.stats.TestResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Two versions of a use case on the same test rows, and what may be concluded.
///
/// Every difference is paired: both versions are measured on the same resample of entities, so that
/// what makes rows easy or hard for both falls out. Costs are those that the second version's file
/// states, for both. Decisions are those of each version's own policy, row by row; a capacity's
/// counter is not simulated.
///
/// @param metrics second minus first, in the order of the file
/// @param deLong z and p of equal areas under the ROC curve; rows count as independent
/// @param mcNemar p of equal error rates of the decisions; rows count as independent
/// @param savedBySecond what the second saves against the first over these rows, one outcome
///   counted once; empty without costs
/// @param verdict what is shown, in words
/// @param notes what to keep in mind
public record Comparison(
    String useCase,
    String first,
    String second,
    int rows,
    int entities,
    List<Measured> metrics,
    TestResult deLong,
    Discordant mcNemar,
    Optional<String> currency,
    Optional<Interval> savedBySecond,
    String verdict,
    List<String> notes) {
  public Comparison {
    metrics = List.copyOf(metrics);
    notes = List.copyOf(notes);
  }

  /// @param reading `better`, `worse` or `no difference shown`, of the second
  public record Measured(
      String metric, double first, double second, Interval difference, String reading) {}

  /// @param onlyFirstRight rows that only the first decided rightly
  /// @param pValue exact
  public record Discordant(long onlyFirstRight, long onlySecondRight, double pValue) {}

  /// One version with the training set of its own definition, as of its own time.
  public record Side(String name, UseCase useCase, TrainingSet set, Bundle bundle) {}

  /// @throws Refusal if the versions were not tested on the same rows, or the data changed since
  public static Comparison of(Side first, Side second) {
    Split splitFirst = split(first);
    Split splitSecond = split(second);
    if (!splitFirst.testHash().equals(splitSecond.testHash())) {
      throw new Refusal(
          "%s and %s".formatted(first.name(), second.name()),
          "they were tested on different rows (%,d and %,d)"
              .formatted(splitFirst.test().length, splitSecond.test().length),
          "train one again with the other's split, seed and --as-of: a row that one of them learned"
              + " from would flatter it");
    }
    TrainingSet set = second.set();
    int[] rows = splitSecond.test();
    UseCase useCase = second.useCase();
    Policy policy = second.bundle().policy();
    double[] p1 = first.bundle().scoring().scores(first.set().rows(), splitFirst.test());
    double[] p2 = second.bundle().scoring().scores(set.rows(), rows);
    boolean[] acts1 = acts(first, splitFirst.test(), p1);
    boolean[] acts2 = acts(second, rows, p2);
    Scored part1 = Scored.of(set, rows, p1, policy);
    Scored part2 = Scored.of(set, rows, p2, policy);
    OutcomePeriods periods = OutcomePeriods.of(useCase, set, rows);
    Metrics metrics1 = Evaluator.metrics(part1, acts1, periods);
    Metrics metrics2 = Evaluator.metrics(part2, acts2, periods);

    List<String> names = Metrics.names(useCase.evaluation().metrics(), policy.hasCosts());
    List<WeightedMetric> differences = new ArrayList<>();
    for (String name : names) {
      WeightedMetric a = metrics1.metric(name);
      WeightedMetric b = metrics2.metric(name);
      differences.add(w -> b.of(w) - a.of(w));
    }
    double[] costs1 = Evaluator.costs(part1, acts1, periods);
    double[] costs2 = Evaluator.costs(part2, acts2, periods);
    differences.add(w -> Evaluator.sum(costs1, w) - Evaluator.sum(costs2, w));
    EntityBootstrap bootstrap = Evaluator.bootstrap(rows.length, useCase.training().seed());
    List<Interval> found = bootstrap.intervals(part2.entities(), part2.entityCount(), differences);

    List<Measured> measured = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      measured.add(
          new Measured(
              name,
              metrics1.value(name),
              metrics2.value(name),
              found.get(i),
              reading(name, found.get(i))));
    }
    double[] labels = part2.labels();
    Optional<Interval> saved = policy.hasCosts() ? Optional.of(found.getLast()) : Optional.empty();
    List<String> notes = new ArrayList<>();
    if (part2.entityCount() < rows.length) {
      notes.add(
          "%,d rows are of %,d entities: the intervals resample entities; DeLong and McNemar take"
                  .formatted(rows.length, part2.entityCount())
              + " rows as independent and are too sure of themselves.");
    }
    if (first.bundle().manifest().featurePlan().equals(second.bundle().manifest().featurePlan())) {
      notes.add("Both read the same features.");
    } else {
      notes.add("They read different features.");
    }
    notes.add(
        "%d figures are compared at once: at 95 %% one in twenty differs by chance."
            .formatted(names.size()));
    return new Comparison(
        useCase.name(),
        first.name(),
        second.name(),
        rows.length,
        part2.entityCount(),
        measured,
        DeLong.paired(p2, p1, labels),
        discordant(acts1, acts2, labels),
        policy.currency(),
        saved,
        verdict(first.name(), second.name(), measured, saved, policy),
        notes);
  }

  private static Split split(Side side) {
    Split split = Splits.of(side.useCase(), side.set());
    String tested = side.bundle().manifest().lineage().getOrDefault("test-rows", "");
    if (!split.testHash().equals(tested)) {
      throw new Refusal(
          side.name(),
          "its test rows can't be found again in the data as they are now",
          "the data it was trained on; or train it again on these");
    }
    return split;
  }

  private static boolean[] acts(Side side, int[] rows, double[] probabilities) {
    boolean[] acts = new boolean[rows.length];
    Decision decision = new Decision();
    Table.Cursor cursor = side.set().rows().cursor();
    for (int i = 0; i < rows.length; i++) {
      side.bundle().policy().decide(probabilities[i], cursor.at(rows[i]), decision);
      acts[i] = decision.acts();
    }
    return acts;
  }

  private static Discordant discordant(boolean[] first, boolean[] second, double[] labels) {
    boolean[] right1 = new boolean[labels.length];
    boolean[] right2 = new boolean[labels.length];
    for (int i = 0; i < labels.length; i++) {
      right1[i] = first[i] == (labels[i] == 1);
      right2[i] = second[i] == (labels[i] == 1);
    }
    McNemar test = McNemar.of(right1, right2);
    return new Discordant(test.onlyFirst(), test.onlySecond(), test.exact().pValue());
  }

  private static String reading(String metric, Interval difference) {
    if (!(difference.lower() > 0) && !(difference.upper() < 0)) {
      return "no difference shown";
    }
    if (MetricNames.isNeutral(metric)) {
      return difference.lower() > 0 ? "higher" : "lower";
    }
    return difference.lower() > 0 != Metrics.lowerIsBetter(metric) ? "better" : "worse";
  }

  /// Money decides where it is stated, else the ranking.
  private static String verdict(
      String first,
      String second,
      List<Measured> measured,
      Optional<Interval> saved,
      Policy policy) {
    if (saved.isPresent()) {
      Interval s = saved.get();
      String figures =
          String.format(
              Locale.ROOT,
              "%,.0f %s on these rows (95 %%: %,.0f to %,.0f)",
              Math.abs(s.estimate()),
              policy.currency().orElse(""),
              s.estimate() < 0 ? -s.upper() : s.lower(),
              s.estimate() < 0 ? -s.lower() : s.upper());
      return s.lower() > 0
          ? "%s is better than %s: it saves %s".formatted(second, first, figures)
          : s.upper() < 0
              ? "%s is worse than %s: it costs %s more".formatted(second, first, figures)
              : "No difference in money is shown between %s and %s: %s %s %s"
                  .formatted(
                      first, second, second, s.estimate() < 0 ? "costs more by" : "saves", figures);
    }
    Measured auc =
        measured.stream().filter(m -> m.metric().equals("roc-auc")).findFirst().orElseThrow();
    String figures =
        String.format(
            Locale.ROOT,
            "ROC-AUC %.4f against %.4f, difference %+.4f (95 %%: %+.4f to %+.4f)",
            auc.second(),
            auc.first(),
            auc.difference().estimate(),
            auc.difference().lower(),
            auc.difference().upper());
    return switch (auc.reading()) {
      case "better" -> "%s ranks better than %s: %s".formatted(second, first, figures);
      case "worse" -> "%s ranks worse than %s: %s".formatted(second, first, figures);
      default -> "No difference is shown between %s and %s: %s".formatted(first, second, figures);
    };
  }
}
