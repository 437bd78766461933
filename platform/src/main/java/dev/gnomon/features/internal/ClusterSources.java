package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.spi.ClusterSource;
import dev.gnomon.observations.ObservationProgram;
import dev.gnomon.observations.SourcePart;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Describes sources for a cluster.
final class ClusterSources {
  private ClusterSources() {}

  static ClusterSource of(SourceProgram program) {
    SourceSpec spec = program.spec();
    Schema schema = program.schema();
    RecordLayout layout = new RecordLayout(program);
    boolean state = layout.carriesAll();
    Set<String> needed = new LinkedHashSet<>(layout.columns());
    spec.where().ifPresent(where -> needed.addAll(where.columns()));
    spec.key().ifPresent(needed::add);
    spec.eventTime().ifPresent(needed::add);
    // Computed columns may use those before them, so that what is needed is found from the end.
    for (Map.Entry<String, Expression> one : List.copyOf(spec.columns().entrySet()).reversed()) {
      if (needed.contains(one.getKey())) {
        needed.addAll(one.getValue().columns());
      }
    }
    List<Integer> stored = new ArrayList<>();
    List<SourcePart.Computed> computed = new ArrayList<>();
    for (int c = 0; c < schema.size(); c++) {
      String name = schema.field(c).name();
      if (needed.contains(name) && !spec.columns().containsKey(name)) {
        stored.add(c);
      }
    }
    spec.columns()
        .forEach((name, expression) -> {
          if (needed.contains(name)) {
            computed.add(new SourcePart.Computed(schema.require(name), expression));
          }
        });
    boolean tied = state || program.events().ordered();
    List<SourcePart.Attribute> attributes =
        program.attributes().stream()
            .map(a -> new SourcePart.Attribute(a.column(), a.source(), a.ttl()))
            .toList();
    SourcePart part =
        new SourcePart(
            spec.name(),
            schema,
            stored,
            computed,
            spec.where().orElse(null),
            place(schema, spec.key()),
            place(schema, spec.eventTime()),
            place(schema, spec.knownAt()),
            place(schema, spec.id()),
            place(schema, spec.deleted()),
            spec.isStatic(),
            state,
            tied ? RecordLayout.ties(spec, schema) : List.of(),
            layout.carried(),
            program.events(),
            attributes,
            Long.MIN_VALUE,
            Long.MAX_VALUE);
    return new ClusterSource(spec, part, layout.columns());
  }

  private static int place(Schema schema, Optional<String> column) {
    return column.map(schema::require).orElse(ObservationProgram.NONE);
  }

  /// The same, limited to the rows that can matter to observations from `first` to `last`.
  static SourcePart within(SourcePart part, SourceProgram program, long first, long last) {
    boolean windowed = program.reach() != SourceProgram.FOR_EVER;
    return part.within(windowed ? first - program.reach() : Long.MIN_VALUE, last);
  }
}
