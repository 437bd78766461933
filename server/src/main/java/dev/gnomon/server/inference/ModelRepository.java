package dev.gnomon.server.inference;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The models that this protocol serves, and everything that is the same for all of them: finding,
/// readiness, checks against the metadata, choice of outputs, deadlines.
///
/// Unloading hides a model from this protocol until it is loaded again; what is in flight ends, and
/// other surfaces do not notice.
public final class ModelRepository {
  private final Map<String, Entry> models = new LinkedHashMap<>();
  private final String version;
  private final InstantSource clock;

  private static final class Entry {
    final InferenceModel model;
    final ModelStatistics statistics = new ModelStatistics();
    volatile boolean loaded = true;

    Entry(InferenceModel model) {
      this.model = model;
    }
  }

  /// One line of the index.
  ///
  /// @param version empty for a model without
  /// @param reason empty when ready
  record Line(String name, String version, boolean ready, String reason) {
    String state() {
      return ready ? "READY" : "UNAVAILABLE";
    }
  }

  /// @param version of the software
  public ModelRepository(
      List<? extends InferenceModel> models, String version, InstantSource clock) {
    models.forEach(model -> this.models.put(model.metadata().name(), new Entry(model)));
    this.version = version;
    this.clock = clock;
  }

  static String serverName() {
    return "gnomon";
  }

  String serverVersion() {
    return version;
  }

  static List<String> extensions() {
    return List.of("binary_tensor_data", "model_repository", "parameters", "statistics");
  }

  /// Whether all loaded models are ready.
  boolean ready() {
    return models.values().stream().allMatch(entry -> !entry.loaded || entry.model.ready());
  }

  /// @param version empty for any
  /// @throws InferenceError when there is no such model or version
  boolean ready(String name, String version) {
    return find(name, version).model.ready();
  }

  ModelMetadata metadata(String name, String version) {
    return find(name, version).model.metadata();
  }

  ModelStatistics statistics(String name, String version) {
    return find(name, version).statistics;
  }

  private Entry find(String name, String version) {
    Entry entry = models.get(name);
    if (entry == null) {
      throw unknown(name);
    }
    if (!entry.loaded) {
      throw new InferenceError(
          InferenceError.Kind.NOT_FOUND,
          "The model '%s' was unloaded; /v2/repository/models/%s/load brings it back."
              .formatted(name, name));
    }
    List<String> versions = entry.model.metadata().versions();
    if (!version.isEmpty() && !versions.contains(version)) {
      throw new InferenceError(
          InferenceError.Kind.NOT_FOUND,
          "The model '%s' has no version '%s' to ask; %s."
              .formatted(
                  name,
                  Shown.of(version),
                  versions.isEmpty()
                      ? "it has none now, ask without a version"
                      : "there is " + String.join(", ", versions)));
    }
    return entry;
  }

  private InferenceError unknown(String name) {
    List<String> loaded =
        models.entrySet().stream()
            .filter(entry -> entry.getValue().loaded)
            .map(Map.Entry::getKey)
            .toList();
    return new InferenceError(
        InferenceError.Kind.NOT_FOUND,
        "There is no model '%s'; there are: %s."
            .formatted(Shown.of(name), String.join(", ", loaded)));
  }

  /// @param onlyReady leaves out the others
  List<Line> index(boolean onlyReady) {
    List<Line> lines = new ArrayList<>();
    models.forEach((name, entry) -> {
      boolean ready = entry.loaded && entry.model.ready();
      if (onlyReady && !ready) {
        return;
      }
      String reason = !entry.loaded ? "unloaded" : ready ? "" : "not ready";
      List<String> versions = entry.model.metadata().versions();
      for (String one : versions.isEmpty() ? List.of("") : versions) {
        lines.add(new Line(name, one, ready, reason));
      }
    });
    return lines;
  }

  /// Serves a model again; does nothing to one that is served.
  ///
  /// @throws InferenceError when there is no such model
  void load(String name) {
    entry(name).loaded = true;
  }

  /// Serves a model no longer.
  ///
  /// @throws InferenceError when there is no such model, or it was unloaded before
  void unload(String name) {
    find(name, "");
    entry(name).loaded = false;
  }

  private Entry entry(String name) {
    Entry entry = models.get(name);
    if (entry == null) {
      throw unknown(name);
    }
    return entry;
  }

  /// Answers a request; the outputs are those that it names, in its order.
  ///
  /// @throws InferenceError when it can't be answered
  InferenceResponse infer(InferenceRequest asked) {
    Entry entry = find(asked.model(), asked.version());
    long begin = System.nanoTime();
    boolean done = false;
    try {
      if (!entry.model.ready()) {
        throw new InferenceError(
            InferenceError.Kind.NOT_READY,
            "The model '%s' is not ready; ask again later.".formatted(asked.model()));
      }
      InferenceRequest request = asked.timed();
      request.deadline().check();
      ModelMetadata metadata = entry.model.metadata();
      checkInputs(request, metadata);
      checkOutputs(request, metadata);
      InferenceResponse response = entry.model.infer(request);
      request.deadline().check();
      done = true;
      entry.statistics.succeeded(rows(request), System.nanoTime() - begin, clock.millis());
      return chosen(request, response);
    } finally {
      if (!done) {
        entry.statistics.failed(System.nanoTime() - begin);
      }
    }
  }

  private static long rows(InferenceRequest request) {
    return request.inputs().isEmpty() || request.inputs().getFirst().shape().length == 0
        ? 1
        : request.inputs().getFirst().shape()[0];
  }

  private static void checkInputs(InferenceRequest request, ModelMetadata metadata) {
    Map<String, TensorSpec> specs = metadata.inputs();
    Set<String> seen = new HashSet<>();
    for (Tensor tensor : request.inputs()) {
      TensorSpec spec = specs.get(tensor.name());
      if (spec == null) {
        throw InferenceError.invalid(
            "inputs: the model '%s' has no input '%s'; it has %s"
                .formatted(
                    metadata.name(),
                    Shown.of(tensor.name()),
                    shortened(specs.keySet().stream().toList())));
      }
      if (!seen.add(tensor.name())) {
        throw InferenceError.invalid("inputs: '%s' stands twice".formatted(tensor.name()));
      }
      spec.check(tensor);
    }
    for (TensorSpec spec : specs.values()) {
      if (!spec.optional() && !seen.contains(spec.name())) {
        throw InferenceError.invalid(
            "inputs: '%s' is missing; the model '%s' takes %s"
                .formatted(
                    spec.name(), metadata.name(), shortened(specs.keySet().stream().toList())));
      }
    }
  }

  private static String shortened(List<String> names) {
    int most = 40;
    return String.join(", ", names.subList(0, Math.min(most, names.size())))
        + (names.size() > most ? " and %d more".formatted(names.size() - most) : "");
  }

  private static void checkOutputs(InferenceRequest request, ModelMetadata metadata) {
    if (request.outputs().isEmpty()) {
      return;
    }
    Map<String, TensorSpec> specs = metadata.outputs();
    Set<String> seen = new HashSet<>();
    for (InferenceRequest.Output output : request.outputs()) {
      if (!specs.containsKey(output.name())) {
        throw InferenceError.invalid(
            "outputs: the model '%s' has no output '%s'; it has %s"
                .formatted(
                    metadata.name(),
                    Shown.of(output.name()),
                    shortened(specs.keySet().stream().toList())));
      }
      if (!seen.add(output.name())) {
        throw InferenceError.invalid("outputs: '%s' stands twice".formatted(output.name()));
      }
      for (String unknown : List.of("classification", "shared_memory_region")) {
        Object value = output.parameters().get(unknown);
        if (value != null && !value.equals(0L)) {
          throw InferenceError.invalid(
              "outputs.%s.parameters: %s is not offered".formatted(output.name(), unknown));
        }
      }
    }
  }

  private static InferenceResponse chosen(InferenceRequest request, InferenceResponse response) {
    List<Tensor> outputs = response.outputs();
    if (!request.outputs().isEmpty()) {
      outputs = new ArrayList<>(request.outputs().size());
      for (InferenceRequest.Output wanted : request.outputs()) {
        outputs.add(
            response.outputs().stream()
                .filter(tensor -> tensor.name().equals(wanted.name()))
                .findFirst()
                .orElseThrow(() ->
                    new IllegalStateException(
                        "the model %s did not answer its output %s"
                            .formatted(request.model(), wanted.name()))));
      }
    }
    Optional<String> id = request.id().isPresent() ? request.id() : response.id();
    return new InferenceResponse(
        response.model(), response.version(), id, response.parameters(), outputs);
  }
}
