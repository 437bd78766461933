package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.Flag;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import java.util.List;
import java.util.stream.Stream;

/// The keys of `models.preprocessing`.
final class PreprocessingKeys {
  private static final Shape COLUMN = new Text("", "a column");
  private static final Shape FLAG = new Flag();
  private static final Shape NUMBER =
      new Decimal(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  private static final Choice IMPUTE =
      choice(
          "none",
          "median",
          "mean",
          "mode",
          "constant",
          "k-nn",
          "iterative",
          "forward-fill",
          "backward-fill",
          "interpolate");

  private static final Choice OUTLIERS = choice("none", "iqr", "z");

  private static final Choice ENCODE =
      choice(
          "one-hot",
          "ordinal",
          "frequency",
          "hashing",
          "target",
          "ordered-target",
          "weight-of-evidence");

  private static final Choice TIMES =
      choice(
          "year",
          "quarter",
          "month",
          "week",
          "day",
          "day-of-year",
          "weekday",
          "is-weekend",
          "hour",
          "minute");

  private static final Choice SELECT =
      choice(
          "variance",
          "correlation",
          "vif",
          "chi-square",
          "anova-f",
          "mutual-information",
          "recursive",
          "l1",
          "importance");

  private static final List<Key> RULE =
      List.of(
          Key.of(
                  "impute",
                  new Either(
                      List.of(
                          IMPUTE,
                          Section.of(
                              Key.of("method", IMPUTE, "How.").must(),
                              Key.of("value", NUMBER, "Of `constant`."),
                              Key.of("neighbours", new Whole(1, 100), "Of `k-nn`.").byDefault("5"),
                              Key.of("rounds", new Whole(1, 100), "Of `iterative`.")
                                  .byDefault("10")))),
                  "What a missing number becomes; fills along time are refused with what to use instead.")
              .byDefault("median for linear models, none for trees"),
          Key.of("indicators", FLAG, "Whether an input says that a value was missing.")
              .byDefault("true where values are imputed"),
          Key.of(
                  "outliers",
                  new Either(
                      List.of(
                          OUTLIERS,
                          Section.of(
                              Key.of("method", OUTLIERS, "How they are told.").must(),
                              Key.of("then", choice("clip", "flag"), "What becomes of them.")
                                  .byDefault("clip"),
                              Key.of(
                                      "factor",
                                      new Decimal(0, Double.MAX_VALUE),
                                      "Interquartile ranges beyond the quartiles, or standard deviations from the mean.")
                                  .byDefault("1.5 and 3")))),
                  "What is done about numbers far from the others.")
              .byDefault("none"),
          Key.of(
                  "scale",
                  choice("none", "standard", "min-max", "robust", "quantile", "yeo-johnson"),
                  "How numbers are brought to one scale.")
              .byDefault("standard for linear models, none for trees"),
          Key.of(
                  "encode",
                  new Either(
                      List.of(
                          ENCODE,
                          Section.of(
                              Key.of("method", ENCODE, "How.").must(),
                              Key.of("buckets", new Whole(2, 65_536), "Of `hashing`.")
                                  .byDefault("64"),
                              Key.of(
                                      "smoothing",
                                      new Decimal(0, Double.MAX_VALUE),
                                      "Rows that the overall mean weighs in an encoding by the target.")
                                  .byDefault("10"),
                              Key.of("folds", new Whole(2, 100), "Of cross-fitting.")
                                  .byDefault("5"),
                              Key.of("max-levels", new Whole(1, 10_000), "Of `one-hot`.")
                                  .byDefault("100"),
                              Key.of(
                                      "rare",
                                      new Whole(1, Integer.MAX_VALUE),
                                      "Of `one-hot`: fewer rows share one input.")
                                  .byDefault("10"),
                              Key.of(
                                      "order",
                                      new ListOf(new Text("", "a level"), 1),
                                      "Of `ordinal`: the levels in their order.")
                                  .byDefault("the sorted texts")))),
                  "How levels of a text become numbers.")
              .byDefault("one-hot"),
          Key.of("times", new ListOf(TIMES, 0), "The parts of a time, of UTC, that become inputs.")
              .byDefault("none: times are dropped with a note"));

  static final Section SECTION =
      new Section(
          Stream.concat(
                  RULE.stream(),
                  Stream.of(
                      Key.of(
                              "cross-fit",
                              FLAG,
                              "Whether training rows get encodings by the target that were fitted without them.")
                          .byDefault("true"),
                      Key.of(
                          "text",
                          Section.of(
                              Key.of("columns", new ListOf(COLUMN, 1), "Texts read as words.")
                                  .must(),
                              Key.of("method", choice("tf-idf", "hashing"), "How.")
                                  .byDefault("tf-idf"),
                              Key.of("unit", choice("words", "characters"), "What n-grams are of.")
                                  .byDefault("words"),
                              Key.of(
                                      "ngrams",
                                      new ListOf(new Whole(1, 10), 1),
                                      "The least and the most of them together.")
                                  .byDefault("[1, 1], characters [3, 5]"),
                              Key.of(
                                      "max-features",
                                      new Whole(1, 100_000),
                                      "Of `tf-idf`: the most frequent ones.")
                                  .byDefault("2000"),
                              Key.of(
                                      "min-df",
                                      new Whole(1, Integer.MAX_VALUE),
                                      "Of `tf-idf`: training rows in which a term must stand.")
                                  .byDefault("2"),
                              Key.of("buckets", new Whole(2, 65_536), "Of `hashing`.")
                                  .byDefault("1024"),
                              Key.of(
                                      "sublinear",
                                      FLAG,
                                      "Whether a term counts 1 + ln(times) in a row.")
                                  .byDefault("true")),
                          "Long texts: n-grams, weighted."),
                      Key.of(
                          "interactions",
                          new ListOf(new ListOf(COLUMN, 2), 1),
                          "Pairs of features whose products become inputs too."),
                      Key.of(
                          "select",
                          new Either(
                              List.of(
                                  SELECT,
                                  Section.of(
                                      Key.of("method", SELECT, "By what.").must(),
                                      Key.of(
                                          "keep", new Whole(1, 100_000), "How many inputs stay."),
                                      Key.of("threshold", NUMBER, "What an input must reach.")))),
                          "Which inputs stay."),
                      Key.of(
                          "pca",
                          new Decimal(0.01, 10_000),
                          "Principal components: below 1 the share of the variance to keep, else how many."),
                      Key.of(
                          "columns",
                          new Names(
                              "",
                              "column",
                              new Section(RULE, java.util.Optional.empty(), List.of())),
                          "Other rules for single columns.")))
              .toList(),
          java.util.Optional.empty(),
          List.of());

  private PreprocessingKeys() {}

  private static Choice choice(String... words) {
    return new Choice(List.of(words), List.of());
  }
}
