package dev.gnomon.server.inference;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// What servers and models say of themselves, as JSON.
final class MetadataJson {
  private MetadataJson() {}

  static byte[] server(ModelRepository models) {
    return object(json -> {
      json.writeStringProperty("name", ModelRepository.serverName());
      json.writeStringProperty("version", models.serverVersion());
      json.writeArrayPropertyStart("extensions");
      ModelRepository.extensions().forEach(json::writeString);
      json.writeEndArray();
    });
  }

  static byte[] model(ModelMetadata model) {
    return object(json -> {
      json.writeStringProperty("name", model.name());
      json.writeArrayPropertyStart("versions");
      model.versions().forEach(json::writeString);
      json.writeEndArray();
      json.writeStringProperty("platform", model.platform());
      tensors(json, "inputs", model.inputs().values());
      tensors(json, "outputs", model.outputs().values());
      json.writeObjectPropertyStart("properties");
      model.properties().forEach(json::writeStringProperty);
      json.writeEndObject();
    });
  }

  private static void tensors(JsonGenerator json, String name, Collection<TensorSpec> specs) {
    json.writeArrayPropertyStart(name);
    for (TensorSpec spec : specs) {
      json.writeStartObject();
      json.writeStringProperty("name", spec.name());
      json.writeStringProperty("datatype", spec.datatype().name());
      json.writeName("shape");
      json.writeArray(spec.shape(), 0, spec.shape().length);
      if (spec.optional()) {
        json.writeObjectPropertyStart("parameters");
        json.writeBooleanProperty("optional", true);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  static byte[] ready(String name, boolean ready) {
    return object(json -> {
      json.writeStringProperty("name", name);
      json.writeBooleanProperty("ready", ready);
    });
  }

  static byte[] index(List<ModelRepository.Line> lines) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = RequestJson.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartArray();
      for (ModelRepository.Line line : lines) {
        json.writeStartObject();
        json.writeStringProperty("name", line.name());
        json.writeStringProperty("version", line.version());
        json.writeStringProperty("state", line.state());
        json.writeStringProperty("reason", line.reason());
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    return out.toByteArray();
  }

  /// Triton's shape; what is not measured apart counts as computing.
  static byte[] statistics(String name, String version, ModelStatistics statistics) {
    return object(json -> {
      json.writeArrayPropertyStart("model_stats");
      json.writeStartObject();
      json.writeStringProperty("name", name);
      json.writeStringProperty("version", version);
      json.writeNumberProperty("last_inference", statistics.lastInference.get());
      json.writeNumberProperty("inference_count", statistics.inferences.sum());
      json.writeNumberProperty("execution_count", statistics.successes.sum());
      json.writeObjectPropertyStart("inference_stats");
      long count = statistics.successes.sum();
      duration(json, "success", count, statistics.successNanos.sum());
      duration(json, "fail", statistics.failures.sum(), statistics.failureNanos.sum());
      duration(json, "queue", count, 0);
      duration(json, "compute_input", count, 0);
      duration(json, "compute_infer", count, statistics.successNanos.sum());
      duration(json, "compute_output", count, 0);
      json.writeEndObject();
      json.writeArrayPropertyStart("batch_stats");
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
    });
  }

  private static void duration(JsonGenerator json, String name, long count, long nanos) {
    json.writeObjectPropertyStart(name);
    json.writeNumberProperty("count", count);
    json.writeNumberProperty("ns", nanos);
    json.writeEndObject();
  }

  private static byte[] object(Consumer<JsonGenerator> content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    try (JsonGenerator json = RequestJson.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      content.accept(json);
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}
