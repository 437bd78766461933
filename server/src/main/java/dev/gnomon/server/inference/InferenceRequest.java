package dev.gnomon.server.inference;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a client asks a model.
///
/// @param version empty: the server chooses
/// @param id comes back with the answer
/// @param parameters values are String, Boolean, Long or Double
/// @param outputs those that are wanted, in this order; empty means all
public record InferenceRequest(
    String model,
    String version,
    Optional<String> id,
    Map<String, Object> parameters,
    List<Tensor> inputs,
    List<Output> outputs,
    Deadline deadline) {
  /// The longest id, in characters.
  static final int MAX_ID = 256;

  public InferenceRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /// A tensor that is wanted.
  public record Output(String name, Map<String, Object> parameters) {}

  /// As this, with the deadline that the parameter `timeout` (microseconds, as Triton's clients
  /// send it) states, if any, besides its own.
  InferenceRequest timed() {
    Object timeout = parameters.get("timeout");
    if (timeout == null) {
      return this;
    }
    long micros = timeout instanceof Long number ? number : micros(timeout);
    return micros == 0
        ? this
        : new InferenceRequest(
            model,
            version,
            id,
            parameters,
            inputs,
            outputs,
            deadline.and(Deadline.within(micros, System::nanoTime)));
  }

  private static long micros(Object timeout) {
    try {
      return Long.parseUnsignedLong(timeout.toString());
    } catch (NumberFormatException e) {
      throw InferenceError.invalid(
          "parameters.timeout: '%s' is no number; whole microseconds are taken"
              .formatted(Shown.of(timeout.toString())));
    }
  }
}
