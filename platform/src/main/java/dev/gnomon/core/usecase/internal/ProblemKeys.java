package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.COLUMN;
import static dev.gnomon.core.usecase.internal.Kinds.COLUMNS;
import static dev.gnomon.core.usecase.internal.Kinds.COUNT;
import static dev.gnomon.core.usecase.internal.Kinds.FORMULA;
import static dev.gnomon.core.usecase.internal.Kinds.SHARE;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN;
import static dev.gnomon.core.usecase.internal.Kinds.TEXT;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Span;
import dev.gnomon.core.usecase.internal.Shape.Text;
import java.util.List;

/// The keys of `problem`.
final class ProblemKeys {
  static final Section SECTION =
      Section.of(
          Key.of("decision", TEXT, "What is decided, in a sentence."),
          Key.of("owner", TEXT, "Who answers for it."),
          Key.of(
              "costs",
              Section.of(
                  Key.of(
                          "currency",
                          new Text("\\S{1,12}", "a currency, as in USD"),
                          "The unit of all money.")
                      .byDefault("units"),
                  cost("true-positive", "acting rightly"),
                  cost("false-positive", "acting needlessly"),
                  cost("false-negative", "failing to act"),
                  cost("true-negative", "rightly not acting")),
              "What each outcome costs in all; a gain is negative. Without it no money is printed."),
          Key.of(
                  "repeat",
                  Section.of(
                      Key.of("at-most", COUNT, "Positive decisions.").byDefault("1"),
                      Key.of("per", SPAN, "The period.").byDefault("the horizon")),
                  "How many positive decisions one key may get per period.")
              .byDefault("one per horizon"),
          Key.of(
              "constraints",
              Section.of(
                  Key.of(
                      "latency-p99",
                      new Span(false, true),
                      "How long 99 of 100 decisions may take."),
                  Key.of(
                      "min-recall", SHARE, "The least recall, held at its lower confidence bound."),
                  Key.of("min-precision", SHARE, "The least precision, held likewise."),
                  Key.of(
                      "capacity",
                      Section.of(
                          Key.of("per", SPAN, "The period.").must(),
                          Key.of("max", COUNT, "Positive decisions.").must()),
                      "No more positive decisions per period; the most valuable first, so costs must be stated."),
                  Key.of(
                          "reasons",
                          choice(List.of("none", "required", "transparent-model")),
                          "Whether each decision must say why.")
                      .byDefault("none"),
                  Key.of("protected", COLUMNS, "Columns kept for audits of fairness.")),
              "Limits the decision must keep."),
          Key.of(
              "review",
              Section.of(
                  Key.of(
                      "cost",
                      new Decimal(0, Double.POSITIVE_INFINITY),
                      "The price of one review, in the currency of the costs."),
                  Key.of("accuracy", SHARE, "How often the reviewer is right.").byDefault("1"),
                  Key.of("sensitivity", SHARE, "How often about positives.")
                      .byDefault("the accuracy"),
                  Key.of("specificity", SHARE, "How often about negatives.")
                      .byDefault("the accuracy"),
                  Key.of("from", SHARE, "Without a price: the least probability that is reviewed."),
                  Key.of("to", SHARE, "Without a price: from where nothing is reviewed any more.")),
              "Doubtful cases go to a person: the decision is `review`. With a price, where that is expected to cost less than deciding at once."),
          Key.of(
              "thresholds",
              Section.of(
                  Key.of("by", COLUMN, "A text column.").must(),
                  Key.of(
                          "min-rows",
                          COUNT,
                          "A level with fewer training rows keeps the common line.")
                      .byDefault("500")),
              "An own line per level of a column, each keeping the constraints by itself."));

  private ProblemKeys() {}

  private static Key cost(String name, String when) {
    return Key.of(name, FORMULA, "The cost of " + when + ": a number, a column or an expression.")
        .byDefault("0");
  }
}
