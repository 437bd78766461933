package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.MetricNames;
import dev.gnomon.core.usecase.internal.Shape.Choice;
import dev.gnomon.core.usecase.internal.Shape.Chosen;
import dev.gnomon.core.usecase.internal.Shape.Decimal;
import dev.gnomon.core.usecase.internal.Shape.Either;
import dev.gnomon.core.usecase.internal.Shape.FilePath;
import dev.gnomon.core.usecase.internal.Shape.Flag;
import dev.gnomon.core.usecase.internal.Shape.Formula;
import dev.gnomon.core.usecase.internal.Shape.ListOf;
import dev.gnomon.core.usecase.internal.Shape.Moment;
import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.OrWord;
import dev.gnomon.core.usecase.internal.Shape.Section;
import dev.gnomon.core.usecase.internal.Shape.Span;
import dev.gnomon.core.usecase.internal.Shape.Text;
import dev.gnomon.core.usecase.internal.Shape.Whole;
import dev.gnomon.core.usecase.internal.Shape.Zone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The use-case file as one table of keys: what may stand where, what it means, what holds without
/// it. The reader, the JSON Schema and the reference page are made from this table and nothing
/// else.
public final class Keys {
  public static final String SOURCE_NAME = "[a-z][a-z0-9_]*";
  public static final String USE_CASE_NAME = "[a-z][a-z0-9-]{0,62}";

  private static final Shape TEXT = new Text("", "a text");
  private static final Shape COLUMN = new Text("", "a column");
  private static final Shape COLUMNS = new ListOf(COLUMN, 0);
  private static final Shape TEXTS = new ListOf(TEXT, 0);
  private static final Shape SOURCE = new Text(SOURCE_NAME, "a source");
  private static final Shape FORMULA = new Formula();
  private static final Shape SHARE = new Decimal(0, 1);
  private static final Shape ANY_NUMBER =
      new Decimal(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
  private static final Shape COUNT = new Whole(1, Integer.MAX_VALUE);
  private static final Shape SPAN = new Span(false, false);
  private static final Shape SPAN_OR_ZERO = new Span(true, false);

  static final Choice METRIC = metrics();

  static final Choice TRAINER =
      choice(
          List.of(
              "constant",
              "linear",
              "logistic",
              "sgd",
              "naive-bayes",
              "k-nn",
              "svm-linear",
              "svm",
              "decision-tree",
              "random-forest",
              "extra-trees",
              "adaboost",
              "xgboost",
              "lightgbm",
              "voting",
              "averaging",
              "blending",
              "stacking"),
          "neural-network");

  private Keys() {}

  private static Choice metrics() {
    List<String> names = new ArrayList<>(MetricNames.all());
    names.addAll(TaskRules.OF_NUMBERS);
    return new Choice(
        names,
        List.of("ndcg", "map", "qini", "pinball-loss", "silhouette"),
        MetricNames.familyPattern(),
        MetricNames.families());
  }

  private static Choice choice(List<String> now, String... later) {
    return new Choice(now, List.of(later));
  }

  private static Key key(String name, Shape shape, String doc) {
    return Key.of(name, shape, doc);
  }

  private static Key later(String name, String doc) {
    return Key.later(name, doc);
  }

  // ---- 1. problem

  private static final Section PROBLEM =
      Section.of(
          key("decision", TEXT, "What is decided, in a sentence."),
          key("owner", TEXT, "Who answers for it."),
          key(
              "costs",
              Section.of(
                  key(
                          "currency",
                          new Text("\\S{1,12}", "a currency, as in USD"),
                          "The unit of all money.")
                      .byDefault("units"),
                  cost("true-positive", "acting rightly"),
                  cost("false-positive", "acting needlessly"),
                  cost("false-negative", "failing to act"),
                  cost("true-negative", "rightly not acting")),
              "What each outcome costs in all; a gain is negative. Without it no money is printed."),
          key(
                  "repeat",
                  Section.of(
                      key("at-most", COUNT, "Positive decisions.").byDefault("1"),
                      key("per", SPAN, "The period.").byDefault("the horizon")),
                  "How many positive decisions one key may get per period.")
              .byDefault("one per horizon"),
          key(
              "constraints",
              Section.of(
                  key(
                      "latency-p99",
                      new Span(false, true),
                      "How long 99 of 100 decisions may take."),
                  key("min-recall", SHARE, "The least recall, held at its lower confidence bound."),
                  key("min-precision", SHARE, "The least precision, held likewise."),
                  key(
                      "capacity",
                      Section.of(
                          key("per", SPAN, "The period.").must(),
                          key("max", COUNT, "Positive decisions.").must()),
                      "No more positive decisions per period; the most valuable first, so costs must be stated."),
                  key(
                          "reasons",
                          choice(List.of("none", "required", "transparent-model")),
                          "Whether each decision must say why.")
                      .byDefault("none"),
                  key("protected", COLUMNS, "Columns kept for audits of fairness.")),
              "Limits the decision must keep."),
          key(
              "review",
              Section.of(
                  key(
                      "cost",
                      new Decimal(0, Double.POSITIVE_INFINITY),
                      "The price of one review, in the currency of the costs."),
                  key("accuracy", SHARE, "How often the reviewer is right.").byDefault("1"),
                  key("sensitivity", SHARE, "How often about positives.").byDefault("the accuracy"),
                  key("specificity", SHARE, "How often about negatives.").byDefault("the accuracy"),
                  key("from", SHARE, "Without a price: the least probability that is reviewed."),
                  key("to", SHARE, "Without a price: from where nothing is reviewed any more.")),
              "Doubtful cases go to a person: the decision is `review`. With a price, where that is expected to cost less than deciding at once."),
          key(
              "thresholds",
              Section.of(
                  key("by", COLUMN, "A text column.").must(),
                  key("min-rows", COUNT, "A level with fewer training rows keeps the common line.")
                      .byDefault("500")),
              "An own line per level of a column, each keeping the constraints by itself."));

  private static Key cost(String name, String when) {
    return key(name, FORMULA, "The cost of " + when + ": a number, a column or an expression.")
        .byDefault("0");
  }

  // ---- 3. data (before 2, which uses a table)

  private static final Names TYPES =
      new Names("", "column", choice(List.of("number", "text", "time"), "image", "audio"));

  private static List<Key> decoding() {
    return List.of(
        key("where", FORMULA, "Only rows for which this condition is true."),
        key(
            "columns",
            new Names("", "column", FORMULA),
            "Columns computed from those of the file, in order."),
        key("known-after", COLUMNS, "Columns known only after the decision: never features."),
        key("encoding", TEXT, "The character set of a text file.").byDefault("UTF-8"),
        key(
                "delimiter",
                new Text("[^\"\\r\\n]", "one character"),
                "What separates the columns of a text file.")
            .byDefault("found from the first lines"),
        key(
                "quotes",
                new Flag(),
                "Whether values of a text file may stand in double quotes; if not, a quote is a character like any other.")
            .byDefault("true"),
        key("header", new Flag(), "Whether the first line names the columns.").byDefault("true"),
        key("missing", TEXTS, "Texts that mean missing, besides blank.")
            .byDefault("[NA, N/A, NaN, null, \"?\"]"),
        key("types", TYPES, "Types that are stated instead of found.")
            .byDefault("a column is a number or a time if every value reads as one, else text"),
        key("zone", new Zone(), "The zone of times that state none.")
            .byDefault("the `zone` of the file, else UTC"));
  }

  private static final Shape PATHS =
      new Either(List.of(new FilePath(), new ListOf(new FilePath(), 1)));

  private static Section section(Stream<Key> keys) {
    return new Section(keys.toList(), Optional.empty(), List.of());
  }

  private static final Section LISTED_TABLE =
      section(
          Stream.concat(
              Stream.of(
                  key("path", PATHS, "Where it lies.").must(),
                  key("key", COLUMN, "The column with the key.")
                      .byDefault("the key column that all sources share")),
              decoding().stream()));

  private static final Section FLAT_TABLE =
      section(
          Stream.concat(
              Stream.of(
                  key("path", PATHS, "Where it lies.").must(),
                  key("key", COLUMN, "The column with the key.").byDefault("the row number"),
                  key("event-time", COLUMN, "The column that says when each row was observed.")),
              decoding().stream()));

  private static final Text TOPIC = new Text("[A-Za-z0-9._-]{1,249}", "a topic");

  private static final Key SERVERS =
      key(
              "servers",
              new Text("[^\\s,]+:\\d{1,5}(,[^\\s,]+:\\d{1,5})*", "host:port,host:port"),
              "Where its brokers are; the environment variable `GNOMON_KAFKA_SERVERS` comes first.")
          .byDefault("`GNOMON_KAFKA_SERVERS`");

  private static final Section A_STREAM =
      Section.of(
          key("kafka", TOPIC, "The topic.").must(),
          SERVERS,
          key(
                  "from",
                  choice(List.of("earliest", "latest")),
                  "Where a topic that was never read before is begun.")
              .byDefault("earliest"));

  private static final Section A_SOURCE =
      section(
          Stream.concat(
              Stream.of(
                  key(
                          "kind",
                          choice(List.of("events", "state", "table")),
                          "`events` only ever gains rows; a row of `state` is the whole state of its key from then on;"
                              + " a single labelled `table` is written `data: {table: …}`.")
                      .must(),
                  key(
                      "path",
                      PATHS,
                      "CSV, TSV, NDJSON (also .gz) or Parquet. Needed, unless there is a `stream`; then `types` names the columns besides key, times and id."),
                  key(
                      "stream",
                      A_STREAM,
                      "A stream that brings further rows while serving, as JSON objects."),
                  key(
                          "key",
                          new Either(List.of(COLUMN, new Names(SOURCE_NAME, "entity", COLUMN))),
                          "The column with the key; of another entity than that of the frame, or of several together, a map.")
                      .must(),
                  key("event-time", COLUMN, "When it happened. Needed, except for `static` state."),
                  key("known-at", COLUMN, "When the platform could have known it.")
                      .byDefault("the event time"),
                  key("id", COLUMN, "Identifies a row: orders ties and drops repeats."),
                  key("deleted", COLUMN, "State only: a true value ends the state of the key."),
                  key(
                          "static",
                          new Flag(),
                          "State only: without event time, taken as always known; reported as a risk.")
                      .byDefault("false")),
              decoding().stream()));

  private static final Section A_CHECK =
      Section.of(
              key("column", COLUMN, "What is checked."),
              key("between", new ListOf(ANY_NUMBER, 2), "Least and greatest value."),
              key("in", new ListOf(TEXT, 1), "The values there may be, as source text."),
              key("type", choice(List.of("number", "text", "time")), "Every value reads as one."),
              key("missing-at-most", SHARE, "The share that may be missing."),
              key("unique", new ListOf(COLUMN, 1), "No two rows agree in all of these."),
              key(
                  "refers",
                  Section.of(
                      key("source", SOURCE, "Where the values must occur.").must(),
                      key("column", COLUMN, "In which column.").must()),
                  "Every value occurs in another source."),
              key("fresh", SPAN, "The greatest age of the newest row."),
              key("holds", FORMULA, "A condition that must not be false."),
              key(
                      "on-failure",
                      choice(List.of("warn", "quarantine", "block")),
                      "What happens to offending rows: reported, set aside, or nothing goes on.")
                  .byDefault("warn"))
          .withExactlyOne(
              "between", "in", "type", "missing-at-most", "unique", "refers", "fresh", "holds");

  private static final Shape CHECKS = new ListOf(A_CHECK, 0);

  private static final Section DATA =
      section(
              Stream.of(
                      Stream.of(
                          key(
                              "sources",
                              new Names(SOURCE_NAME, "source", A_SOURCE),
                              "Sources by name."),
                          key(
                              "table",
                              new Either(
                                  List.of(
                                      new FilePath(), new ListOf(new FilePath(), 1), FLAT_TABLE)),
                              "One flat labelled table instead of sources. Its keys may stand here or beside it."),
                          key("key", COLUMN, "Flat table: the column with the key.")
                              .byDefault("the row number"),
                          key(
                              "event-time",
                              COLUMN,
                              "Flat table: the column that says when each row was observed; never a feature itself.")),
                      decoding().stream(),
                      Stream.of(
                          key(
                              "checks",
                              new Either(List.of(CHECKS, new Names(SOURCE_NAME, "source", CHECKS))),
                              "What must hold, by source; for a flat table a list will do.")))
                  .flatMap(keys -> keys))
          .withExactlyOne("sources", "table");

  // ---- 2. frame

  private static final Section FRAME =
      Section.of(
          key(
                  "task",
                  choice(
                      List.of("binary", "regression"),
                      "multiclass",
                      "ranking",
                      "forecast",
                      "anomaly",
                      "uplift",
                      "clusters",
                      "multi"),
                  "The kind of learning problem.")
              .must(),
          key("entity", new Text(SOURCE_NAME, "a name"), "What the decision is about.")
              .byDefault("row"),
          key(
                  "observe",
                  Section.of(
                      key("every", SPAN, "The step of a grid in time.")
                          .byDefault("the horizon of the target"),
                      key("from", new Moment(), "The first time of the grid."),
                      key("to", new Moment(), "The last time of the grid, inclusive."),
                      key(
                              "population",
                              Section.of(
                                  key("source", SOURCE, "Keys known to it are observed.").must(),
                                  key("within", SPAN, "Only keys with a row in the last so long.")),
                              "Who is observed at each time.")
                          .byDefault("the only `state` source"),
                      key("until", SOURCE, "Keys leave at their first row in this source."),
                      key(
                          "table",
                          new Either(List.of(new FilePath(), LISTED_TABLE)),
                          "A file that lists the observations by key and `observed_at`, instead of a grid.")),
                  "When decisions are, or would have been, made.")
              .byDefault("each row of the flat table"),
          key(
                  "target",
                  Section.of(
                          key("event", SOURCE, "Positive if it happens in time."),
                          key("no-event", SOURCE, "Positive if it does not happen in time."),
                          key(
                              "column",
                              COLUMN,
                              "A column of the table: its number, or with `positive` a class."),
                          key("within", SPAN, "The horizon: `(t, t + within]`."),
                          key("lateness", SPAN_OR_ZERO, "How late events may become known.")
                              .byDefault("its 99.9 % delay"),
                          key(
                              "positive",
                              TEXT,
                              "With `column`, needed for `task: binary`: the source text of the positive class."))
                      .withExactlyOne("event", "no-event", "column"),
                  "What is to be foreseen.")
              .must(),
          key(
              "entities",
              new Names(SOURCE_NAME, "entity", COLUMN),
              "Further entities, each with the column that holds its key on an observation: of the listed observations,"
                  + " else an attribute of `entity`."),
          later("item", "Ranking: what is ranked."),
          later("k", "Ranking: how many are shown. Clusters: how many there are."),
          later("positive", "Ranking: what counts as success."),
          later("candidates", "Ranking: where candidates come from."),
          later("diversity", "Ranking: how different neighbours should be."),
          later("series", "Forecast: the columns that name a series."),
          later("value", "Forecast: the column that is forecast."),
          later("every", "Forecast: the step."),
          later("horizon", "Forecast: how far."),
          later("quantiles", "Forecast: which quantiles."),
          later("hierarchy", "Forecast: sums that must agree."),
          later("known-ahead", "Forecast: columns known for the future."),
          later("contamination", "Anomaly: the share of anomalies."),
          later("treatment", "Uplift: who was treated."),
          later("outcome", "Uplift: what came of it."),
          later("density", "Clusters: by density."),
          later("targets", "Multi: several targets."),
          later("ranking", "The keys of a ranking."),
          later("forecast", "The keys of a forecast."),
          later("anomaly", "The keys of anomaly detection."),
          later("uplift", "The keys of uplift."),
          later("clusters", "The keys of clusters."),
          later("multi", "The keys of several targets."));

  // ---- 4. features

  private static final Shape WINDOW = new OrWord(SPAN, List.of("ever"));
  private static final Shape SINCE =
      new OrWord(new Moment(), List.of("day", "week", "month", "quarter", "year"));

  private static final Section AN_AGGREGATE =
      section(
              Stream.of(
                      Arrays.stream(AggregateWord.values())
                          .map(word -> key(word.word(), new Text("", word.on.words), word.doc())),
                      Stream.of(
                          key(
                              "windows",
                              new ListOf(WINDOW, 1),
                              "How far it looks back; one feature each."),
                          key(
                              "since",
                              new Either(List.of(SINCE, new ListOf(SINCE, 1))),
                              "Windows from a date, or from the beginning of the current calendar unit of UTC; one feature each."),
                          key("where", FORMULA, "Only events for which this condition is true."),
                          key(
                                  "resolution",
                                  new OrWord(SPAN, List.of("hop", "exact")),
                                  "`hop` lets the window begin up to a sixtieth of it earlier; `exact` keeps raw events; a duration states the hop.")
                              .byDefault("hop"),
                          key("ttl", SPAN, "The age beyond which the value counts as missing.")
                              .byDefault("the ttl of the view"),
                          key(
                              "as",
                              new Text("[a-z][a-z0-9_]*", "a name"),
                              "The name before the window, instead of the derived one.")),
                      Arrays.stream(AggregateWord.Parameter.values()).map(Keys::parameter))
                  .flatMap(keys -> keys))
          .withExactlyOne(AggregateWord.words().toArray(String[]::new));

  private static Key parameter(AggregateWord.Parameter parameter) {
    String name = parameter.word();
    String of = "Of " + String.join(", ", parameter.owners()) + ": ";
    return switch (parameter) {
      case K -> key(name, new Whole(1, 100), of + "how many values.").byDefault("3");
      case AT ->
          key(name, new ListOf(SHARE, 1), of + "shares above 0 and below 1.").byDefault("[0.5]");
      case CATEGORIES ->
          key(name, new ListOf(TEXT, 1), of + "the values that are counted; needed.");
      case OVER -> key(name, COLUMN, of + "the divisor, a column or `*`.").byDefault("its column");
      case PER -> key(name, SPAN, of + "the unit of time.").byDefault("1d");
      case HALF_LIFE -> key(name, SPAN, of + "the age at which an event counts half; needed.");
      case GAP -> key(name, SPAN, of + "the longest pause within a session.").byDefault("30m");
      case EVERY -> key(name, SPAN, of + "the period of the series.").byDefault("1d");
      case LAGS ->
          key(name, new ListOf(new Whole(1, 10_000), 1), of + "how many periods back.")
              .byDefault("[1]");
    };
  }

  private static final Shape WHICH_COLUMNS =
      new Either(List.of(choice(List.of("all")), new ListOf(COLUMN, 0)));

  private static final Key OWNER = key("owner", TEXT, "Who answers for it.");
  private static final Key DESCRIPTION = key("description", TEXT, "What it is about.");
  private static final Key FRESHNESS =
      key("freshness", SPAN, "The age that the newest row of the source should not exceed.");
  private static final Text VIEW_NAME = new Text("[a-z][a-z0-9_-]{0,62}", "a lower-case name");

  private static final Shape OF_A_SOURCE =
      new Either(
          List.of(
              new ListOf(AN_AGGREGATE, 1),
              Section.of(
                  key(
                      "view",
                      Section.of(
                          key("name", VIEW_NAME, "What it is called.")
                              .byDefault("the name of the source"),
                          OWNER,
                          DESCRIPTION,
                          key(
                              "ttl",
                              SPAN,
                              "The age beyond which its values count as missing, where a feature states none."),
                          FRESHNESS),
                      "The features of a source are a view: its name and what else is known of it."),
                  key(
                      "of",
                      new ListOf(AN_AGGREGATE, 1),
                      "Events: the aggregates, as in the short form."),
                  key("columns", WHICH_COLUMNS, "State: `all`, or a list.").byDefault("all"),
                  key("except", COLUMNS, "State: left out of `all`."),
                  key("ttl", SPAN, "State: the age beyond which the values count as missing."))));

  private static final Section FEATURES =
      Section.of(
              key("columns", WHICH_COLUMNS, "Flat table: `all`, or a list.").byDefault("all"),
              key("except", COLUMNS, "Flat table: left out of `all`."),
              key(
                  "request",
                  new Either(
                      List.of(
                          new ListOf(COLUMN, 1),
                          new Names("", "column", choice(List.of("number", "text"))))),
                  "Columns of the listed observations that come with each request: inputs of the model."),
              key(
                  "use",
                  new ListOf(new FilePath(), 1),
                  "Files with a view, its source and its features, that several use cases share."),
              key(
                  "derived",
                  new Names("[A-Za-z_][A-Za-z0-9_]*", "feature", FORMULA),
                  "Features computed from others, from attributes and from `observed_at`, in order."),
              key("admit", COLUMNS, "Columns admitted although a leak rule refuses them."))
          .withOthers(new Names(SOURCE_NAME, "source", OF_A_SOURCE));

  // ---- 5. models

  private static final Section MODELS =
      Section.of(
          key(
                  "candidates",
                  new ListOf(
                      new Either(
                          List.of(
                              TRAINER,
                              new Chosen(TRAINER, new Names("[a-z][a-z0-9-]*", "setting", TEXT)))),
                      1),
                  "What is trained, by name, with settings if wanted: `- xgboost: {max-depth: 4}`.")
              .byDefault("[constant, logistic, xgboost]"),
          key(
                  "calibration",
                  choice(List.of("none", "platt", "isotonic")),
                  "How scores become probabilities.")
              .byDefault("isotonic; none for numbers"),
          key(
                  "preprocessing",
                  PreprocessingKeys.SECTION,
                  "What is done to features before they are model inputs, fitted in the training part only.")
              .byDefault("what the trainer needs"),
          later("federated", "Training where the data lie."));

  // ---- 6. training

  private static final Choice BY = choice(List.of("time", "entity", "random"));

  private static final Choice IMBALANCE =
      choice(
          List.of(
              "none",
              "class-weights",
              "oversample",
              "undersample",
              "smote",
              "borderline-smote",
              "adasyn",
              "tomek-links",
              "smote-tomek"),
          "focal-loss");

  private static final Section TRAINING =
      Section.of(
          key(
              "split",
              Section.of(
                  key("by", BY, "What keeps the parts apart; `random` is stratified by class.")
                      .byDefault("time; random for a flat table without event time"),
                  key(
                          "validation",
                          new Either(
                              List.of(
                                  SHARE,
                                  Section.of(
                                      key(
                                          "by",
                                          choice(List.of("time", "entity", "random")),
                                          "What keeps it apart from the training part."),
                                      key("share", SHARE, "Its share.").byDefault("0.2")))),
                          "The share that chooses the candidate.")
                      .byDefault("0.2"),
                  key(
                          "test",
                          new Either(
                              List.of(
                                  SHARE,
                                  Section.of(
                                      key(
                                          "where",
                                          FORMULA,
                                          "The rows for which this is true are the test part, for a table that comes with one: `part = 'test'`, or by the position in the files, `file_row > 125973`.")))),
                          "The share that is read once, at the end.")
                      .byDefault("0.2"),
                  key("gap", SPAN_OR_ZERO, "Between the parts; at least the horizon is kept.")
                      .byDefault("the horizon"),
                  key(
                          "entity",
                          COLUMN,
                          "The column whose values stay on one side, as a household or a patient; it is no feature unless it is listed.")
                      .byDefault("the key")),
              "How training, validation and test are separated."),
          key(
                  "imbalance",
                  new Either(
                      List.of(
                          IMBALANCE,
                          Section.of(
                              key("method", IMBALANCE, "What is done.").must(),
                              key(
                                      "ratio",
                                      new Decimal(0.000_001, 1),
                                      "The rarer class by the commoner one afterwards: 0.5 is one to two, 1 is balanced.")
                                  .byDefault(
                                      "0.1 for synthetic rows, 0.5 for over- and undersample"),
                              key(
                                      "neighbours",
                                      new Whole(1, 100),
                                      "How many neighbours synthetic rows are drawn from.")
                                  .byDefault("5; 3 for adasyn"),
                              key(
                                      "remove",
                                      choice(List.of("majority", "both")),
                                      "Which row of a Tomek link goes.")
                                  .byDefault("majority; both for smote-tomek"),
                              key(
                                      "before",
                                      new Text("", "fit"),
                                      "`fit`, the only order there is: rows are resampled inside each fit, after every split.")
                                  .byDefault("fit")))),
                  "What is done about a rare class, inside each fit; validation, test and out-of-fold rows stay as they are.")
              .byDefault("none"),
          key(
                  "weights",
                  new OrWord(FORMULA, List.of("costs")),
                  "What each training row weighs: a column or expression, positive; or `costs`, what the mistake on it costs. A column that is the weight is no feature unless it is listed.")
              .byDefault("all the same"),
          key(
              "search",
              SearchKeys.search(METRIC),
              "Search for good settings; without it each candidate is trained once."),
          key(
              "validation",
              SearchKeys.validation(),
              "How out-of-fold predictions of the training part are made: what trials are compared by, and what calibration and operating points are fitted on."),
          key("seed", new Whole(Long.MIN_VALUE, Long.MAX_VALUE), "Of every random choice.")
              .byDefault("1"));

  // ---- 7. evaluation

  private static final Section EVALUATION =
      Section.of(
          key("metrics", new ListOf(METRIC, 0), "What is reported.")
              .byDefault(
                  "[roc-auc, average-precision, log-loss, brier, recall, precision], and expected-cost with costs;"
                      + " for numbers [rmse, mae, r2, mape, smape]"),
          key("segments", COLUMNS, "Columns by whose values it is reported too."),
          key(
                  "gates",
                  new ListOf(
                      Section.of(
                              key("metric", METRIC, "What is bounded, on the test part.").must(),
                              key("at-least", ANY_NUMBER, "The lower bound."),
                              key("at-most", ANY_NUMBER, "The upper bound."),
                              key(
                                  "no-worse-than",
                                  new Text("[a-z][a-z0-9-]*", "an alias, as in champion"),
                                  "The version to be matched."),
                              key(
                                      "margin",
                                      new Decimal(0, Double.POSITIVE_INFINITY),
                                      "With `no-worse-than`: by how much it may be missed.")
                                  .byDefault("0"))
                          .withExactlyOne("at-least", "at-most", "no-worse-than"),
                      0),
                  "What every version must pass, besides derived gates; `[]` means no gates at all.")
              .byDefault("derived gates only"),
          later("learning-curve", "The score by how many rows are learned from."),
          later("validation-curve", "The score by one setting."));

  // ---- 8. production

  private static final Section SERVING =
      Section.of(
          key(
                  "deadline",
                  new Span(false, true),
                  "How long a decision may take: a store outside of the process is waited for no longer. A request may ask for less.")
              .byDefault("`problem.constraints.latency-p99`, else 1s"),
          key(
                  "last-good",
                  SPAN_OR_ZERO,
                  "While a store outside of the process is away: how old features of the key may be, read before, that are used in their place; the answer says so with their age. `0s` for none.")
              .byDefault("10m"),
          key(
              "cache",
              Section.of(
                  key(
                          "keys",
                          new ListOf(new Text("", "a column, or `key`"), 1),
                          "Rows that agree in all of these get one score.")
                      .must(),
                  key("for", SPAN, "How long a score is given again.").must(),
                  key("at-most", new Whole(1, 10_000_000), "Scores kept; the oldest are let go.")
                      .byDefault("100000")),
              "Gives a model's score again instead of computing it. Costs, thresholds and limits are looked at anew each time; each answer has its record and says that it is `cached`. Another version starts with an empty cache; requests with `at` or `explain` pass it by."),
          key(
              "hybrid",
              Section.of(
                  key(
                          "fast",
                          new Text("[a-z][a-z0-9_-]{0,62}", "an alias of the registry"),
                          "The alias of the version that scores first.")
                      .must(),
                  key("band", new ListOf(SHARE, 2), "Least and greatest doubtful score.").must()),
              "Two versions: the fast one decides, unless its score lies within the band; there the champion does."));

  private static final Section PRODUCTION =
      Section.of(
          key(
              "release",
              Section.of(
                  key(
                          "strategy",
                          choice(List.of("canary", "shadow", "blue-green"), "ab-test", "bandit"),
                          "How a version takes over.")
                      .byDefault("canary"),
                  key(
                          "steps",
                          new Either(
                              List.of(
                                  choice(List.of("cautious", "quick")),
                                  new ListOf(new Whole(1, 100), 1))),
                          "Percentages of traffic: cautious is 1-5-25-100, quick is 10-50-100.")
                      .byDefault("cautious"),
                  key("step-time", SPAN, "The least time of a step.").byDefault("1h"),
                  key("min-samples", COUNT, "The least decisions of a step.").byDefault("500"),
                  key(
                          "approval",
                          choice(List.of("none", "required")),
                          "Whether another person than the one who asks must approve a version before it becomes the champion.")
                      .byDefault("none")),
              "How a new version becomes the champion."),
          key(
              "fallback",
              new ListOf(
                  Section.of(
                          key("when", FORMULA, "A condition over features."),
                          key("otherwise", choice(List.of("true")), "The last rule."),
                          key(
                                  "score",
                                  ANY_NUMBER,
                                  "The score it gives: a probability, or the number foreseen.")
                              .must())
                      .withExactlyOne("when", "otherwise"),
                  1),
              "Rules that decide when no model can; the last is `otherwise`."),
          key(
                  "hold-out",
                  new Decimal(0, 0.5),
                  "The share of positive decisions that never get the action, so that its effect is measured.")
              .byDefault("0"),
          key(
              "decisions",
              Section.of(
                  key(
                          "kafka",
                          Section.of(
                              key("requests", TOPIC, "The topic with the requests.").must(),
                              key("decisions", TOPIC, "The topic of the answers.").must(),
                              key(
                                      "errors",
                                      TOPIC,
                                      "The topic of the answers to requests that can't be decided.")
                                  .byDefault("the topic of the answers"),
                              SERVERS,
                              key(
                                      "group",
                                      new Text("[A-Za-z0-9._-]{1,249}", "a consumer group"),
                                      "The consumer group; servers in one group share the partitions.")
                                  .byDefault("`gnomon-NAME-decisions`"),
                              key(
                                      "from",
                                      choice(List.of("earliest", "latest")),
                                      "Where a topic is begun of which the group has answered nothing yet.")
                                  .byDefault("earliest")),
                          "From a Kafka topic to a Kafka topic.")
                      .must()),
              "Requests that come by a stream and are answered into another, each exactly once."),
          key(
              "monitor",
              Section.of(
                  key(
                      "drift",
                      Section.of(
                          key(
                                  "tolerance",
                                  choice(List.of("low", "medium", "high")),
                                  "How much drift is let pass.")
                              .byDefault("medium")),
                      "When a feature or score counts as moved."),
                  key("outcomes-after", SPAN, "When outcomes can be expected.")
                      .byDefault("the horizon"),
                  key(
                          "verify",
                          new Decimal(0, 1),
                          "The share of live requests whose features are computed once more by the other engine and compared.")
                      .byDefault("0.001")),
              "What is watched."),
          key("serving", SERVING, "What a decision may take, and what it is made from in trouble."),
          key(
              "retrain",
              Section.of(
                  key("every", SPAN, "At fixed intervals."),
                  key(
                      "when",
                      new ListOf(
                          new Either(
                              List.of(
                                  choice(List.of("performance-below-contract")),
                                  Section.of(
                                      key("drift-in-more-than", COUNT, "Drifted features.")
                                          .must()))),
                          1),
                      "On conditions: `performance-below-contract`, `drift-in-more-than: 5`.")),
              "When a new version is trained."));

  // ---- views in files of their own

  /// A view that several use cases share.
  public static final Section VIEW_FILE =
      Section.of(
          key("gnomon-view", new Whole(1, 1), "The version of this format.").must(),
          key("name", VIEW_NAME, "What it is called.").must(),
          OWNER,
          DESCRIPTION,
          key(
              "ttl",
              SPAN,
              "The age beyond which its values count as missing, where a feature states none."),
          FRESHNESS,
          key(
                  "source",
                  section(
                      Stream.concat(
                          Stream.of(
                              key(
                                      "name",
                                      new Text(SOURCE_NAME, "a source"),
                                      "The name of the source.")
                                  .must()),
                          A_SOURCE.keys().stream())),
                  "Its source, as under `data.sources`; paths are relative to this file.")
              .must(),
          key(
                  "features",
                  new Either(
                      List.of(
                          new ListOf(AN_AGGREGATE, 1),
                          Section.of(
                              key("columns", WHICH_COLUMNS, "State: `all`, or a list.")
                                  .byDefault("all"),
                              key("except", COLUMNS, "State: left out of `all`."),
                              key(
                                  "ttl",
                                  SPAN,
                                  "State: the age beyond which the values count as missing.")))),
                  "Aggregates of events, or columns of a state source, as under `features`.")
              .must());

  /// The whole file.
  public static final Section ROOT =
      Section.of(
          key("gnomon", new Whole(1, 1), "The version of this format.").byDefault("1"),
          key(
                  "name",
                  new Text(USE_CASE_NAME, "a lower-case name with digits and dashes"),
                  "The use case, in addresses and commands.")
              .must(),
          key("zone", new Zone(), "The zone of all times that state none.").byDefault("UTC"),
          key("problem", PROBLEM, "Step 1: what is decided, and what mistakes cost."),
          key("frame", FRAME, "Step 2: the learning problem.").must(),
          key("data", DATA, "Step 3: where it comes from, and what must hold.").must(),
          key("features", FEATURES, "Step 4: what is known when deciding.")
              .byDefault("all columns of the table or of each `state` source"),
          key("models", MODELS, "Step 5: what is trained."),
          key("training", TRAINING, "Step 6: how it is trained."),
          key("evaluation", EVALUATION, "Step 7: what every version must reach."),
          key("production", PRODUCTION, "Step 8: release, watch, renew."));
}
