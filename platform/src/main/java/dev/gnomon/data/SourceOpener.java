package dev.gnomon.data;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.schema.Schema;
import java.util.List;

/// Opens sources as the rest of the platform sees them: decoded, with computed columns, and without
/// the rows that the source's `where` excludes.
public interface SourceOpener {
  /// The resolved columns, computed ones included.
  Schema schema(SourceSpec source);

  /// A pass over the named columns, in the order asked for.
  TableScan open(SourceSpec source, List<String> columns);

  /// Says whether what was read may be used, where that is known only after reading.
  ///
  /// @throws dev.gnomon.core.Refusal if a rule about the data forbids it
  /// @throws dev.gnomon.core.BadInput if the data can't be used at all
  default void requireUsable() {}
}
