package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Reads `frame`.
final class FrameReader {
  private static final long MOST_TIMES = 1_000_000;

  private final Fields frame;
  private final DataReader dataReader;
  private final Sources sources;
  private final Context context;

  FrameReader(Fields frame, DataReader dataReader, Sources sources, Context context) {
    this.frame = frame;
    this.dataReader = dataReader;
    this.sources = sources;
    this.context = context;
  }

  /// Empty when something needed is missing or wrong.
  Optional<Frame> read() {
    Optional<Target> target = target();
    Optional<Observe> observe = observe(target.flatMap(FrameReader::horizon));
    if (target.isEmpty() || observe.isEmpty() || frame.text("task").isEmpty()) {
      return Optional.empty();
    }
    boolean byColumn = target.get() instanceof Target.InColumn;
    boolean grid = observe.get() instanceof Observe.Grid;
    boolean eachRow = observe.get() instanceof Observe.EachRow;
    if (eachRow && !byColumn) {
      context.problem(
          frame,
          "target",
          "a flat table with a target that is an event",
          "{column: …, positive: …}, or state sources instead of a table");
    }
    if (grid && byColumn) {
      context.problem(
          frame,
          "target",
          "observations on a grid with a target column",
          "{event: …, within: …} or {no-event: …, within: …}, or list the observations in a table");
    }
    return Optional.of(
        new Frame(
            Words.of(Frame.Task.class, frame.text("task").get()),
            frame.text("entity", "row"),
            observe.get(),
            target.get(),
            entities()));
  }

  private Map<String, String> entities() {
    Map<String, String> entities = new LinkedHashMap<>();
    Fields stated = frame.sectionOrNone("entities");
    if (sources.flat() && frame.has("entities")) {
      context.problem(
          frame, "entities", "several entities of a flat table", "they need data.sources");
    }
    for (String name : stated.keys()) {
      if (name.equals(frame.text("entity", "row"))) {
        context.problem(
            stated,
            name,
            "'" + name + "' is the entity of the frame",
            "only further entities; its key column stands in the sources");
      }
      stated.text(name).ifPresent(column -> entities.put(name, column));
    }
    return entities;
  }

  /// Who is observed, who leaves and what is foreseen is a matter of the frame's entity.
  private void primary(String name, Fields fields, String key) {
    if (sources.find(name).filter(found -> !found.isOfPrimaryEntity()).isPresent()) {
      context.problem(
          fields,
          key,
          "'" + name + "' is about another entity",
          "a source whose key is that of '" + frame.text("entity", "row") + "'");
    }
  }

  static Optional<Duration> horizon(Target target) {
    return switch (target) {
      case Target.EventWithin event -> Optional.of(event.within());
      case Target.NoEventWithin event -> Optional.of(event.within());
      case Target.InColumn column -> Optional.empty();
    };
  }

  private TaskRules rules() {
    return TaskRules.of(frame.text("task", "binary"));
  }

  private Optional<Target> target() {
    Optional<Fields> section = frame.section("target").filter(Fields::isRight);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Fields fields = section.get();
    if (fields.has("column")) {
      for (String key : List.of("within", "lateness")) {
        if (fields.has(key)) {
          context.problem(
              fields,
              key,
              "'" + key + "' with a target column",
              "only events have it; leave it out");
        }
      }
      boolean number = rules().number();
      if (number) {
        rules().refuse(fields, context, "positive");
      } else if (!fields.has("positive")) {
        context.problem(
            frame,
            "target",
            "the key 'positive' is missing",
            "the source text of the positive class, as in positive: \"Yes\"; or, to foresee the"
                + " number itself, task: regression");
        return Optional.empty();
      }
      return Optional.of(
          new Target.InColumn(
              fields.text("column").orElseThrow(),
              number ? Optional.empty() : fields.text("positive")));
    }
    if (rules().number()) {
      context.problem(
          frame,
          "target",
          "whether an event happens is no number",
          "{column: …}, a column of numbers of the flat table or of the listed observations;"
              + " aggregates of later events can't be targets yet");
      return Optional.empty();
    }
    if (fields.has("positive")) {
      context.problem(
          fields, "positive", "'positive' with a target event", "only a target column has it");
    }
    boolean event = fields.has("event");
    String key = event ? "event" : "no-event";
    String source = fields.text(key).orElseThrow();
    eventsSource(source, fields, key);
    Optional<Duration> within = fields.span("within");
    if (within.isEmpty()) {
      context.problem(
          frame, "target", "the key 'within' is missing", "the horizon, as in within: 30d");
      return Optional.empty();
    }
    Optional<Duration> lateness = fields.span("lateness");
    return Optional.of(
        event
            ? new Target.EventWithin(source, within.get(), lateness)
            : new Target.NoEventWithin(source, within.get(), lateness));
  }

  private void eventsSource(String name, Fields fields, String key) {
    if (sources.flat()) {
      context.problem(
          fields, key, "a source, but the data are one flat table", "state data.sources");
      return;
    }
    sources.require(name, fields, key, context);
    if (sources.find(name).filter(found -> found.kind() != SourceSpec.Kind.EVENTS).isPresent()) {
      context.problem(
          fields, key, "'" + name + "' is no source of events", "a source with kind: events");
    }
    primary(name, fields, key);
  }

  private Optional<Observe> observe(Optional<Duration> horizon) {
    if (!frame.has("observe")) {
      if (!sources.flat() && !sources.stated().isEmpty()) {
        context.problem(
            frame,
            "observe",
            "nothing says when to observe",
            "a grid, as in {every: 7d, from: 2024-03-01, to: 2024-11-01}, or {table: observations.csv}");
        return Optional.empty();
      }
      return Optional.of(new Observe.EachRow());
    }
    Optional<Fields> section = frame.section("observe").filter(Fields::isRight);
    if (section.isEmpty()) {
      return Optional.empty();
    }
    if (sources.flat()) {
      context.problem(
          frame,
          "observe",
          "'observe' with a flat table",
          "leave it out (each row is one observation), or state data.sources");
      return Optional.empty();
    }
    Fields fields = section.get();
    Optional<String> until = fields.text("until");
    until.ifPresent(name -> eventsSource(name, fields, "until"));
    return fields.has("table") ? listed(fields, until) : grid(fields, until, horizon);
  }

  private Optional<Observe> listed(Fields fields, Optional<String> until) {
    for (String key : List.of("every", "from", "to", "population")) {
      if (fields.has(key)) {
        context.problem(
            fields, key, "'" + key + "' with listed observations", "a grid or a table, not both");
      }
    }
    return Optional.of(new Observe.Listed(dataReader.listed(fields, sources.sharedKey()), until));
  }

  private Optional<Observe> grid(
      Fields fields, Optional<String> until, Optional<Duration> horizon) {
    OptionalLong from = time(fields, "from");
    OptionalLong to = time(fields, "to");
    Optional<Duration> every = fields.span("every").or(() -> horizon);
    // A target that is wrong has no horizon either, and was reported.
    if (every.isEmpty() && context.problems().isEmpty()) {
      context.problem(frame, "observe", "the key 'every' is missing", "the step of the grid");
    }
    Optional<Fields> population = fields.section("population");
    Optional<String> source = population.flatMap(who -> who.text("source"));
    if (source.isPresent()) {
      sources.require(source.get(), population.get(), "source", context);
      primary(source.get(), population.get(), "source");
    } else {
      source = onlyState(fields);
    }
    if (from.isEmpty() || to.isEmpty() || every.isEmpty() || source.isEmpty()) {
      return Optional.empty();
    }
    if (to.getAsLong() < from.getAsLong()) {
      context.problem(fields, "to", "'to' is before 'from'", "a time at or after 'from'");
    } else if ((to.getAsLong() - from.getAsLong()) / 1_000 / every.get().toMillis() >= MOST_TIMES) {
      context.problem(
          fields,
          "every",
          "the grid has more than a million times",
          "a longer step or a shorter span");
    }
    return Optional.of(
        new Observe.Grid(
            every.get(),
            from.getAsLong(),
            to.getAsLong(),
            source.get(),
            population.flatMap(who -> who.span("within")),
            until));
  }

  private OptionalLong time(Fields fields, String key) {
    Optional<String> text = fields.text(key);
    if (text.isEmpty()) {
      context.problem(
          frame, "observe", "the key '" + key + "' is missing", "the grid needs from and to");
      return OptionalLong.empty();
    }
    return Values.micros(text.get(), context.zone());
  }

  private Optional<String> onlyState(Fields fields) {
    List<SourceSpec> states =
        sources.ofKind(SourceSpec.Kind.STATE).stream()
            .filter(SourceSpec::isOfPrimaryEntity)
            .toList();
    if (states.size() == 1 && sources.complete()) {
      return Optional.of(states.get(0).name());
    }
    if (sources.complete()) {
      context.problem(
          fields,
          "population",
          "there are " + states.size() + " state sources, so that it is open who is observed",
          "population: {source: …}");
    }
    return Optional.empty();
  }
}
