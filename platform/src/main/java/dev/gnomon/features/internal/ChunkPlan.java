package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.features.internal.Labelling.EventTarget;
import dev.gnomon.schema.Schema;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Which chunks of observation time a back-fill has, and what each of them depends on.
public final class ChunkPlan {
  private final FeatureProgram program;
  private final Frame frame;
  private final long chunk;

  /// @param chunk microseconds; chunks are aligned to the epoch, so that they stay where they are
  ///   when the observations grow
  public ChunkPlan(FeatureProgram program, long chunk) {
    this.program = program;
    this.frame = program.useCase().frame();
    this.chunk = chunk;
  }

  public long from(long index) {
    return index * chunk;
  }

  /// Exclusive.
  public long to(long index) {
    return (index + 1) * chunk;
  }

  public long index(long time) {
    return Math.floorDiv(time, chunk);
  }

  /// What rows mean, in words, part by part: who explains a change compares these.
  public SortedMap<String, String> definition() {
    SortedMap<String, String> parts = new TreeMap<>();
    parts.put("features", program.hash());
    parts.put("chunk", Long.toString(chunk));
    parts.put(
        "observe",
        switch (frame.observe()) {
          case Observe.Grid grid ->
              "every %s of %s, within %s, until %s"
                  .formatted(
                      grid.every(),
                      grid.population(),
                      grid.within().map(Object::toString).orElse("-"),
                      grid.until().orElse("-"));
          case Observe.Listed listed ->
              "listed by %s and %s, until %s"
                  .formatted(
                      ListedObservations.keyName(listed.table()),
                      listed.table().eventTime().orElse("observed_at"),
                      listed.until().orElse("-"));
          case Observe.EachRow() -> "each row";
        });
    parts.put(
        "target",
        switch (frame.target()) {
          case Target.EventWithin within ->
              "%s within %s, lateness %s"
                  .formatted(
                      within.source(),
                      within.within(),
                      within.lateness().map(Object::toString).orElse("usual"));
          case Target.NoEventWithin within ->
              "no %s within %s, lateness %s"
                  .formatted(
                      within.source(),
                      within.within(),
                      within.lateness().map(Object::toString).orElse("usual"));
          case Target.InColumn column ->
              "column %s, positive %s".formatted(column.column(), column.positive().orElse("-"));
        });
    for (String name : sources()) {
      DefinitionHash hash = new DefinitionHash();
      hash.source(program.useCase().data().require(name));
      parts.put("source " + name, hash.hash(schema(name), 0));
    }
    return parts;
  }

  private Schema schema(String name) {
    Schema found = program.schemas().get(name);
    return found == null ? new Schema(List.of()) : found;
  }

  private Set<String> sources() {
    Set<String> names = new LinkedHashSet<>();
    program.sources().forEach(source -> names.add(source.spec().name()));
    if (frame.observe() instanceof Observe.Grid grid) {
      names.add(grid.population());
    }
    until().ifPresent(names::add);
    Labelling.eventTarget(frame.target()).ifPresent(target -> names.add(target.source()));
    return names;
  }

  private Optional<String> until() {
    return switch (frame.observe()) {
      case Observe.Grid grid -> grid.until();
      case Observe.Listed listed -> listed.until();
      case Observe.EachRow() -> Optional.empty();
    };
  }

  /// The chunks there are, and for each the digests of all it depends on, by what they are of. How
  /// far outcomes are known is no part of it.
  public SortedMap<Long, SortedMap<String, String>> inputs(InputDigests digests) {
    SortedMap<Long, SortedMap<String, String>> chunks = new TreeMap<>();
    switch (frame.observe()) {
      case Observe.Grid grid -> {
        for (long t : ObservationPlan.grid(grid)) {
          // The last time wins; the first follows from the step.
          chunks
              .computeIfAbsent(index(t), i -> new TreeMap<>())
              .merge(
                  "observations", t + "-" + t, (a, b) -> a.substring(0, a.indexOf('-')) + "-" + t);
        }
      }
      case Observe.Listed listed -> {
        String table = listed.table().name();
        for (long index : digests.listedChunks(table)) {
          chunks
              .computeIfAbsent(index, i -> new TreeMap<>())
              .put("observations", digests.listed(table, index));
        }
      }
      case Observe.EachRow() ->
          throw new IllegalArgumentException("a flat table is not back-filled");
    }
    chunks.forEach((index, inputs) -> inputs.putAll(sources(index, digests)));
    return chunks;
  }

  private Map<String, String> sources(long index, InputDigests digests) {
    Map<String, String> inputs = new TreeMap<>();
    for (SourceProgram source : program.sources()) {
      String name = source.spec().name();
      long reach =
          source.spec().kind() == SourceSpec.Kind.EVENTS ? source.reach() : SourceProgram.FOR_EVER;
      inputs.put("features of " + name, digests.seen(name, index, reach));
    }
    if (frame.observe() instanceof Observe.Grid grid) {
      String name = grid.population();
      inputs.put("population " + name, digests.seen(name, index, SourceProgram.FOR_EVER));
    }
    Optional<EventTarget> target = Labelling.eventTarget(frame.target());
    until()
        .ifPresent(name -> {
          inputs.put("until " + name, digests.seen(name, index, SourceProgram.FOR_EVER));
          if (target.isPresent()) {
            inputs.put("outcomes hidden by " + name, digests.happened(name, to(index)));
          }
        });
    target.ifPresent(event ->
        inputs.put(
            "outcomes in " + event.source(),
            digests.happened(event.source(), to(index) + event.horizon())));
    return inputs;
  }
}
