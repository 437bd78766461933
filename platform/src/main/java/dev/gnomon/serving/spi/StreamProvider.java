package dev.gnomon.serving.spi;

import dev.gnomon.core.usecase.StreamSpec;
import java.util.Map;

/// Follows one kind of stream; found with `ServiceLoader`.
public interface StreamProvider {
  /// The word of the use-case file, for example `kafka`.
  String name();

  /// Begins to follow a stream and returns at once; a server that is away is waited for.
  ///
  /// @param source that the rows belong to
  /// @param environment settings by environment variable
  /// @param sink takes the records; used by one thread at a time
  /// @throws dev.gnomon.core.BadInput if a setting is missing or can't be right
  EventStream follow(
      String source, StreamSpec stream, Map<String, String> environment, StreamSink sink);
}
