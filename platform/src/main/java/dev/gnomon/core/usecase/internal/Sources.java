package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.schema.Nearest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The sources of a file while it is read.
///
/// @param data those that are right
/// @param stated the names of all of them, so that a reference to a wrong one is not wrong too
record Sources(DataSection data, Set<String> stated, boolean flat) {
  Optional<SourceSpec> find(String name) {
    return Optional.ofNullable(data.sources().get(name));
  }

  List<SourceSpec> ofKind(SourceSpec.Kind kind) {
    return data.sources().values().stream().filter(source -> source.kind() == kind).toList();
  }

  /// Whether all sources that were stated could be read.
  boolean complete() {
    return stated.size() == data.sources().size();
  }

  /// Whether rows have times.
  boolean timed() {
    return data.sources().values().stream().anyMatch(source -> source.eventTime().isPresent());
  }

  /// The key column of all sources of the frame's entity, if it is one.
  Optional<String> sharedKey() {
    List<String> keys =
        data.sources().values().stream()
            .filter(SourceSpec::isOfPrimaryEntity)
            .flatMap(source -> source.key().stream())
            .distinct()
            .toList();
    return keys.size() == 1 ? Optional.of(keys.get(0)) : Optional.empty();
  }

  /// Notes a problem when there is no such source.
  void require(String name, Fields fields, String key, Context context) {
    if (stated.contains(name) || stated.isEmpty()) {
      return;
    }
    List<String> names = List.copyOf(stated);
    context.problem(
        fields,
        key,
        "no source " + Problems.shown(name),
        Nearest.to(name, names).map(near -> "did you mean " + near + "? ").orElse("")
            + "there are "
            + String.join(", ", names));
  }
}
