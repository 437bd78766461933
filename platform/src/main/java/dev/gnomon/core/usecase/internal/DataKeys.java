package dev.gnomon.core.usecase.internal;

import static dev.gnomon.core.usecase.internal.Kinds.ANY_NUMBER;
import static dev.gnomon.core.usecase.internal.Kinds.COLUMN;
import static dev.gnomon.core.usecase.internal.Kinds.COLUMNS;
import static dev.gnomon.core.usecase.internal.Kinds.FORMULA;
import static dev.gnomon.core.usecase.internal.Kinds.SHARE;
import static dev.gnomon.core.usecase.internal.Kinds.SOURCE;
import static dev.gnomon.core.usecase.internal.Kinds.SOURCE_NAME;
import static dev.gnomon.core.usecase.internal.Kinds.SPAN;
import static dev.gnomon.core.usecase.internal.Kinds.TEXT;
import static dev.gnomon.core.usecase.internal.Kinds.TEXTS;
import static dev.gnomon.core.usecase.internal.Kinds.choice;

import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.FilePath;
import dev.gnomon.core.usecase.internal.Shape.Flag;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Zone;
import java.util.List;
import java.util.stream.Stream;

/// The keys of `data`, and of files with rows wherever else they are named.
final class DataKeys {
  private static final Names TYPES =
      new Names("", "column", choice(List.of("number", "text", "time"), "image", "audio"));

  private static final Shape PATHS =
      new Either(List.of(new FilePath(), new ListOf(new FilePath(), 1)));

  static final Section LISTED_TABLE =
      Section.of(
          Stream.concat(
              Stream.of(
                  Key.of("path", PATHS, "Where it lies.").must(),
                  Key.of("key", COLUMN, "The column with the key.")
                      .byDefault("the key column that all sources share")),
              decoding().stream()));

  private static final Section FLAT_TABLE =
      Section.of(
          Stream.concat(
              Stream.of(
                  Key.of("path", PATHS, "Where it lies.").must(),
                  Key.of("key", COLUMN, "The column with the key.").byDefault("the row number"),
                  Key.of("event-time", COLUMN, "The column that says when each row was observed.")),
              decoding().stream()));

  static final Text TOPIC = new Text("[A-Za-z0-9._-]{1,249}", "a topic");

  static final Key SERVERS =
      Key.of(
              "servers",
              new Text("[^\\s,]+:\\d{1,5}(,[^\\s,]+:\\d{1,5})*", "host:port,host:port"),
              "Where its brokers are; the environment variable `GNOMON_KAFKA_SERVERS` comes first.")
          .byDefault("`GNOMON_KAFKA_SERVERS`");

  private static final Section A_STREAM =
      Section.of(
          Key.of("kafka", TOPIC, "The topic.").must(),
          SERVERS,
          Key.of(
                  "from",
                  choice(List.of("earliest", "latest")),
                  "Where a topic that was never read before is begun.")
              .byDefault("earliest"));

  static final Section A_SOURCE =
      Section.of(
          Stream.concat(
              Stream.of(
                  Key.of(
                          "kind",
                          choice(List.of("events", "state", "table")),
                          "`events` only ever gains rows; a row of `state` is the whole state of its key from then on;"
                              + " a single labelled `table` is written `data: {table: …}`.")
                      .must(),
                  Key.of(
                      "path",
                      PATHS,
                      "CSV, TSV, NDJSON (also .gz) or Parquet. Needed, unless there is a `stream`; then `types` names the columns besides key, times and id."),
                  Key.of(
                      "stream",
                      A_STREAM,
                      "A stream that brings further rows while serving, as JSON objects."),
                  Key.of(
                          "key",
                          new Either(List.of(COLUMN, new Names(SOURCE_NAME, "entity", COLUMN))),
                          "The column with the key; of another entity than that of the frame, or of several together, a map.")
                      .must(),
                  Key.of(
                      "event-time", COLUMN, "When it happened. Needed, except for `static` state."),
                  Key.of("known-at", COLUMN, "When the platform could have known it.")
                      .byDefault("the event time"),
                  Key.of("id", COLUMN, "Identifies a row: orders ties and drops repeats."),
                  Key.of("deleted", COLUMN, "State only: a true value ends the state of the key."),
                  Key.of(
                          "static",
                          new Flag(),
                          "State only: without event time, taken as always known; reported as a risk.")
                      .byDefault("false")),
              decoding().stream()));

  private static final Section A_CHECK =
      Section.of(
              Key.of("column", COLUMN, "What is checked."),
              Key.of("between", new ListOf(ANY_NUMBER, 2), "Least and greatest value."),
              Key.of("in", new ListOf(TEXT, 1), "The values there may be, as source text."),
              Key.of(
                  "type", choice(List.of("number", "text", "time")), "Every value reads as one."),
              Key.of("missing-at-most", SHARE, "The share that may be missing."),
              Key.of("unique", new ListOf(COLUMN, 1), "No two rows agree in all of these."),
              Key.of(
                  "refers",
                  Section.of(
                      Key.of("source", SOURCE, "Where the values must occur.").must(),
                      Key.of("column", COLUMN, "In which column.").must()),
                  "Every value occurs in another source."),
              Key.of("fresh", SPAN, "The greatest age of the newest row."),
              Key.of("holds", FORMULA, "A condition that must not be false."),
              Key.of(
                      "on-failure",
                      choice(List.of("warn", "quarantine", "block")),
                      "What happens to offending rows: reported, set aside, or nothing goes on.")
                  .byDefault("warn"))
          .withExactlyOne(
              "between", "in", "type", "missing-at-most", "unique", "refers", "fresh", "holds");

  private static final Shape CHECKS = new ListOf(A_CHECK, 0);

  static final Section SECTION =
      Section.of(
              Stream.of(
                      Stream.of(
                          Key.of(
                              "sources",
                              new Names(SOURCE_NAME, "source", A_SOURCE),
                              "Sources by name."),
                          Key.of(
                              "table",
                              new Either(
                                  List.of(
                                      new FilePath(), new ListOf(new FilePath(), 1), FLAT_TABLE)),
                              "One flat labelled table instead of sources. Its keys may stand here or beside it."),
                          Key.of("key", COLUMN, "Flat table: the column with the key.")
                              .byDefault("the row number"),
                          Key.of(
                              "event-time",
                              COLUMN,
                              "Flat table: the column that says when each row was observed; never a feature itself.")),
                      decoding().stream(),
                      Stream.of(
                          Key.of(
                              "checks",
                              new Either(List.of(CHECKS, new Names(SOURCE_NAME, "source", CHECKS))),
                              "What must hold, by source; for a flat table a list will do.")))
                  .flatMap(keys -> keys))
          .withExactlyOne("sources", "table");

  private DataKeys() {}

  private static List<Key> decoding() {
    return List.of(
        Key.of("where", FORMULA, "Only rows for which this condition is true."),
        Key.of(
            "columns",
            new Names("", "column", FORMULA),
            "Columns computed from those of the file, in order."),
        Key.of("known-after", COLUMNS, "Columns known only after the decision: never features."),
        Key.of("encoding", TEXT, "The character set of a text file.").byDefault("UTF-8"),
        Key.of(
                "delimiter",
                new Text("[^\"\\r\\n]", "one character"),
                "What separates the columns of a text file.")
            .byDefault("found from the first lines"),
        Key.of(
                "quotes",
                new Flag(),
                "Whether values of a text file may stand in double quotes; if not, a quote is a character like any other.")
            .byDefault("true"),
        Key.of("header", new Flag(), "Whether the first line names the columns.").byDefault("true"),
        Key.of("missing", TEXTS, "Texts that mean missing, besides blank.")
            .byDefault("[NA, N/A, NaN, null, \"?\"]"),
        Key.of("types", TYPES, "Types that are stated instead of found.")
            .byDefault("a column is a number or a time if every value reads as one, else text"),
        Key.of("zone", new Zone(), "The zone of times that state none.")
            .byDefault("the `zone` of the file, else UTC"));
  }
}
