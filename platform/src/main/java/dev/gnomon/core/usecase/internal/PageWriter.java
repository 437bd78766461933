package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.internal.Shape.Names;
import dev.gnomon.core.usecase.internal.Shape.Section;
import java.util.ArrayList;
import java.util.List;

/// Writes the table of keys as a reference page in Markdown: one table per map of the file.
final class PageWriter {
  private static final String OPENING =
      """
      # The use-case file

      One file states one decision in eight steps. Everything has a default except `name`, `frame.task`, the data and the
      target. `gnomon check FILE` says whether a file is valid, and lists every problem with its line; `gnomon schema` prints
      the [JSON Schema](usecase.schema.json) for editors. This page and the schema are generated from the table of keys
      that the reader uses.

      ## Grammar

      - YAML 1.2, core schema, in UTF-8. Duplicate keys, tags, anchors, aliases and unknown keys are refused. Texts keep
        their source form (`yes`, `NO`, `012`).
      - Durations: a whole number with `s`, `m`, `h`, `d` or `w`, as in `15m`, `12h`, `30d`.
      - Times: `2024-03-01`, `2024-03-01T12:00:00`, with or without `Z` or an offset; without one they are in `zone`.
      - Paths are relative to the file; `*` and `?` match several files.
      - A value that contains any of `, [ ] { } : #` must be quoted.

      ## Expressions

      One language for costs, `where`, computed columns, `derived`, `fallback` and checks. From weakest to strongest: `or`, `and`,
      `not`, comparisons (`= != < <= > >=`, `is missing`, `is not missing`, `in ('a', 'b')`, `not in (…)`), `+ -`, `* /`,
      unary `-`. Functions: `if(condition, then, else)`, `coalesce`, `min`, `max`, `abs`, `log` (natural), `exp`, `key`. Text stands in
      single quotes (`''` for a quote), odd names in square brackets (`[odd name]`). `60d` is 60 days in seconds; times are
      seconds since 1970-01-01T00:00:00Z. A missing operand makes the result missing unless logic can decide without
      it; a result that is not finite is missing. A text column compared with a number is compared with the number as
      it is written.

      Of a time `t` (a time column, `observed_at`, or seconds): `hour(t)`, `minute(t)`, `weekday(t)` (1 = Monday to 7, ISO 8601), `day(t)`
      (of the month), `day_of_year(t)`, `week(t)` (ISO 8601), `month(t)`, `quarter(t)`, `year(t)` and the condition `is_weekend(t)`, in UTC or in
      a zone given in quotes: `hour(t, 'Europe/Berlin')`. `geo_distance(lat1, lon1, lat2, lon2)` is the great-circle distance in km
      (haversine on the sphere with the mean radius 6371.0088 km); missing if a coordinate is missing or out of range.
      `key(a, b)` joins texts into one key.

      ## Names of features

      `<source>[_<column>]_<operator>[_<window>]`, with dashes as underscores: `logins_minutes_mean_30d`. `as` replaces all but the window.
      An operator with several outputs names them in place of itself, and behind `as`: `_last_1` (the newest), `_top_1` (the most
      frequent), `_p50` and `_p99_9` (quantiles), `_<category>` (what is no letter, digit or underscore becomes an underscore), `_lag_7`.
      Windows are named by the largest unit of `d`, `h`, `m`, `s` that divides them (`24h` is `1d`), the others `_ever`, `_since_month`,
      `_since_20240101`. Attributes keep the name of their column. Two features of one name, and features called `key`, `label` or
      `observed_at`, are errors.

      ## Windows

      At an observation time t an aggregate sees the events with `left <= event time < t` that were known at t (`known-at <= t`). Of
      `windows: [30d]` the left edge is `t - 30d`: to the microsecond with `resolution: exact`, rounded down to a multiple of the hop since
      the epoch otherwise. The hop is the largest of 1s, 5s, 15s, 1m, 5m, 15m, 30m, 1h, 3h, 6h, 12h, 1d that is at most a sixtieth of the
      window, or the stated `resolution: 1h`. `ever` has no left edge. `since: [month, 2024-01-01]` begins with the day, week (on
      Monday), month, quarter or year of UTC that t lies in, or at the stated time. Missing values of a column are passed over
      by every operator; a result that is not finite is missing.
      """;

  private final StringBuilder page = new StringBuilder(OPENING);

  private PageWriter() {}

  static String write(Section root) {
    var writer = new PageWriter();
    writer.section("The whole file", "", root);
    return writer.page.toString();
  }

  private void section(String title, String path, Section section) {
    page.append("\n## ").append(title).append("\n\n");
    if (!section.exactlyOne().isEmpty()) {
      page.append("Exactly one of ")
          .append(String.join(", ", quoted(section.exactlyOne())))
          .append(" belongs here.\n\n");
    }
    page.append("| key | meaning | value | without it |\n|---|---|---|---|\n");
    for (Key key : section.keys()) {
      if (!key.later()) {
        row(
            key.name(),
            key.doc(),
            brief(key.shape()),
            key.required() ? "required" : key.byDefault());
      }
    }
    section
        .others()
        .ifPresent(
            names -> row("<" + names.keyWords() + ">", "By name.", brief(names.value()), ""));
    List<String> later = section.keys().stream().filter(Key::later).map(Key::name).toList();
    if (!later.isEmpty()) {
      page.append("\nKnown, but not supported yet: ")
          .append(String.join(", ", quoted(later)))
          .append(".\n");
    }
    for (Key key : section.keys()) {
      if (!key.later()) {
        below(path.isEmpty() ? key.name() : path + "." + key.name(), key.shape());
      }
    }
    section.others().ifPresent(names -> below(path, names));
  }

  /// The maps inside a shape, each with its own table.
  private void below(String path, Shape shape) {
    switch (shape) {
      case Section section -> section("`" + path + "`", path, section);
      case Names names -> below(path + ".<" + names.keyWords() + ">", names.value());
      case Shape.ListOf list -> below(path + "[]", list.item());
      case Shape.Either either -> either.options().forEach(option -> below(path, option));
      default -> {}
    }
  }

  private void row(String key, String doc, String value, String without) {
    page.append("| `%s` | %s | %s | %s |\n".formatted(key, cell(doc), cell(value), cell(without)));
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(word -> "`" + word + "`").toList();
  }

  /// What stands there, without repeating what a table below says.
  private static String brief(Shape shape) {
    return switch (shape) {
      case Shape.Choice choice -> {
        List<String> words = new ArrayList<>(quoted(choice.now()));
        String later =
            choice.later().isEmpty()
                ? ""
                : "; not yet " + String.join(", ", quoted(choice.later()));
        yield String.join(", ", words) + later;
      }
      case Section section -> "a map, see below";
      case Names names -> "a map from " + names.keyWords() + " to " + brief(names.value());
      case Shape.ListOf list -> "a list, each " + brief(list.item());
      case Shape.Either either ->
          String.join("; or ", either.options().stream().map(PageWriter::brief).toList());
      case Shape.OrWord word ->
          String.join(", ", quoted(word.names())) + "; or " + word.other().words();
      case Shape.Chosen chosen -> "one of these with settings";
      default -> shape.words();
    };
  }
}
