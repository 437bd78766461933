package dev.gnomon.serving.spi;

import java.util.Map;
import java.util.Optional;

/// A stream that is being followed.
public interface EventStream extends AutoCloseable {
  Status status();

  /// Stops following. What was taken stays taken.
  @Override
  void close();

  /// How it goes.
  ///
  /// @param lag by partition, records that are there and not yet taken; empty before the first
  ///   answer of the server
  /// @param error the last one, while it lasts
  record Status(State state, Map<Integer, Long> lag, Optional<String> error) {
    public Status {
      lag = Map.copyOf(lag);
    }
  }

  enum State {
    /// Not yet connected.
    STARTING,
    RUNNING,
    /// It does not get on for now and keeps trying; what is known already is served.
    DEGRADED,
    /// It can't go on without somebody's decision.
    REFUSED
  }
}
