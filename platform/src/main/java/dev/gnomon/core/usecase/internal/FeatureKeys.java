package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.COLUMN;
import static dev.gnomon.core.usecase.internal.Kinds.COLUMNS;
import static dev.gnomon.core.usecase.internal.Kinds.FORMULA;
import static dev.gnomon.core.usecase.internal.Kinds.SHARE;
import static dev.gnomon.core.usecase.internal.Kinds.SOURCE_NAME;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN;
import static dev.gnomon.core.usecase.internal.Kinds.TEXT;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.FilePath;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Moment;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.OrWord;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// The keys of `features`.
final class FeatureKeys {
  private static final Shape WINDOW = new OrWord(SPAN, List.of("ever"));
  private static final Shape SINCE =
      new OrWord(new Moment(), List.of("day", "week", "month", "quarter", "year"));

  static final Section AN_AGGREGATE =
      Section.of(
              Stream.of(
                      Arrays.stream(AggregateWord.values())
                          .map(
                              word -> Key.of(word.word(), new Text("", word.on.words), word.doc())),
                      Stream.of(
                          Key.of(
                              "windows",
                              new ListOf(WINDOW, 1),
                              "How far it looks back; one feature each."),
                          Key.of(
                              "since",
                              new Either(List.of(SINCE, new ListOf(SINCE, 1))),
                              "Windows from a date, or from the beginning of the current calendar unit of UTC; one feature each."),
                          Key.of("where", FORMULA, "Only events for which this condition is true."),
                          Key.of(
                                  "resolution",
                                  new OrWord(SPAN, List.of("hop", "exact")),
                                  "`hop` lets the window begin up to a sixtieth of it earlier; `exact` keeps raw events; a duration states the hop.")
                              .byDefault("hop"),
                          Key.of("ttl", SPAN, "The age beyond which the value counts as missing.")
                              .byDefault("the ttl of the view"),
                          Key.of(
                              "as",
                              new Text("[a-z][a-z0-9_]*", "a name"),
                              "The name before the window, instead of the derived one.")),
                      Arrays.stream(AggregateWord.Parameter.values()).map(FeatureKeys::parameter))
                  .flatMap(keys -> keys))
          .withExactlyOne(AggregateWord.words().toArray(String[]::new));

  static final Shape WHICH_COLUMNS =
      new Either(List.of(choice(List.of("all")), new ListOf(COLUMN, 0)));

  static final Key OWNER = Key.of("owner", TEXT, "Who answers for it.");
  static final Key DESCRIPTION = Key.of("description", TEXT, "What it is about.");
  static final Key FRESHNESS =
      Key.of("freshness", SPAN, "The age that the newest row of the source should not exceed.");
  static final Text VIEW_NAME = new Text("[a-z][a-z0-9_-]{0,62}", "a lower-case name");

  private static final Shape OF_A_SOURCE =
      new Either(
          List.of(
              new ListOf(AN_AGGREGATE, 1),
              Section.of(
                  Key.of(
                      "view",
                      Section.of(
                          Key.of("name", VIEW_NAME, "What it is called.")
                              .byDefault("the name of the source"),
                          OWNER,
                          DESCRIPTION,
                          Key.of(
                              "ttl",
                              SPAN,
                              "The age beyond which its values count as missing, where a feature states none."),
                          FRESHNESS),
                      "The features of a source are a view: its name and what else is known of it."),
                  Key.of(
                      "of",
                      new ListOf(AN_AGGREGATE, 1),
                      "Events: the aggregates, as in the short form."),
                  Key.of("columns", WHICH_COLUMNS, "State: `all`, or a list.").byDefault("all"),
                  Key.of("except", COLUMNS, "State: left out of `all`."),
                  Key.of(
                      "ttl", SPAN, "State: the age beyond which the values count as missing."))));

  static final Section SECTION =
      Section.of(
              Key.of("columns", WHICH_COLUMNS, "Flat table: `all`, or a list.").byDefault("all"),
              Key.of("except", COLUMNS, "Flat table: left out of `all`."),
              Key.of(
                  "request",
                  new Either(
                      List.of(
                          new ListOf(COLUMN, 1),
                          new Names("", "column", choice(List.of("number", "text"))))),
                  "Columns of the listed observations that come with each request: inputs of the model."),
              Key.of(
                  "use",
                  new ListOf(new FilePath(), 1),
                  "Files with a view, its source and its features, that several use cases share."),
              Key.of(
                  "derived",
                  new Names("[A-Za-z_][A-Za-z0-9_]*", "feature", FORMULA),
                  "Features computed from others, from attributes and from `observed_at`, in order."),
              Key.of("admit", COLUMNS, "Columns admitted although a leak rule refuses them."))
          .withOthers(new Names(SOURCE_NAME, "source", OF_A_SOURCE));

  private FeatureKeys() {}

  private static Key parameter(AggregateWord.Parameter parameter) {
    String name = parameter.word();
    String of = "Of " + String.join(", ", parameter.owners()) + ": ";
    return switch (parameter) {
      case K -> Key.of(name, new Whole(1, 100), of + "how many values.").byDefault("3");
      case AT ->
          Key.of(name, new ListOf(SHARE, 1), of + "shares above 0 and below 1.").byDefault("[0.5]");
      case CATEGORIES ->
          Key.of(name, new ListOf(TEXT, 1), of + "the values that are counted; needed.");
      case OVER ->
          Key.of(name, COLUMN, of + "the divisor, a column or `*`.").byDefault("its column");
      case PER -> Key.of(name, SPAN, of + "the unit of time.").byDefault("1d");
      case HALF_LIFE -> Key.of(name, SPAN, of + "the age at which an event counts half; needed.");
      case GAP -> Key.of(name, SPAN, of + "the longest pause within a session.").byDefault("30m");
      case EVERY -> Key.of(name, SPAN, of + "the period of the series.").byDefault("1d");
      case LAGS ->
          Key.of(name, new ListOf(new Whole(1, 10_000), 1), of + "how many periods back.")
              .byDefault("[1]");
    };
  }
}
