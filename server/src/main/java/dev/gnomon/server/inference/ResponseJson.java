package dev.gnomon.server.inference;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// Writes answers: a JSON object, and the bytes of the outputs that were asked for in binary form.
final class ResponseJson {
  private ResponseJson() {}

  /// @param json how many bytes of the body are JSON; -1 when all are
  record Body(byte[] bytes, int json) {}

  /// @param response with its outputs already chosen
  static Body write(InferenceRequest request, InferenceResponse response) {
    boolean allBinary = Boolean.TRUE.equals(request.parameters().get("binary_data_output"));
    ByteArrayOutputStream out = new ByteArrayOutputStream(1_024);
    List<byte[]> binary = new ArrayList<>();
    try (JsonGenerator json = RequestJson.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("model_name", response.model());
      if (!response.version().isEmpty()) {
        json.writeStringProperty("model_version", response.version());
      }
      if (response.id().isPresent()) {
        json.writeStringProperty("id", response.id().get());
      }
      parameters(json, response.parameters());
      json.writeArrayPropertyStart("outputs");
      for (int i = 0; i < response.outputs().size(); i++) {
        Tensor tensor = response.outputs().get(i);
        Object own =
            i < request.outputs().size()
                ? request.outputs().get(i).parameters().get("binary_data")
                : null;
        boolean raw = own == null ? allBinary : Boolean.TRUE.equals(own);
        output(json, tensor, raw, binary);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    if (binary.isEmpty()) {
      return new Body(out.toByteArray(), -1);
    }
    int json = out.size();
    binary.forEach(out::writeBytes);
    return new Body(out.toByteArray(), json);
  }

  private static void output(JsonGenerator json, Tensor tensor, boolean raw, List<byte[]> binary) {
    json.writeStartObject();
    json.writeStringProperty("name", tensor.name());
    json.writeStringProperty("datatype", tensor.datatype().name());
    json.writeName("shape");
    json.writeArray(tensor.shape(), 0, tensor.shape().length);
    Map<String, Object> parameters = new LinkedHashMap<>(tensor.parameters());
    boolean base64 = !raw && !TensorJson.isText(tensor.values());
    if (base64) {
      parameters.put("content_type", "base64");
    }
    if (raw) {
      byte[] bytes = RawTensors.write(tensor);
      binary.add(bytes);
      parameters.put("binary_data_size", (long) bytes.length);
    }
    parameters(json, parameters);
    if (!raw) {
      json.writeName("data");
      TensorJson.write(json, tensor, base64);
    }
    json.writeEndObject();
  }

  private static void parameters(JsonGenerator json, Map<String, Object> parameters) {
    if (parameters.isEmpty()) {
      return;
    }
    json.writeObjectPropertyStart("parameters");
    parameters.forEach((name, value) -> {
      switch (value) {
        case Boolean truth -> json.writeBooleanProperty(name, truth);
        case Long number -> json.writeNumberProperty(name, number);
        case Double number -> json.writeNumberProperty(name, number);
        default -> json.writeStringProperty(name, value.toString());
      }
    });
    json.writeEndObject();
  }
}
