package dev.gnomon.cli;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.ReplayRequest;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A bundle as the directory that MLflow logs for an ONNX model: `MLmodel`, `model.onnx`, an
/// example of its inputs, and what a Python that scores with it needs. It holds data only.
///
/// The signature is of tensors, one of shape [-1, 1] per feature, which is what the graph takes.
final class MlmodelDirectory {
  /// The version of MLflow whose form this is.
  private static final String MLFLOW = "2.17.2";

  private static final String PYTHON = "3.11.9";
  private static final String REQUIREMENTS = "mlflow>=2.17\nonnx>=1.16\nonnxruntime>=1.18\nnumpy\n";

  private static final DateTimeFormatter CREATED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Bundle bundle;
  private final Schema features;
  private final TreeSet<Integer> read = new TreeSet<>();

  MlmodelDirectory(Bundle bundle) {
    this.bundle = bundle;
    this.features = bundle.preprocessing().inputs();
    for (JsonNode step : bundle.preprocessing().toJson().required("transforms")) {
      read.add(step.required("index").intValue());
    }
  }

  /// @param onnx the graph
  /// @return the files by name
  Map<String, byte[]> files(ModelVersion version, byte[] onnx) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("model.onnx", onnx);
    files.put("input_example.json", utf8(CanonicalJson.text(example())));
    files.put("requirements.txt", utf8(REQUIREMENTS));
    files.put("python_env.yaml", utf8(pythonEnvironment()));
    files.put("conda.yaml", utf8(conda()));
    // Last: it is what says that this is a model.
    files.put("MLmodel", utf8(description(version)));
    return files;
  }

  /// @throws IOException if the directory can't be written
  static void write(Path directory, Map<String, byte[]> files) throws IOException {
    Files.createDirectories(directory);
    for (var file : files.entrySet()) {
      AtomicFiles.write(directory.toAbsolutePath().resolve(file.getKey()), file.getValue());
    }
  }

  private String description(ModelVersion version) {
    return """
    flavors:
      onnx:
        code: null
        data: model.onnx
        onnx_version: 1.16.0
        providers:
        - CPUExecutionProvider
      python_function:
        data: model.onnx
        env:
          conda: conda.yaml
          virtualenv: python_env.yaml
        loader_module: mlflow.onnx
        python_version: %s
    metadata:
      gnomon.bundle: %s
      gnomon.use_case: %s
      gnomon.version: '%d'
    mlflow_version: %s
    model_uuid: %s
    saved_input_example_info:
      artifact_path: input_example.json
      format: tf-serving
      type: ndarray
    signature:
      inputs: %s
      outputs: %s
      params: null
    utc_time_created: '%s'
    """
        .formatted(
            PYTHON,
            version.bundleHash(),
            version.useCase(),
            version.version(),
            MLFLOW,
            version.bundleHash().substring(0, 32),
            quoted(inputs()),
            quoted(outputs()),
            CREATED.format(version.createdAt()));
  }

  /// A text of YAML in single quotes.
  private static String quoted(JsonNode json) {
    return "'" + CanonicalJson.text(json).strip().replace("'", "''") + "'";
  }

  private ArrayNode inputs() {
    ArrayNode inputs = JsonNodeFactory.instance.arrayNode();
    for (int i : read) {
      tensor(inputs, features.field(i).name(), number(i) ? "float32" : "str");
    }
    return inputs;
  }

  private static ArrayNode outputs() {
    ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
    tensor(outputs, "score", "float64");
    tensor(outputs, "margin", "float64");
    return outputs;
  }

  private static void tensor(ArrayNode into, String name, String type) {
    ObjectNode tensor = into.addObject().put("name", name).put("type", "tensor");
    tensor.putObject("tensor-spec").put("dtype", type).putArray("shape").add(-1).add(1);
  }

  private boolean number(int feature) {
    return features.field(feature).type() == Type.NUMBER;
  }

  /// Rows that the bundle carries to check itself: drawn value by value, so that they are of
  /// nobody.
  private ObjectNode example() {
    ObjectNode example = CanonicalJson.object();
    ObjectNode columns = example.putObject("inputs");
    for (int i : read) {
      ArrayNode column = columns.putArray(features.field(i).name());
      for (ReplayRequest request :
          bundle.requests().subList(0, Math.min(2, bundle.requests().size()))) {
        Row row = request.row();
        ArrayNode one = column.addArray();
        if (number(i)) {
          double value = row.number(i);
          one.add(Double.isFinite(value) ? value : 0);
        } else {
          String text = row.text(i);
          one.add(text == null ? "" : text);
        }
      }
    }
    return example;
  }

  private static String pythonEnvironment() {
    return "python: %s\nbuild_dependencies:\n- pip\ndependencies:\n- -r requirements.txt\n"
        .formatted(PYTHON);
  }

  private static String conda() {
    return "name: mlflow-env\nchannels:\n- conda-forge\ndependencies:\n- python=%s\n- pip\n- pip:\n  - -r requirements.txt\n"
        .formatted(PYTHON);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
