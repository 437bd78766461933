package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;

/// Whether the columns that sources and the frame are read by exist and hold what they must.
final class SourceChecks {
  private final Compilation all;

  SourceChecks(Compilation all) {
    this.all = all;
  }

  void check() {
    all.useCase.data().sources().values().forEach(this::source);
    frame();
  }

  private void source(SourceSpec source) {
    String place = "data.sources." + source.name();
    Schema schema = all.schema(source.name());
    source.key().ifPresent(column -> all.require(place + ".key", schema, column));
    source.entities().values().forEach(column -> all.require(place + ".key", schema, column));
    source.id().ifPresent(column -> all.require(place + ".id", schema, column));
    source.deleted().ifPresent(column -> all.require(place + ".deleted", schema, column));
    source.knownAfter().forEach(column -> all.require(place + ".known-after", schema, column));
    source.eventTime().ifPresent(column -> time(place + ".event-time", schema, column));
    source.knownAt().ifPresent(column -> time(place + ".known-at", schema, column));
    if (source.kind() == SourceSpec.Kind.TABLE) {
      return;
    }
    if (source.key().isEmpty()) {
      all.problem(
          place, "no key", "name the column that identifies the entity: `key: customer_id`");
    }
    if (source.eventTime().isEmpty()
        && !(source.isStatic() && source.kind() == SourceSpec.Kind.STATE)) {
      all.problem(
          place,
          "no event-time",
          "name the column that says when it happened, or for a state source `static: true`");
    }
    if (source.isStatic()) {
      all.notes.add(
          "source %s is static: its values are taken as known at every time, a risk of leaks"
              .formatted(source.name()));
    }
  }

  private void time(String place, Schema schema, String column) {
    if (all.require(place, schema, column) && Compilation.typeOf(schema, column) != Type.TIME) {
      all.problem(
          place,
          "column '%s' holds %ss".formatted(column, Compilation.typeOf(schema, column).word()),
          "a column of times; every value must read as one, or state it under `types:`");
    }
  }

  private void frame() {
    boolean flat = all.useCase.data().isFlatTable();
    switch (all.useCase.frame().observe()) {
      case Observe.EachRow() -> {
        if (!flat) {
          all.problem(
              "frame.observe", "nothing says when to observe", "a grid or a table of times");
        }
      }
      case Observe.Grid grid -> {
        all.requireSource("frame.observe.population", grid.population());
        grid.until().ifPresent(name -> all.requireSource("frame.observe.until", name));
        if (grid.every().isNegative() || grid.every().isZero()) {
          all.problem("frame.observe.every", grid.every().toString(), "a positive duration");
        }
      }
      case Observe.Listed listed ->
          listed.until().ifPresent(name -> all.requireSource("frame.observe.until", name));
    }
    switch (all.useCase.frame().target()) {
      case Target.EventWithin target -> all.requireSource("frame.target.event", target.source());
      case Target.NoEventWithin target ->
          all.requireSource("frame.target.no-event", target.source());
      case Target.InColumn target -> {
        if (flat) {
          all.require("frame.target.column", all.schema(DataSection.TABLE), target.column());
        }
      }
    }
  }
}
