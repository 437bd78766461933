package dev.gnomon.server.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a model answers.
///
/// @param version that answered; empty when the model has none
/// @param id where the model made one because the request had none
public record InferenceResponse(
    String model,
    String version,
    Optional<String> id,
    Map<String, Object> parameters,
    List<Tensor> outputs) {
  public InferenceResponse {
    outputs = List.copyOf(outputs);
  }
}
