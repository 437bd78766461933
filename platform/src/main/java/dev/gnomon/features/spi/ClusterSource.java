package dev.gnomon.features.spi;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.observations.SourcePart;
import java.util.List;

/// One source as a cluster reads it.
///
/// @param part reads the columns of the files and computes and filters by itself
/// @param columns what a scan by our own reader delivers, computed columns included; rows of it are
///   read by [SourcePart#decoded]
public record ClusterSource(SourceSpec spec, SourcePart part, List<String> columns) {
  public ClusterSource {
    columns = List.copyOf(columns);
  }

  /// The columns of the source that a scan delivers, by their place in its schema.
  public List<Integer> scanned() {
    return columns.stream().map(part.schema()::require).toList();
  }
}
