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
/// @param inputs by name, in the order in which they are told
public record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    Map<String, TensorSpec> inputs,
    Map<String, TensorSpec> outputs,
    Map<String, String> properties) {
  public ModelMetadata {
    versions = List.copyOf(versions);
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
    properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /// From lists of tensors.
  public ModelMetadata(
      String name,
      List<String> versions,
      String platform,
      List<TensorSpec> inputs,
      List<TensorSpec> outputs,
      Map<String, String> properties) {
    this(name, versions, platform, byName(inputs), byName(outputs), properties);
  }

  private static Map<String, TensorSpec> byName(List<TensorSpec> specs) {
    return specs.stream()
        .collect(
            Collectors.toMap(
                TensorSpec::name, Function.identity(), (a, b) -> a, LinkedHashMap::new));
  }
}
