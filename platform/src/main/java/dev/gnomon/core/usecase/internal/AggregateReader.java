package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Parameters;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.core.usecase.FeatureSection.Unit;
import dev.gnomon.core.usecase.internal.AggregateWord.Parameter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads one aggregate: an operator with its column, windows and parameters.
final class AggregateReader {
  private static final Set<String> UNITS =
      Set.copyOf(
          Arrays.stream(Unit.values()).map(unit -> unit.name().toLowerCase(Locale.ROOT)).toList());

  private final Context context;
  private final FeatureClaims claims;

  AggregateReader(Context context, FeatureClaims claims) {
    this.context = context;
    this.claims = claims;
  }

  /// Empty when something is wrong with it.
  Optional<Aggregate> read(String source, Fields fields, Optional<Duration> viewTtl) {
    AggregateWord word =
        Arrays.stream(AggregateWord.values())
            .filter(each -> fields.has(each.word()))
            .findFirst()
            .orElseThrow();
    int before = context.problems().count();
    String column = fields.text(word.word()).orElseThrow();
    if (column.equals("*") && word.on != AggregateWord.On.ROWS_OR_COLUMN) {
      context.problem(
          fields,
          word.word(),
          "'" + word.word() + "' of rows",
          "name a column, as in amount; it takes " + word.on.words);
    }
    List<Span> spans = spans(word, fields);
    Parameters parameters = parameters(word, fields);
    if (context.problems().count() > before) {
      return Optional.empty();
    }
    var aggregate =
        new Aggregate(
            source,
            word.word(),
            column,
            spans,
            fields.formula("where"),
            resolution(fields, spans),
            fields.span("ttl").or(() -> viewTtl),
            fields.text("as"),
            parameters,
            fields.mapping().line());
    for (String name : FeatureNames.of(aggregate)) {
      claims.claim(name, fields, fields.has("as") ? "as" : word.word(), context);
    }
    return Optional.of(aggregate);
  }

  private List<Span> spans(AggregateWord word, Fields fields) {
    List<Span> spans = new ArrayList<>();
    for (String text : fields.texts("windows")) {
      spans.add(
          text.equals("ever") ? new Span.Ever() : new Span.Last(Values.span(text).orElseThrow()));
    }
    for (String text : fields.texts("since")) {
      spans.add(
          UNITS.contains(text)
              ? new Span.Current(Words.of(Unit.class, text))
              : new Span.Since(Values.micros(text, context.zone()).orElseThrow()));
    }
    String key = fields.has("windows") ? "windows" : fields.has("since") ? "since" : word.word();
    switch (word.windows) {
      case NEEDED -> {
        if (spans.isEmpty()) {
          context.problem(
              fields,
              key,
              "'" + word.word() + "' without windows",
              "how far it looks back, as in windows: [7d, ever] or since: [month, 2024-01-01]");
        }
      }
      case NONE -> {
        if (!spans.isEmpty()) {
          context.problem(
              fields, key, key + " of " + word.word(), "leave them out; every and lags say it all");
        }
      }
      case OPTIONAL -> {}
    }
    if (word == AggregateWord.RATE && spans.contains(new Span.Ever())) {
      context.problem(
          fields,
          key,
          "a rate over a window without a beginning",
          "a duration, or since: a date or a calendar unit");
    }
    return spans;
  }

  private Resolution resolution(Fields fields, List<Span> spans) {
    String text = fields.text("resolution", "hop");
    if (text.equals("hop")) {
      return Resolution.HOP;
    }
    if (text.equals("exact")) {
      return Resolution.EXACT;
    }
    Duration hop = Values.span(text).orElseThrow();
    for (Span span : spans) {
      if (span instanceof Span.Last last && hop.compareTo(last.width()) > 0) {
        context.problem(
            fields,
            "resolution",
            "steps of " + text + " for a window of " + FeatureNames.window(last.width()),
            "at most as long as the shortest window");
      }
    }
    return new Resolution.Stated(hop);
  }

  private Parameters parameters(AggregateWord word, Fields fields) {
    for (Parameter parameter : Parameter.values()) {
      String key = parameter.word();
      if (fields.has(key) && !word.takes(parameter)) {
        context.problem(
            fields,
            key,
            "'" + key + "' of " + word.word(),
            key
                + " belongs to "
                + String.join(", ", parameter.owners())
                + (word.parameters().isEmpty()
                    ? ""
                    : "; "
                        + word.word()
                        + " takes "
                        + String.join(
                            ", ", word.parameters().stream().map(Parameter::word).toList())));
      }
    }
    Parameters none = Parameters.NONE;
    List<Double> at = none.at();
    if (fields.has("at")) {
      at = fields.texts("at").stream().map(Double::valueOf).toList();
      if (at.stream().anyMatch(share -> share <= 0 || share >= 1)) {
        context.problem(
            fields,
            "at",
            "a share that is 0 or 1",
            "above 0 and below 1; min and max are the ends");
      }
    }
    twice(fields, "at");
    twice(fields, "categories");
    twice(fields, "lags");
    needed(word, fields, Parameter.CATEGORIES, "the values that are counted, as in [tv, phone]");
    needed(word, fields, Parameter.HALF_LIFE, "the age at which an event counts half, as in 7d");
    Optional<String> over = fields.text("over");
    if (word == AggregateWord.RATIO
        && !fields.has("where")
        && over.orElse(fields.text("ratio", "")).equals(fields.text("ratio", ""))) {
      context.problem(
          fields,
          "ratio",
          "a ratio of a column by itself",
          "where: filters what is divided, over: names another divisor");
    }
    return new Parameters(
        fields.count("k").orElse(none.k()),
        at,
        fields.texts("categories"),
        over,
        fields.span("per").orElse(none.per()),
        fields.span("half-life").orElse(none.halfLife()),
        fields.span("gap").orElse(none.gap()),
        fields.span("every").orElse(none.every()),
        fields.has("lags")
            ? fields.texts("lags").stream().map(Integer::valueOf).toList()
            : none.lags());
  }

  private void twice(Fields fields, String key) {
    Set<String> seen = new HashSet<>();
    for (String text : fields.texts(key)) {
      if (!seen.add(text)) {
        context.problem(fields, key, Problems.shown(text) + " stands twice", "each once");
      }
    }
  }

  private void needed(AggregateWord word, Fields fields, Parameter parameter, String valid) {
    if (word.takes(parameter) && !fields.has(parameter.word())) {
      context.problem(fields, word.word(), "the key '" + parameter.word() + "' is missing", valid);
    }
  }
}
