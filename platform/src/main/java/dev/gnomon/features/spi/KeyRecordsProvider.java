package dev.gnomon.features.spi;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/// Connects to one kind of shared online store; found with `ServiceLoader`.
public interface KeyRecordsProvider {
  /// The schemes of the addresses it understands, for example `redis`.
  List<String> schemes();

  /// Looks at the address without connecting.
  ///
  /// @throws dev.gnomon.core.BadInput if it can't be right
  void check(URI address);

  /// Connects once. A connection that broke is not mended: the caller connects again.
  ///
  /// @param address checked before
  /// @param space what the records belong to; connections of one space see the same records
  /// @throws IOException if the store can't be reached or may lose single keys
  KeyRecords connect(URI address, String space) throws IOException;
}
