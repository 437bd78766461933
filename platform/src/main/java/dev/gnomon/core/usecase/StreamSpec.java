package dev.gnomon.core.usecase;

import java.util.Optional;

/// The stream a source's rows come from.
///
/// @param engine the word of the file that names the kind of stream: `kafka`
/// @param topic what is read
/// @param servers where it is, as the engine writes it; empty when the environment says
/// @param from where a topic that was never read before is begun
public record StreamSpec(String engine, String topic, Optional<String> servers, From from) {
  public enum From {
    EARLIEST,
    LATEST
  }
}
