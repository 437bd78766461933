package dev.gnomon.cli;

import static dev.gnomon.cli.Interview.quoted;
import static dev.gnomon.cli.Questions.NONE;
import static dev.gnomon.cli.Questions.grammar;
import static dev.gnomon.cli.Questions.list;
import static dev.gnomon.cli.Questions.oneOf;
import static dev.gnomon.cli.Questions.orNone;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.schema.Times;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The eight steps for several sources of events and states, with an event as the target.
final class SourcesInterview {
  /// Judges durations and dates: a grid with one place to fill.
  private static final String GRID =
      """
      frame: {task: binary, observe: {every: 1d, from: 2024-01-01, to: 2024-12-31, population: {source: a}}, target: {event: b, within: 1d}}
      data: {sources: {a: {kind: state, path: a.csv, key: k, event-time: t}, b: {kind: events, path: b.csv, key: k, event-time: t}}}
      """;

  private final Questions questions;
  private final Path file;
  private final StringBuilder yaml;

  SourcesInterview(Questions questions, Path file, StringBuilder yaml) {
    this.questions = questions;
    this.file = file;
    this.yaml = yaml;
  }

  /// One source as answered.
  private record Source(
      String name,
      boolean events,
      String path,
      Columns columns,
      String key,
      String time,
      String known) {
    String line() {
      return "    %s: {kind: %s, path: %s, key: %s, event-time: %s%s}\n"
          .formatted(
              name,
              events ? "events" : "state",
              quoted(path),
              quoted(key),
              quoted(time),
              known.equals(NONE) ? "" : ", known-at: " + quoted(known));
    }
  }

  void run() {
    Map<String, Source> sources = sources();
    List<String> names = List.copyOf(sources.keySet());
    List<String> events =
        sources.values().stream().filter(Source::events).map(Source::name).toList();
    List<String> states = names.stream().filter(name -> !events.contains(name)).toList();
    List<String> attributes =
        states.stream()
            .map(name -> require(sources, name))
            .flatMap(state ->
                state.columns().names().stream()
                    .filter(c -> !List.of(state.key(), state.time(), state.known()).contains(c)))
            .toList();

    questions.say("1. problem: what is decided, and what mistakes cost\n");
    Columns costs =
        require(sources, states.isEmpty() ? names.getFirst() : states.getFirst()).columns();
    Interview.Stakes.ask(questions, yaml, true, costs, answer -> unknown(answer, attributes));

    questions.say("2. frame: the learning problem\n");
    String entity =
        questions.ask(
            "What is the decision about?", "customer, machine", "customer", Interview::word);
    String kind =
        questions.ask(
            "Is the case that something happens, or that nothing does?",
            "event or no-event",
            "event",
            oneOf(List.of("event", "no-event")));
    String target =
        questions.ask(
            "Which source tells it?", "a source of events", events.getLast(), oneOf(events));
    String within =
        questions.ask(
            "Within which time after the decision?",
            "the horizon, as in 30d",
            "30d",
            grammar(GRID.replace("within: 1d", "within: %s")));
    String every =
        questions.ask(
            "How often is everybody looked at?",
            "the step of the grid",
            within,
            grammar(GRID.replace("every: 1d", "every: %s")));
    String population =
        questions.ask(
            "Who is looked at?",
            "the source whose keys are known then",
            states.isEmpty() ? names.getFirst() : states.getFirst(),
            oneOf(names));
    Source told = require(sources, target);
    Optional<long[]> span = told.columns().span(told.time());
    long horizon = horizon(within);
    String from =
        questions.ask(
            "From when on?",
            "a date",
            span.map(s -> day(s[0] + horizon)).orElse("2024-01-01"),
            grammar(
                GRID.replace("from: 2024-01-01", "from: %s")
                    .replace("to: 2024-12-31", "to: 9999-01-01")
                    .replace("every: 1d", "every: 36500d")));
    String to =
        questions.ask(
            "Until when?",
            "a date; outcomes must be known for the horizon after it",
            span.map(s -> day(s[1] - horizon)).orElse("2024-12-31"),
            grammar(
                GRID.replace("from: 2024-01-01", "from: " + from)
                    .replace("to: 2024-12-31", "to: %s")));
    yaml.append("frame:\n  task: binary\n  entity: ").append(quoted(entity)).append('\n');
    yaml.append(
        "  observe: {every: %s, from: %s, to: %s, population: {source: %s}%s}\n"
            .formatted(
                every, from, to, population, kind.equals("event") ? ", until: " + target : ""));
    yaml.append("  target: {%s: %s, within: %s}\n".formatted(kind, target, within));

    yaml.append("data:\n  sources:\n");
    sources.values().forEach(source -> yaml.append(source.line()));

    questions.say("4. features: what is known when deciding\n");
    String windows =
        questions.ask(
            "Over which windows are events counted?",
            "with commas between, as in 7d, 30d, 90d",
            "7d, 30d, 90d",
            grammar(GRID + "features: {b: [{count: \"*\", windows: [%s]}]}\n"));
    yaml.append("features:\n");
    for (Source source : sources.values()) {
      boolean counted = !source.name().equals(target) || kind.equals("no-event");
      if (!source.events()) {
        yaml.append("  %s: {columns: all}\n".formatted(source.name()));
      } else if (counted) {
        yaml.append(
            "  %s:\n    - {count: \"*\", windows: [%s]}\n    - {time-since-last: \"*\"}\n"
                .formatted(source.name(), windows));
      }
    }
    Interview.learning(questions, yaml, true, true);
    Interview.evaluation(questions, yaml, answer -> unknown(answer, attributes));
    Interview.Production.ask(questions, yaml, yaml.indexOf("costs:") >= 0, true);
  }

  private static Source require(Map<String, Source> sources, String name) {
    return Objects.requireNonNull(sources.get(name), "an answer names a source");
  }

  private Map<String, Source> sources() {
    questions.say("3. data: where it comes from (asked first, so that columns can be proposed)\n");
    String names =
        questions.ask(
            "Which sources are there?",
            "short names with commas between: customers, logins, cancellations",
            "customers, events",
            answer -> {
              for (String name : list(answer)) {
                if (!name.matches("[a-z][a-z0-9_]*")) {
                  return Optional.of("'" + name + "'; lower case, digits and _");
                }
              }
              return list(answer).stream().distinct().count() == list(answer).size()
                  ? Optional.empty()
                  : Optional.of("a name stands twice; each once");
            });
    Map<String, Source> sources = new LinkedHashMap<>();
    boolean anyEvents = false;
    List<String> all = list(names);
    for (int i = 0; i < all.size(); i++) {
      boolean must = i == all.size() - 1 && !anyEvents; // something must be foreseen
      Source source = source(all.get(i), must);
      anyEvents |= source.events();
      sources.put(source.name(), source);
    }
    return sources;
  }

  private Source source(String name, boolean mustBeEvents) {
    String path =
        questions.ask(
            "Where is " + name + "?",
            "the path of a file (CSV, NDJSON, Parquet); * and ? match several",
            name + ".csv",
            Interview::readable);
    Columns columns = Columns.of(Path.of(path));
    questions.say("  columns: " + String.join(", ", columns.names()) + "\n");
    String kind =
        questions.ask(
            "What is a row of " + name + "?",
            "events: something happened; state: how things are from then on",
            sourcesUsual(name, mustBeEvents),
            mustBeEvents ? oneOf(List.of("events")) : oneOf(List.of("events", "state")));
    String key =
        questions.ask(
            "Which column of " + name + " holds the key?",
            "the same key in every source",
            columns.like("customer", "_id", "key", "id").orElse(columns.names().getFirst()),
            columns.one());
    List<String> times = columns.times().isEmpty() ? columns.names() : columns.times();
    String time =
        questions.ask(
            "Which column of " + name + " says when?",
            "the event time",
            times.getFirst(),
            oneOf(times));
    List<String> others = new ArrayList<>(times);
    others.remove(time);
    String known =
        columns.times().size() < 2
            ? NONE
            : questions.ask(
                "Which column says when a row of " + name + " could be known?",
                "known-at: loading takes time; none if it is known at once",
                NONE,
                orNone(oneOf(others)));
    return new Source(
        name, kind.equals("events"), Interview.relative(file, path), columns, key, time, known);
  }

  private static String sourcesUsual(String name, boolean mustBeEvents) {
    return !mustBeEvents && name.matches("customers?|users?|clients?|accounts?|machines?")
        ? "state"
        : "events";
  }

  private static Optional<String> unknown(String answer, List<String> attributes) {
    for (String name : list(answer)) {
      if (!attributes.contains(name)) {
        return Optional.of(
            "no attribute '%s'; %s"
                .formatted(
                    name,
                    attributes.isEmpty()
                        ? "there is no source of state, so none"
                        : "there are " + String.join(", ", attributes)));
      }
    }
    return Optional.empty();
  }

  /// In microseconds; the answer was judged before.
  private static long horizon(String within) {
    UseCase draft =
        UseCaseReader.parse(
            "gnomon: 1\nname: draft\n" + GRID.replace("within: 1d", "within: " + within),
            Path.of("draft.yaml"));
    return draft.production().monitor().outcomesAfter().orElseThrow().toNanos() / 1_000;
  }

  private static String day(long micros) {
    return LocalDate.ofInstant(Times.instant(micros), ZoneOffset.UTC).toString();
  }
}
