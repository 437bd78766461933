package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/// What is computed on one source.
///
/// @param events what is computed on a source of events; without features for others
/// @param attributes columns of a state source taken as they are
public record SourceProgram(
    SourceSpec spec, Schema schema, EventProgram events, List<AttributeFeature> attributes) {

  /// No filter, no column, no window.
  public static final int NONE = EventProgram.NONE;

  /// No age limit.
  public static final long FOR_EVER = EventProgram.FOR_EVER;

  public SourceProgram {
    attributes = List.copyOf(attributes);
  }

  /// @param column of the feature row
  /// @param source column of the source's schema
  public record AttributeFeature(int column, int source, long ttl) {}

  /// How far back an event may matter; [#FOR_EVER] when it may however old it is.
  public long reach() {
    return attributes.isEmpty() ? events.reach() : FOR_EVER;
  }

  /// Collects the parts of one source.
  static final class Builder {
    private final SourceSpec spec;
    private final Schema schema;
    private final EventProgram.Builder events;
    private final List<AttributeFeature> attributes = new ArrayList<>();

    Builder(SourceSpec spec, Schema schema) {
      this.spec = spec;
      this.schema = schema;
      this.events =
          EventProgram.builder(schema)
              .identified(spec.id().isPresent())
              .knownDeclared(spec.knownAt().isPresent());
    }

    SourceSpec spec() {
      return spec;
    }

    Schema schema() {
      return schema;
    }

    void aggregate(int column, EventProgram.Definition definition) {
      events.add(column, definition);
    }

    void attribute(int column, int sourceColumn, long ttl) {
      attributes.add(new AttributeFeature(column, sourceColumn, ttl));
    }

    SourceProgram build() {
      return new SourceProgram(spec, schema, events.build(), attributes);
    }
  }
}
