package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.ANY_NUMBER;
import static dev.gnomon.core.usecase.internal.Kinds.COUNT;
import static dev.gnomon.core.usecase.internal.Kinds.FORMULA;
import static dev.gnomon.core.usecase.internal.Kinds.SHARE;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN_OR_ZERO;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Span;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import java.util.List;

/// The keys of `production`.
final class ProductionKeys {
  private static final Section SERVING =
      Section.of(
          Key.of(
                  "deadline",
                  new Span(false, true),
                  "How long a decision may take: a store outside of the process is waited for no longer. A request may ask for less.")
              .byDefault("`problem.constraints.latency-p99`, else 1s"),
          Key.of(
                  "last-good",
                  SPAN_OR_ZERO,
                  "While a store outside of the process is away: how old features of the key may be, read before, that are used in their place; the answer says so with their age. `0s` for none.")
              .byDefault("10m"),
          Key.of(
              "cache",
              Section.of(
                  Key.of(
                          "keys",
                          new ListOf(new Text("", "a column, or `key`"), 1),
                          "Rows that agree in all of these get one score.")
                      .must(),
                  Key.of("for", SPAN, "How long a score is given again.").must(),
                  Key.of("at-most", new Whole(1, 10_000_000), "Scores kept; the oldest are let go.")
                      .byDefault("100000")),
              "Gives a model's score again instead of computing it. Costs, thresholds and limits are looked at anew each time; each answer has its record and says that it is `cached`. Another version starts with an empty cache; requests with `at` or `explain` pass it by."),
          Key.of(
              "hybrid",
              Section.of(
                  Key.of(
                          "fast",
                          new Text("[a-z][a-z0-9_-]{0,62}", "an alias of the registry"),
                          "The alias of the version that scores first.")
                      .must(),
                  Key.of("band", new ListOf(SHARE, 2), "Least and greatest doubtful score.")
                      .must()),
              "Two versions: the fast one decides, unless its score lies within the band; there the champion does."));

  static final Section SECTION =
      Section.of(
          Key.of(
              "release",
              Section.of(
                  Key.of(
                          "strategy",
                          choice(List.of("canary", "shadow", "blue-green"), "ab-test", "bandit"),
                          "How a version takes over.")
                      .byDefault("canary"),
                  Key.of(
                          "steps",
                          new Either(
                              List.of(
                                  choice(List.of("cautious", "quick")),
                                  new ListOf(new Whole(1, 100), 1))),
                          "Percentages of traffic: cautious is 1-5-25-100, quick is 10-50-100.")
                      .byDefault("cautious"),
                  Key.of("step-time", SPAN, "The least time of a step.").byDefault("1h"),
                  Key.of("min-samples", COUNT, "The least decisions of a step.").byDefault("500"),
                  Key.of(
                          "approval",
                          choice(List.of("none", "required")),
                          "Whether another person than the one who asks must approve a version before it becomes the champion.")
                      .byDefault("none")),
              "How a new version becomes the champion."),
          Key.of(
              "fallback",
              new ListOf(
                  Section.of(
                          Key.of("when", FORMULA, "A condition over features."),
                          Key.of("otherwise", choice(List.of("true")), "The last rule."),
                          Key.of(
                                  "score",
                                  ANY_NUMBER,
                                  "The score it gives: a probability, or the number foreseen.")
                              .must())
                      .withExactlyOne("when", "otherwise"),
                  1),
              "Rules that decide when no model can; the last is `otherwise`."),
          Key.of(
                  "hold-out",
                  new Decimal(0, 0.5),
                  "The share of positive decisions that never get the action, so that its effect is measured.")
              .byDefault("0"),
          Key.of(
              "decisions",
              Section.of(
                  Key.of(
                          "kafka",
                          Section.of(
                              Key.of("requests", DataKeys.TOPIC, "The topic with the requests.")
                                  .must(),
                              Key.of("decisions", DataKeys.TOPIC, "The topic of the answers.")
                                  .must(),
                              Key.of(
                                      "errors",
                                      DataKeys.TOPIC,
                                      "The topic of the answers to requests that can't be decided.")
                                  .byDefault("the topic of the answers"),
                              DataKeys.SERVERS,
                              Key.of(
                                      "group",
                                      new Text("[A-Za-z0-9._-]{1,249}", "a consumer group"),
                                      "The consumer group; servers in one group share the partitions.")
                                  .byDefault("`gnomon-NAME-decisions`"),
                              Key.of(
                                      "from",
                                      choice(List.of("earliest", "latest")),
                                      "Where a topic is begun of which the group has answered nothing yet.")
                                  .byDefault("earliest")),
                          "From a Kafka topic to a Kafka topic.")
                      .must()),
              "Requests that come by a stream and are answered into another, each exactly once."),
          Key.of(
              "monitor",
              Section.of(
                  Key.of(
                      "drift",
                      Section.of(
                          Key.of(
                                  "tolerance",
                                  choice(List.of("low", "medium", "high")),
                                  "How much drift is let pass.")
                              .byDefault("medium")),
                      "When a feature or score counts as moved."),
                  Key.of("outcomes-after", SPAN, "When outcomes can be expected.")
                      .byDefault("the horizon"),
                  Key.of(
                          "verify",
                          new Decimal(0, 1),
                          "The share of live requests whose features are computed once more by the other engine and compared.")
                      .byDefault("0.001")),
              "What is watched."),
          Key.of(
              "serving", SERVING, "What a decision may take, and what it is made from in trouble."),
          Key.of(
              "retrain",
              Section.of(
                  Key.of("every", SPAN, "At fixed intervals."),
                  Key.of(
                      "when",
                      new ListOf(
                          new Either(
                              List.of(
                                  choice(List.of("performance-below-contract")),
                                  Section.of(
                                      Key.of("drift-in-more-than", COUNT, "Drifted features.")
                                          .must()))),
                          1),
                      "On conditions: `performance-below-contract`, `drift-in-more-than: 5`.")),
              "When a new version is trained."));

  private ProductionKeys() {}
}
