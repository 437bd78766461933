package dev.gnomon.serving.spi;

import dev.gnomon.core.usecase.DecisionStreamSpec;
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

  /// Begins to answer the requests of a stream into another and returns at once; a server that is
  /// away is waited for.
  ///
  /// Each request has one answer that others see, and the answers of a partition come in its order,
  /// whatever is killed when.
  ///
  /// @param useCase that decides
  /// @param environment settings by environment variable
  /// @param sink decides; used by one thread at a time
  /// @throws dev.gnomon.core.BadInput if a setting is missing or can't be right
  EventStream answer(
      String useCase, DecisionStreamSpec stream, Map<String, String> environment, RequestSink sink);
}
