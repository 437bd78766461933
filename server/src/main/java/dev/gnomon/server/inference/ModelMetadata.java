package dev.gnomon.server.inference;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a model says of itself.
///
/// @param versions those that can be asked for by number, oldest first
/// @param platform `<project>_<format>`
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<TensorSpec> inputs,
    List<TensorSpec> outputs,
    Map<String, String> properties) {
  public ModelMetadata {
    versions = List.copyOf(versions);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /// The tensors of a list by name.
  static Map<String, TensorSpec> byName(List<TensorSpec> specs) {
    return specs.stream()
        .collect(
            Collectors.toMap(
                TensorSpec::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }
}
