package dev.gnomon.training.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.schema.Type;
import dev.gnomon.stats.LittleTest;
import dev.gnomon.training.advice.DataFacts.ColumnFacts;
import dev.gnomon.training.advice.DataFacts.NumberTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every rule, on facts where it applies and on facts where it does not.
class RulesTest {
  private static final ColumnFacts FULL = new ColumnFacts("x", Type.NUMBER, 0, 50);
  private static final ColumnFacts GAPS = new ColumnFacts("g", Type.NUMBER, 0.2, 50);

  /// What fires a rule, what does not, and words of what it then says.
  private record Case(String rule, Facts fires, Facts quiet, String words) {}

  private static Case rule(String rule, Facts fires, Facts quiet, String words) {
    return new Case(rule, fires, quiet, words);
  }

  /// @param sections a name and its text in turn
  private static Facts read(Map<String, String> usual, String... sections) {
    Map<String, String> all = new LinkedHashMap<>(usual);
    for (int i = 0; i < sections.length; i += 2) {
      all.put(sections[i], sections[i + 1]);
    }
    StringBuilder text = new StringBuilder("gnomon: 1\n");
    all.forEach((name, content) -> text.append(name).append(": ").append(content).append('\n'));
    return Facts.of(UseCaseReader.parse(text.toString(), Path.of("usecase.yaml")));
  }

  private static Facts flat(String... sections) {
    return read(
        Map.of(
            "name", "t",
            "frame", "{task: binary, target: {column: y, positive: \"1\"}}",
            "data", "{table: t.csv}"),
        sections);
  }

  private static Facts timed(String... sections) {
    return flat(
        Stream.concat(Stream.of("data", "{table: t.csv, event-time: at}"), Stream.of(sections))
            .toArray(String[]::new));
  }

  private static Facts number(String... sections) {
    return flat(
        Stream.concat(
                Stream.of("frame", "{task: regression, target: {column: y}}"), Stream.of(sections))
            .toArray(String[]::new));
  }

  private static Facts every(String every, String to, String within, String... sections) {
    return read(
        Map.of(
            "name",
            "t",
            "frame",
            """
            {task: binary, observe: {every: %s, from: 2024-01-01, to: %s, population: {source: people}},
              target: {event: gone, within: %s}}\
            """
                .formatted(every, to, within),
            "data",
            """
            {sources: {people: {kind: state, path: p.csv, key: k, event-time: at},
              gone: {kind: events, path: g.csv, key: k, event-time: at, known-at: loaded}}}\
            """),
        sections);
  }

  private static Facts grid(String... sections) {
    return every("7d", "2024-12-01", "7d", sections);
  }

  private static DataFacts data(int rows, int positives, ColumnFacts... columns) {
    return new DataFacts(
        rows,
        rows,
        positives,
        rows,
        1,
        OptionalDouble.empty(),
        List.of(columns),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private static DataFacts tested(double pValue, ColumnFacts... columns) {
    DataFacts d = data(1_000, 300, columns);
    return new DataFacts(
        d.rows(),
        d.labelled(),
        d.positives(),
        d.keys(),
        1,
        OptionalDouble.of(100),
        d.columns(),
        List.of(List.of("a", "b")),
        Optional.of(new LittleTest(12, 5, pValue, 3, 1_000, 9)),
        List.of("signed"),
        Optional.empty());
  }

  private static DataFacts foreseen(double far, double zeros) {
    return new DataFacts(
        500,
        500,
        0,
        500,
        1,
        OptionalDouble.empty(),
        List.of(FULL),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.of(new NumberTarget(10, 8, 4, far, 0, zeros)));
  }

  private static Facts on(Facts facts, DataFacts data) {
    return facts.with(data, Optional.empty());
  }

  /// With costs that differ by row.
  private static Facts rows(double neverPays) {
    return flat("problem", costs("10", "10", "clv"))
        .with(
            data(1_000, 300, FULL),
            Optional.of(new Money("EUR", 10, 10, 50, 0, true, 0.2, 0.1, 0.5, neverPays, 0)));
  }

  private static String costs(String tp, String fp, String fn) {
    return "{costs: {currency: EUR, true-positive: %s, false-positive: %s, false-negative: %s}}"
        .formatted(tp, fp, fn);
  }

  private static ColumnFacts text(int levels) {
    return new ColumnFacts("city", Type.TEXT, 0, levels);
  }

  private static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    problem(cases);
    frame(cases);
    data(cases);
    features(cases);
    models(cases);
    training(cases);
    evaluation(cases);
    production(cases);
    return cases;
  }

  private static void problem(List<Case> to) {
    String both = "{constraints: {min-recall: 0.95, min-precision: %s}}";
    String capacity =
        "{constraints: {min-recall: 0.8, capacity: {per: 1d, max: %d}}, costs: {false-positive: 1, false-negative: 5}}";
    to.add(rule("acting-never-pays", rows(0.6), rows(0.4), "60 % of the rows"));
    to.add(
        rule(
            "acting-always-pays",
            flat("problem", costs("0", "0", "5")),
            flat("problem", costs("0", "1", "5")),
            "always to act"));
    to.add(
        rule(
            "recall-and-precision-near-one",
            flat("problem", both.formatted("0.9")),
            flat("problem", both.formatted("0.5")),
            "0.95"));
    to.add(
        rule(
            "capacity-below-recall",
            on(timed("problem", capacity.formatted(50)), tested(0.5, FULL)),
            on(timed("problem", capacity.formatted(80)), tested(0.5, FULL)),
            "at most a recall of 0.50"));
    to.add(rule("no-decision", flat(), flat("problem", "{decision: d}"), "problem.decision"));
    to.add(rule("no-owner", flat(), flat("problem", "{owner: o}"), "problem.owner"));
    to.add(
        rule(
            "no-costs",
            flat("problem", "{decision: Block a fraud}"),
            flat("problem", costs("0", "1", "5")),
            "3:1 to 10:1 needless actions, which is a threshold of 0.091 to 0.25"));
    to.add(
        rule(
            "no-protected",
            flat("problem", "{decision: Invite for an interview}"),
            flat("problem", "{decision: Invite for an interview, constraints: {protected: [sex]}}"),
            "protected"));
    to.add(
        rule(
            "no-reasons",
            flat("problem", "{decision: Refuse a loan}"),
            flat("problem", "{decision: Refuse a loan, constraints: {reasons: required}}"),
            "reasons: required"));
    to.add(
        rule(
            "capacity-unjudged",
            flat("problem", capacity.formatted(5)),
            timed("problem", capacity.formatted(5)),
            "data.event-time"));
    to.add(
        rule(
            "stated-threshold",
            flat("problem", costs("10", "10", "100")),
            flat(),
            // 10 / (10 + 90)
            "act from a probability of 0.10 on: a needless action costs 10 EUR extra, a missed case 90"));
    to.add(
        rule(
            "costs-by-row",
            flat("problem", costs("10", "10", "clv")),
            flat("problem", costs("10", "10", "100")),
            "(FP - TN) / ((FP - TN) + (FN - TP))"));
    to.add(
        rule(
            "customary-threshold",
            flat(
                "problem",
                "{decision: Hire an applicant, costs: {false-positive: 1, false-negative: 15}}"),
            flat(
                "problem",
                "{decision: Hire an applicant, costs: {false-positive: 7, false-negative: 3}}"),
            "0.60 to 0.80 are often taught. The stated costs rule them out: they put it at 0.063"));
    Facts usual =
        flat("problem", "{decision: Block a fraud, costs: {false-positive: 1, false-negative: 5}}");
    Facts unusual =
        flat(
            "problem", "{decision: Block a fraud, costs: {false-positive: 1, false-negative: 50}}");
    to.add(rule("ratio-outside-custom", unusual, usual, "50:1 needless actions here"));
    to.add(rule("ratio-as-customary", usual, unusual, "5:1 needless actions"));
    to.add(rule("acting-sometimes-never-pays", rows(0.2), rows(0), "20 % of the rows"));
    to.add(
        rule(
            "saving-counted-twice",
            flat("problem", costs("-590", "10", "600")),
            flat("problem", costs("10", "10", "600")),
            "counted twice"));
    to.add(
        rule(
            "priority",
            flat("problem", "{decision: Move a message to the spam folder}"),
            flat("problem", "{decision: d}"),
            "precision first"));
  }

  private static void frame(List<Case> to) {
    to.add(
        rule(
            "grid-too-short",
            every("7d", "2024-01-20", "30d"),
            every("7d", "2024-04-01", "30d"),
            "spans 19 days and the horizon is 30d"));
    to.add(
        rule(
            "overlapping-horizons",
            every("7d", "2024-12-01", "30d"),
            every("30d", "2024-12-01", "30d"),
            "up to 5 times"));
    to.add(
        rule(
            "few-positives",
            on(flat(), data(1_000, 60, FULL)),
            on(flat(), data(1_000, 400, FULL)),
            "Only 60 cases"));
    to.add(
        rule(
            "cases-enough",
            on(flat(), data(1_000, 400, FULL)),
            on(flat(), data(1_000, 60, FULL)),
            "400 of them positive (40 %)"));
    DataFacts d = data(1_000, 300, FULL);
    DataFacts open =
        new DataFacts(
            1_000,
            700,
            300,
            1_000,
            1,
            OptionalDouble.empty(),
            d.columns(),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    to.add(rule("unknown-outcomes", on(flat(), open), on(flat(), d), "300 of 1,000"));
    to.add(
        rule(
            "number-thresholded",
            number("problem", "{decision: Bring bicycles}"),
            number(),
            "task: binary"));
  }

  private static void data(List<Case> to) {
    String checked = "{table: t.csv, checks: [{column: g, missing-at-most: 0.3}]}";
    ColumnFacts mostly = new ColumnFacts("m", Type.NUMBER, 0.7, 9);
    to.add(rule("no-checks", flat(), flat("data", checked), "gnomon profile"));
    to.add(
        rule(
            "time-not-stated",
            on(flat(), tested(0.5, FULL)),
            on(timed(), tested(0.5, FULL)),
            "data.event-time: signed"));
    to.add(
        rule(
            "static-state",
            read(
                Map.of("name", "t"),
                "frame",
                "{task: binary, observe: {every: 7d, from: 2024-01-01, to: 2024-12-01, population: {source: people}}, target: {event: gone, within: 7d}}",
                "data",
                "{sources: {people: {kind: state, path: p.csv, key: k, static: true}, gone: {kind: events, path: g.csv, key: k, event-time: at}}}"),
            grid(),
            "people"));
    to.add(
        rule(
            "no-known-at",
            grid(
                "data",
                "{sources: {people: {kind: state, path: p.csv, key: k, event-time: at}, gone: {kind: events, path: g.csv, key: k, event-time: at}}}"),
            grid(),
            "gone: taken as known"));
    to.add(
        rule(
            "missing-mostly",
            on(flat(), data(100, 50, mostly)),
            on(flat(), data(100, 50, GAPS)),
            "m (70 %)"));
    to.add(
        rule(
            "missing-above-limit",
            on(flat(), data(100, 50, GAPS)),
            on(flat("data", checked), data(100, 50, GAPS)),
            "{column: g, missing-at-most: 0.25}"));
    to.add(
        rule(
            "missing-together",
            on(flat(), tested(0.5, GAPS)),
            on(flat(), data(100, 50, GAPS)),
            "a, b"));
    to.add(
        rule(
            "missing-not-at-random",
            on(flat(), tested(0.01, GAPS)),
            on(flat(), tested(0.05, GAPS)),
            "d2 = 12, 5 degrees of freedom, p = 0.010"));
    to.add(
        rule(
            "missing-at-random-possible",
            on(flat(), tested(0.05, GAPS)),
            on(flat(), tested(0.01, GAPS)),
            "no proof"));
    to.add(
        rule(
            "missing-untested",
            on(flat(), data(100, 50, GAPS)),
            on(flat(), tested(0.05, GAPS)),
            "g (20 %)"));
    to.add(
        rule(
            "nothing-missing",
            on(flat(), data(100, 50, FULL)),
            on(flat(), data(100, 50, GAPS)),
            "No feature"));
    DataFacts d = data(1_000, 300, FULL);
    DataFacts repeats =
        new DataFacts(
            1_000,
            1_000,
            300,
            250,
            1,
            OptionalDouble.empty(),
            d.columns(),
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty());
    to.add(rule("repeated-keys", on(flat(), repeats), on(flat(), d), "250 keys (4 each)"));
    to.add(rule("no-data", flat(), on(flat(), d), "not looked at"));
  }

  private static void features(List<Case> to) {
    to.add(
        rule(
            "known-after-as-feature",
            flat(
                "data",
                "{table: t.csv, known-after: [z]}",
                "features",
                "{columns: [x], derived: {w: 2 * z}}"),
            flat("data", "{table: t.csv, known-after: [z]}", "features", "{columns: [x]}"),
            "'z' is known only after"));
    to.add(
        rule(
            "too-many-columns",
            on(flat(), data(15, 5, FULL, GAPS)),
            on(flat(), data(20, 5, FULL, GAPS)),
            "2 features for 15 rows"));
    to.add(
        rule(
            "many-levels",
            on(flat(), data(1_000, 300, text(11))),
            on(flat(), data(1_000, 300, text(10))),
            "{city: {encode: target}}"));
    to.add(
        rule(
            "nearly-unique-text",
            on(flat(), data(1_000, 300, text(900))),
            on(flat(), data(1_000, 300, text(400))),
            "city (900)"));
    to.add(
        rule(
            "few-levels",
            on(flat(), data(1_000, 300, text(10))),
            on(flat(), data(1_000, 300, text(11))),
            "1 text"));
    to.add(
        rule(
            "constant",
            on(flat(), data(1_000, 300, text(1))),
            on(flat(), data(1_000, 300, text(2))),
            "city"));
    to.add(
        rule(
            "times-as-features",
            on(flat(), data(100, 50, new ColumnFacts("since", Type.TIME, 0, 90))),
            on(flat(), data(100, 50, FULL)),
            "since"));
    ColumnFacts[] many = new ColumnFacts[31];
    java.util.Arrays.fill(many, FULL);
    String fast = "{constraints: {latency-p99: 100ms}}";
    to.add(
        rule(
            "more-than-served",
            on(flat("problem", fast), data(1_000, 300, many)),
            on(flat("problem", fast), data(1_000, 300, FULL)),
            "31 features under a limit of 100ms"));
    to.add(
        rule(
            "fairness-by-omission",
            flat("problem", "{constraints: {protected: [sex]}}"),
            flat(),
            "sex"));
  }

  private static void models(List<Case> to) {
    String transparent = "{constraints: {reasons: transparent-model}}";
    to.add(
        rule(
            "opaque-where-transparent",
            flat("problem", transparent, "models", "{candidates: [logistic, k-nn]}"),
            flat("problem", transparent, "models", "{candidates: [logistic]}"),
            "nobody can follow k-nn"));
    String weights = "{imbalance: class-weights}";
    String cost = costs("0", "1", "5");
    to.add(
        rule(
            "resampled-uncalibrated",
            flat("problem", cost, "training", weights, "models", "{calibration: none}"),
            flat("problem", cost, "training", weights, "models", "{calibration: platt}"),
            "platt or isotonic"));
    to.add(
        rule(
            "no-baseline",
            flat("models", "{candidates: [xgboost]}"),
            flat("models", "{candidates: [logistic, xgboost]}"),
            "`logistic`"));
    to.add(
        rule(
            "family-by-latency",
            flat("problem", "{constraints: {latency-p99: 20ms}}"),
            flat(),
            "Under 20ms: a linear model"));
    to.add(
        rule(
            "family-by-size",
            on(flat(), data(9_999, 3_000, FULL)),
            on(flat(), data(10_000, 3_000, FULL)),
            "penalised logistic"));
    to.add(
        rule(
            "family-large",
            on(flat(), data(10_000, 3_000, FULL)),
            on(flat(), data(9_999, 3_000, FULL)),
            "boosted trees"));
    to.add(
        rule(
            "isotonic-on-few-rows",
            on(flat("models", "{calibration: isotonic}"), data(9_000, 999, FULL)),
            on(flat("models", "{calibration: isotonic}"), data(9_000, 1_000, FULL)),
            "platt"));
    to.add(
        rule(
            "costs-uncalibrated",
            flat("problem", cost, "models", "{calibration: none}"),
            flat("problem", cost),
            "calibration: platt"));
    to.add(
        rule(
            "ensemble-must-earn",
            flat("models", "{candidates: [logistic, averaging: {members: \"logistic, xgboost\"}]}"),
            flat("models", "{candidates: [logistic]}"),
            "averaging"));
  }

  private static void training(List<Case> to) {
    to.add(
        rule(
            "random-split-over-time",
            timed("training", "{split: {by: random}}"),
            flat("training", "{split: {by: random}}"),
            "split by time"));
    to.add(rule("split-by-time", timed(), flat(), "by time"));
    to.add(
        rule(
            "entity-split-over-time",
            timed("training", "{split: {by: entity}}"),
            timed(),
            "Prefer by: time"));
    to.add(
        rule(
            "folds-over-time",
            timed(),
            timed("training", "{validation: {method: expanding}}"),
            "expanding"));
    to.add(
        rule(
            "imbalance-by-threshold",
            on(flat(), data(10_000, 300, FULL)),
            on(flat(), data(10_000, 3_000, FULL)),
            "3 % are positive"));
    to.add(
        rule("imbalance-treated", flat("training", "{imbalance: class-weights}"), flat(), "prior"));
    to.add(
        rule(
            "imbalance-needless",
            on(flat("training", "{imbalance: class-weights}"), data(1_000, 300, FULL)),
            on(flat("training", "{imbalance: class-weights}"), data(1_000, 30, FULL)),
            "30 % are positive"));
    String cost = costs("0", "1", "5");
    to.add(
        rule(
            "objective-not-cost",
            flat("problem", cost, "training", "{search: {objective: roc-auc}}"),
            flat("problem", cost),
            "chosen by roc-auc"));
    String search = "{search: {method: bayesian, trials: %d}}";
    to.add(rule("no-search", flat(), flat("training", search.formatted(30)), "bayesian"));
    to.add(
        rule(
            "few-trials",
            flat("training", search.formatted(29)),
            flat("training", search.formatted(30)),
            "29 trials over 3 candidates"));
    to.add(
        rule(
            "small-test-part",
            on(flat(), data(1_000, 245, FULL)),
            on(flat(), data(1_000, 250, FULL)),
            "about 49 cases"));
  }

  private static void evaluation(List<Case> to) {
    String gate = "{gates: [{metric: %s, at-least: 0.7}]}";
    to.add(
        rule(
            "gates-without-costs",
            flat("evaluation", gate.formatted("recall")),
            flat("evaluation", gate.formatted("roc-auc")),
            "Gates bound recall"));
    to.add(
        rule(
            "accuracy-gate-says-nothing",
            on(flat("evaluation", gate.formatted("accuracy")), data(1_000, 250, FULL)),
            on(flat("evaluation", gate.formatted("accuracy")), data(1_000, 350, FULL)),
            "at least 0.7; saying the same of everybody reaches 0.75"));
    to.add(
        rule(
            "mape-with-zeros",
            on(number("evaluation", "{metrics: [mape]}"), foreseen(0, 0.1)),
            on(number("evaluation", "{metrics: [mape]}"), foreseen(0, 0)),
            "10 %"));
    to.add(
        rule(
            "no-segments",
            flat("problem", "{decision: Refuse a loan}"),
            flat("problem", "{decision: Refuse a loan}", "evaluation", "{segments: [sex]}"),
            "evaluation.segments"));
    to.add(
        rule(
            "primary-metric-pr",
            on(flat("evaluation", "{metrics: [roc-auc]}"), data(10_000, 400, FULL)),
            on(flat("evaluation", "{metrics: [roc-auc]}"), data(10_000, 4_000, FULL)),
            "add `average-precision`"));
    to.add(
        rule(
            "primary-metric-roc",
            on(flat(), data(10_000, 4_000, FULL)),
            on(flat(), data(10_000, 400, FULL)),
            "ROC-AUC"));
    to.add(
        rule(
            "accuracy-on-rare",
            on(flat("evaluation", "{metrics: [accuracy]}"), data(1_000, 100, FULL)),
            on(flat("evaluation", "{metrics: [accuracy]}"), data(1_000, 300, FULL)),
            "already reaches 90 %"));
    to.add(
        rule(
            "mae-for-tails",
            on(number(), foreseen(0.03, 0)),
            on(number(), foreseen(0.01, 0)),
            "MAE is not ruled by them"));
    to.add(
        rule(
            "rmse-without-tails",
            on(number(), foreseen(0.01, 0)),
            on(number(), foreseen(0.03, 0)),
            "RMSE"));
    to.add(rule("mae-or-mse", number(), on(number(), foreseen(0, 0)), "RMSE if great errors"));
    to.add(rule("no-gates", flat("evaluation", "{gates: []}"), flat(), "every version passes"));
    String champion = "{gates: [{metric: roc-auc, no-worse-than: champion, margin: 0.02}]}";
    to.add(
        rule(
            "no-champion-gate",
            flat("production", "{retrain: {every: 30d}}"),
            flat("production", "{retrain: {every: 30d}}", "evaluation", champion),
            "no-worse-than: champion"));
    to.add(
        rule(
            "segments-stated", flat("evaluation", "{segments: [plan]}"), flat(), "Segments: plan"));
  }

  private static void production(List<Case> to) {
    // Of 100 lost, acting leaves 80 and costs 10: 30 % are said to be saved.
    String effect = costs("80", "10", "100");
    to.add(
        rule(
            "effect-asserted",
            flat("problem", effect),
            flat("problem", effect, "production", "{hold-out: 0.05}"),
            "saves 30 %"));
    to.add(
        rule(
            "retrain-before-labels",
            grid("production", "{retrain: {every: 1d}}"),
            grid("production", "{retrain: {every: 7d}}"),
            "come every 7d only"));
    to.add(
        rule(
            "no-hold-out",
            flat("problem", costs("10", "10", "100")),
            flat("problem", costs("10", "10", "100"), "production", "{hold-out: 0.05}"),
            "hold-out"));
    to.add(
        rule(
            "no-fallback",
            flat(),
            flat("production", "{fallback: [{otherwise: true, score: 0.1}]}"),
            "production.fallback"));
    to.add(rule("no-retrain", flat(), flat("production", "{retrain: {every: 7d}}"), "every: 7d"));
    to.add(
        rule(
            "outcomes-unknown",
            flat(),
            flat("production", "{monitor: {outcomes-after: 30d}}"),
            "outcomes-after"));
    to.add(
        rule(
            "guards-before-outcomes",
            grid("production", "{release: {strategy: canary, steps: cautious, step-time: 1h}}"),
            grid("production", "{release: {strategy: canary, steps: cautious, step-time: 2d}}"),
            "The release takes 4h and outcomes come after 7d"));
    String fast = "{constraints: {latency-p99: 100ms}}";
    to.add(rule("serve-in-batch", grid(), grid("problem", fast), "gnomon predict"));
    to.add(rule("serve-online", flat("problem", fast), grid("problem", fast), "gnomon up"));
    to.add(rule("serve-hybrid", grid("problem", fast), grid(), "a hybrid"));
    to.add(
        rule(
            "retrain-on-conditions",
            flat("production", "{retrain: {every: 30d}}"),
            flat("production", "{retrain: {every: 30d, when: [performance-below-contract]}}"),
            "drift-in-more-than"));
    to.add(
        rule(
            "effect-measured",
            flat("production", "{hold-out: 0.05}"),
            flat(),
            "5 % of the positive"));
  }

  @TestFactory
  Stream<DynamicTest> appliesWhereItShouldAndOnlyThere() {
    return cases().stream()
        .map(each ->
            DynamicTest.dynamicTest(
                each.rule(),
                () -> {
                  Rule rule =
                      Rules.ALL.stream()
                          .filter(r -> r.id().equals(each.rule()))
                          .findFirst()
                          .orElseThrow();
                  Optional<Finding> found = rule.find(each.fires());
                  assertThat(found).isPresent();
                  assertThat(found.orElseThrow().advice())
                      .contains(each.words())
                      .doesNotContain("NaN", "%%", "Optional");
                  assertThat(rule.find(each.quiet())).isEmpty();
                }));
  }

  @Test
  void everyRuleHasACaseAnIdOfItsOwnAReasonAndASource() {
    Set<String> ids = new HashSet<>();
    for (Rule rule : Rules.ALL) {
      assertThat(ids.add(rule.id())).as(rule.id()).isTrue();
      assertThat(rule.id()).matches("[a-z-]+");
      assertThat(rule.reason()).as(rule.id()).endsWith(".");
      assertThat(rule.source()).as(rule.id()).isNotBlank();
      assertThat(rule.when() + rule.reason() + rule.source()).as(rule.id()).doesNotContain("|");
    }
    // A neural network can't be a candidate yet.
    ids.remove("neural-on-few-rows");
    assertThat(cases().stream().map(Case::rule)).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void aStatementWithoutDataIsAdvisedOnAndSaysSo() {
    Advice advice = Advice.of(flat(), List.of("t.csv: no such file"));
    assertThat(advice.contradicts()).isFalse();
    assertThat(AdviceText.of(advice, 80))
        .startsWith("t: the statement alone\n  t.csv: no such file\n")
        .contains("1. problem", "8. production", "[no-data]");
  }

  @Test
  void theDomainIsReadFromTheWordsOfTheStatement() {
    assertThat(Domain.of("churn Offer a campaign customer").orElseThrow().name())
        .isEqualTo("churn");
    assertThat(Domain.of("pima-diabetes Invite a patient to a test").orElseThrow().name())
        .isEqualTo("medical screening");
    assertThat(Domain.of("nsl-kdd Raise an alert connection").orElseThrow().name())
        .isEqualTo("intrusion detection");
    assertThat(Domain.of("german-credit Refuse a credit applicant").orElseThrow().name())
        .isEqualTo("credit");
    assertThat(Domain.of("bikes Bring bicycles to the stations")).isEmpty();
  }
}
