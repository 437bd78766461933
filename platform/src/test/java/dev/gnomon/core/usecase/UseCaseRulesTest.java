package dev.gnomon.core.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Problem;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the parts of a file say about each other: one change to a valid file, one problem.
class UseCaseRulesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "true-positive: 10 + 0.7 * clv | true-positive: 700 | VALID",
        "false-negative: clv | false-negative: 10 - | problem.costs.false-negative: found the end",
        "false-negative: clv | false-negative: 1 / 0 | has no value as a number",
        "currency: USD | currency: US Dollars | problem.costs.currency",
        "min-recall: 0.75 | min-recall: 75 | a number from 0 to 1",
        "latency-p99: 100ms | latency-p99: 100 | a duration, as in 100ms",
        "hold-out: 0.05 | hold-out: 0.6 | a number from 0 to 0.5",
        "reasons: required | reasons: transparent-model | where problem.constraints.reasons demands",
        "every: 7d | every: 7 days | a duration, as in 15m",
        "every: 7d | every: 1s | more than a million times",
        "from: 2024-03-01 | from: 2024-13-01 | a date or time",
        "from: 2024-03-01 | from: 2025-03-01 | 'to' is before 'from'",
        "from: 2024-03-01, | `` | the key 'from' is missing",
        "population: {source: customers} | population: {source: custmers} | did you mean customers?",
        "population: {source: customers}, | `` | VALID",
        "until: cancellations | until: customers | 'customers' is no source of events",
        "event: cancellations | event: cancelations | did you mean cancellations?",
        "event: cancellations, within: 30d | event: cancellations | the key 'within' is missing",
        "event: cancellations, within: 30d | column: churned | the key 'positive' is missing",
        "event: cancellations, within: 30d | column: churned, positive: 1 | observations on a grid with a target column",
        "event: cancellations, within: 30d | event: cancellations, column: x, within: 30d | event and column together",
        "{event: cancellations, within: 30d} | {event: cancellations, within: 30d, positive: 1} | only a target column has it",
        "kind: state, | kind: events, | columns of a source of events",
        "kind: state, | kind: stat, | did you mean state?",
        "event-time: updated_at} | static: true} | VALID",
        "event-time: updated_at} | static: false} | or say static: true",
        "event-time: updated_at} | event-time: updated_at, static: true} | together with static: true",
        "id: event_id} | id: event_id, deleted: gone} | only state sources have it",
        "path: data/payments.parquet | path: s3://bucket/payments.parquet | an address is not supported yet",
        "path: data/payments.parquet | path: [] | an empty list",
        "between: [18, 100] | between: [100, 18] | as in [18, 100]",
        "between: [18, 100] | between: [18] | a list of at least 2",
        "{column: age, between: [18, 100], | {between: [18, 100], | 'between' without a column",
        "checks:\\n    customers: | checks:\\n    customer: | did you mean customers?",
        "{count: \"*\", windows: [7d, 30d, 90d]} | {count: \"*\"} | 'count' without windows",
        "{count: \"*\", windows: [7d, 30d, 90d]} | {cuont: \"*\", windows: [7d]} | did you mean count?",
        "{count: \"*\", windows: [7d, 30d, 90d]} | {count: \"*\", windows: [7d, 168h]} | two features called 'logins_count_7d'",
        "{count: \"*\", windows: [7d, 30d, 90d]} | {count: \"*\", sum: a, windows: [7d]} | count and sum together",
        "{time-since-last: \"*\"} | {time-since-last: \"*\", windows: [7d]} | VALID",
        "{time-since-last: \"*\"} | {time-since-last: \"*\", as: a, k: 3} | k belongs to last-k, top-k",
        "{mean: minutes, | {mean: \"*\", | name a column",
        "as: tv_minutes | as: tv-minutes | features.logins[2].as",
        "as: payments_failed | as: logins_count | two features called 'logins_count_30d'",
        "where: device = 'tv' | where: device == 'tv' | equality is written =",
        "resolution: exact | resolution: fine | one of hop, exact",
        "resolution: exact | resolution: 1h | VALID",
        "resolution: exact | resolution: 31d | at most as long as the shortest window",
        "resolution: exact | resolution: 0d | one of hop, exact",
        "windows: [30d], resolution | windows: [ever], resolution | VALID",
        "windows: [30d], resolution | windows: [evr], resolution | a duration, as in 15m, 12h or 30d, or ever",
        "windows: [30d], resolution | windows: [0d], resolution | or ever",
        "windows: [30d], resolution | since: month, resolution | VALID",
        "windows: [30d], resolution | since: [2024-01-01, week], resolution | VALID",
        "windows: [30d], resolution | since: [fortnight], resolution | one of day, week, month, quarter, year",
        "windows: [30d], resolution | since: [2024-02-30], resolution | a date or time",
        "login_trend: logins | observed_at: logins | choose another name",
        "login_trend: logins_count_7d | login_trend: login_trend | computed from itself",
        "columns: [age, plan, country, clv] | columns: [age, customer_id] | the key is never a feature",
        "columns: [age, plan, country, clv] | columns: [age], except: [plan] | use it with columns: all",
        "candidates: [logistic, xgboost] | candidates: [logistic, logistic] | stands twice",
        "candidates: [logistic, xgboost] | candidates: [] | an empty list",
        "by: time, validation: 0.2, test: 0.2 | by: time, validation: 0.5, test: 0.5 | nothing to train on",
        "by: time, validation: 0.2, test: 0.2 | by: time, test: 0 | no test part",
        "by: time, validation: 0.2, test: 0.2 | by: time, gap: 7d | shorter than the horizon",
        "by: time, validation: 0.2, test: 0.2 | by: entity, gap: 60d | a gap without a split by time",
        "by: time, validation: 0.2 | by: entity, validation: {by: time} | the same rule",
        "{method: random, trials: 30, | {trials: 30, | trials without a search",
        "at-least: 0.80 | at-least: 80 | roc-auc can't be 80.0",
        "at-least: 0.80 | at-most: 0.80 | of which more is better",
        "metric: roc-auc, at-least: 0.80 | metric: brier, at-least: 0.1 | of which less is better",
        "metric: roc-auc, at-least: 0.80 | metric: roc-auc | exactly one of at-least, at-most",
        "steps: cautious | steps: [1, 50] | rising percentages that end with 100",
        "steps: cautious | steps: [50, 10, 100] | rising percentages that end with 100",
        "steps: cautious | steps: slow | cautious, quick",
        "- {otherwise: true, score: 0.2} | - {when: a > 1, score: 0.2} | the last rule has a condition",
        "- {when: payments_failed_30d > 2, | - {otherwise: true, | rules stand below",
        "retrain: {every: 7d, | retrain: {evry: 7d, | did you mean every?",
        "drift-in-more-than: 5 | drift-in-more-than: many | a whole number of at least 1",
        "score: 0.8 | score: 8 | a number from 0 to 1",
        "gnomon: 1 | gnomon: 1\\nname: again | the key stands twice, first on line",
        "name: churn | name: &n churn | an anchor",
        "name: churn | name: *n | an alias",
        "name: churn | name: !!str churn | the tag",
        "name: churn | [a, b]: c\\nname: churn | stands as a key",
        "name: churn | `` | the key 'name' is missing",
        "owner: growth@example.com | owner: | the key has no value",
        "decision: Offer | decision: {a: 1} # | found a map of keys; valid is a text",
        "imbalance: none | imbalance: smote | VALID",
        "imbalance: none | imbalance: {method: smote, ratio: 0.1, neighbours: 5} | VALID",
        "imbalance: none | imbalance: {method: tomek-links, remove: both, before: fit} | VALID",
        "imbalance: none | imbalance: {method: smote, before: split} | would stand on both sides of the split",
        "imbalance: none | imbalance: {ratio: 0.1} | the key 'method' is missing",
        "imbalance: none | imbalance: {method: smote, ratio: 2} | training.imbalance.ratio",
        "imbalance: none | imbalance: {method: undersample, neighbours: 3} | 'neighbours' means nothing for 'undersample'",
        "imbalance: none | imbalance: {method: smot} | did you mean smote?",
        "imbalance: none | weights: costs | VALID",
        "imbalance: none | weights: 1 + 0.5 * clv | VALID",
        "imbalance: none | weights: 1 + | training.weights: found the end",
        "split: {by: time, | split: {entity: country, by: time, | an entity to keep together",
        "seed: 1 | seed: 99999999999999999999 | a whole number",
        "seed: 1 | seed: \"1\" | a whole number",
      })
  void oneChangeOneProblem(String from, String to, String expected) {
    String valid = UseCaseReaderTest.resource("churn.yaml");
    String before = from.replace("\\n", "\n");
    assertThat(valid).contains(before);
    int at = valid.indexOf(before);
    String changed =
        valid.substring(0, at) + to.replace("\\n", "\n") + valid.substring(at + before.length());
    if (expected.equals("VALID")) {
      assertThat(UseCaseReader.parse(changed, Path.of("u.yaml")).name()).isEqualTo("churn");
      return;
    }
    List<Problem> problems = UseCaseReaderTest.problems(changed);
    assertThat(problems).as("problems of %s", to).hasSize(1);
    assertThat(problems.get(0).line()).contains(expected).matches("(?s).*usecase.yaml:\\d+.*");
  }

  @Test
  void costsThatNeverPayAreRefused() {
    assertThat(
            lines(
                flat(
                    """
                    problem:
                      costs: {true-positive: 20, false-negative: 5 * 4}
                    """)))
        .containsExactly(
            "/cases/usecase.yaml:2: problem.costs.false-negative: failing to act costs 5 * 4, acting"
                + " rightly 20: acting would never pay; state a false-negative cost above the"
                + " true-positive cost");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "problem: {constraints: {capacity: {per: 1d, max: 5}}} | a capacity without costs",
        "problem: {repeat: {at-most: 2}} | there is no horizon",
        "training: {split: {by: time}} | a flat table has no times to split by",
        "training: {search: {objective: expected-cost}} | 'expected-cost' without costs",
        "evaluation: {metrics: [expected-cost]} | 'expected-cost' without costs",
        "features: {columns: [a, Churn]} | 'Churn' is the target",
        "features: {columns: [customerID]} | 'customerID' is the key",
        "features: {columns: [a, a]} | two features called 'a'",
        "features: {columns: [label]} | a feature called 'label'",
        "features: {columns: []} | there are no features",
        "features: {logins: [{count: x, windows: [1d]}]} | a flat table has columns",
        "features: {derived: {a: b + 1, b: 2 * c}} | 'b' stands below",
        "models: {candidates: [{xgboost: {depth: [1]}}]} | found a list",
      })
  void aFlatTableHasRulesOfItsOwn(String section, String expected) {
    assertThat(lines(flat(section + "\n"))).singleElement().asString().contains(expected);
  }

  @Test
  void columnsKnownAfterwardsAreRefusedUnlessAdmitted() {
    String late =
        """
        name: late
        frame: {task: binary, target: {column: y, positive: 1}}
        data: {table: {path: t.csv, known-after: [duration]}}
        features: {columns: [age, duration]}
        """;
    assertThat(lines(late)).singleElement().asString().contains("known only after the decision");
    String admitted = late.replace("[age, duration]", "[age, duration], admit: [duration]");
    assertThat(UseCaseReader.parse(admitted, Path.of("u.yaml")).features().admit())
        .containsExactly("duration");
  }

  @Test
  void aWrongSourceIsNotReportedAgainWhereItIsUsed() {
    String text =
        UseCaseReaderTest.resource("churn.yaml")
            .replace("logins:    {kind: events,", "logins:    {kind: event,")
            .replace("cancellations: {kind: events,", "cancellations: {");
    assertThat(lines(text))
        .hasSize(2)
        .satisfiesExactly(
            line -> assertThat(line).contains("data.sources.logins.kind", "did you mean events?"),
            line -> assertThat(line).contains("data.sources.cancellations", "'kind' is missing"));
  }

  @Test
  void nothingToReadIsSaid() {
    assertThat(lines("# only a comment\n"))
        .singleElement()
        .asString()
        .contains("the file is empty");
    assertThat(lines("--- \n")).singleElement().asString().contains("the file is empty");
    assertThat(lines("- a\n- b\n")).singleElement().asString().contains("found a list");
    assertThat(lines("{}")).hasSize(3);
    assertThat(lines("name: a\n---\nname: b\n"))
        .singleElement()
        .asString()
        .contains("second document");
    assertThat(lines("name:\n\t- a\n"))
        .singleElement()
        .asString()
        .contains("usecase.yaml:2", "not YAML");
    assertThat(lines("name: \"a\n")).singleElement().asString().contains("not YAML");
    assertThat(lines("name: a\u0000b\n")).singleElement().asString().contains("U+0000");
    assertThat(lines("name: " + "[".repeat(50_000))).singleElement().asString().contains("deeply");
  }

  @Test
  void theFormReportSaysWhatWasUnderstood() {
    assertThat(
            FormReport.lines(
                UseCaseReader.parse(
                    UseCaseReaderTest.resource("churn.yaml"), Path.of("/c/u.yaml"))))
        .containsExactly(
            "form is valid: /c/u.yaml",
            "decision: Offer a retention campaign to a customer",
            "target: cancellations within 30d",
            "observed: customers every 7d, 36 times",
            "data: customers (3 checks), logins, payments, cancellations",
            "features: 4 columns of customers, 7 aggregates, 1 derived",
            "models: logistic, xgboost; calibration isotonic",
            "training: split by time, validation 0.2, test 0.2; search random; seed 1",
            "gates: roc-auc at least 0.8, expected-cost no worse than champion, and derived ones",
            "costs: in USD");
    assertThat(
            FormReport.lines(
                UseCaseReader.parse(
                    UseCaseReaderTest.resource("telco.yaml"), Path.of("/c/u.yaml"))))
        .contains(
            "target: Churn = 'Yes'",
            "observed: each row",
            "features: all columns of table",
            "gates: derived ones only");
  }

  private static String flat(String sections) {
    return sections + UseCaseReaderTest.resource("telco.yaml");
  }

  private static List<String> lines(String text) {
    return UseCaseReaderTest.problems(text).stream().map(Problem::line).toList();
  }
}
