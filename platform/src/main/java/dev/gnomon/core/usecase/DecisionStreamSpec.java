package dev.gnomon.core.usecase;

import java.util.Optional;

/// Requests that come by a stream and are answered into another.
///
/// @param engine the word of the file that names the kind of stream: `kafka`
/// @param requests the topic with the requests
/// @param decisions the topic of the answers
/// @param errors the topic of the answers to requests that can't be decided; those of the answers
///   when empty
/// @param servers where they are, as the engine writes it; empty when the environment says
/// @param group whose members share the requests among them
/// @param from where a topic is begun of which the group has answered nothing yet
public record DecisionStreamSpec(
    String engine,
    String requests,
    String decisions,
    Optional<String> errors,
    Optional<String> servers,
    String group,
    StreamSpec.From from) {

  /// Where the answer to a request goes that can't be decided.
  public String errorsTopic() {
    return errors.orElse(decisions);
  }
}
