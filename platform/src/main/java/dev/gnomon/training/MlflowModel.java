package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A directory as MLflow logs models: `MLmodel` says in which forms (flavors) the model lies beside
/// it, and what its inputs are (https://mlflow.org/docs/latest/ml/model).
///
/// Only forms that are data are read: onnx, xgboost, lightgbm. A pickle, and `python_function`,
/// which runs a module named in the file, are programs.
///
/// @param data the file of the chosen form
/// @param signature the type of each named input, in the order of the model; empty without one
record MlflowModel(Path data, String flavor, Map<String, String> signature) {
  private static final List<String> FLAVORS = List.of("onnx", "xgboost", "lightgbm");
  private static final String VALID =
      "a flavor that is data: onnx, xgboost or lightgbm; model files are data, never code";
  private static final long MOST_BYTES = 1 << 20;

  /// Whether a path is such a directory.
  static boolean at(Path path) {
    return Files.isRegularFile(path.resolve("MLmodel"));
  }

  /// @throws BadInput when it holds no form that can be read, with the reason
  static MlflowModel read(Path directory) {
    Path file = directory.resolve("MLmodel");
    Map<?, ?> content = yaml(file);
    if (!(content.get("flavors") instanceof Map<?, ?> flavors)) {
      throw new BadInput(file.toString(), "it names no flavors", VALID);
    }
    for (String flavor : FLAVORS) {
      if (flavors.get(flavor) instanceof Map<?, ?> facts) {
        return new MlflowModel(data(directory, flavor, facts), flavor, signature(file, content));
      }
    }
    String found = String.join(", ", flavors.keySet().stream().map(String::valueOf).toList());
    String why =
        flavors.containsKey("sklearn")
            ? "a scikit-learn model lies there as a pickle, which is a program; with skl2onnx it"
                + " becomes data (mlflow.onnx.log_model)"
            : flavors.containsKey("python_function")
                ? "python_function runs the module that the file names"
                : "none of them is read here";
    throw new BadInput(file.toString(), "flavors " + found + ": " + why, VALID);
  }

  private static Map<?, ?> yaml(Path file) {
    String text = new String(ForeignFile.bytes(file, MOST_BYTES), StandardCharsets.UTF_8);
    try {
      Object content =
          new Load(LoadSettings.builder().setMaxAliasesForCollections(0).build())
              .loadFromString(text);
      if (content instanceof Map<?, ?> map) {
        return map;
      }
    } catch (YamlEngineException e) {
      throw new BadInput(
          file.toString(), "it can't be read: " + e.getMessage(), "what MLflow wrote");
    }
    throw new BadInput(file.toString(), "it is no mapping", "what MLflow wrote");
  }

  /// The file must lie in the directory, whatever links lead elsewhere.
  private static Path data(Path directory, String flavor, Map<?, ?> facts) {
    String name = String.valueOf(facts.get("data"));
    Path file = directory.resolve(name).normalize();
    String place = directory.resolve("MLmodel") + ": flavors." + flavor + ".data";
    try {
      if (!file.startsWith(directory.normalize())
          || !Files.isRegularFile(file)
          || !file.toRealPath().startsWith(directory.toRealPath())) {
        throw new BadInput(place, "'" + name + "'", "a file inside of the directory");
      }
    } catch (IOException e) {
      throw new BadInput(place, "'%s' can't be read".formatted(name), "a readable file");
    }
    return file;
  }

  private static Map<String, String> signature(Path file, Map<?, ?> content) {
    if (!(content.get("signature") instanceof Map<?, ?> signature)
        || !(signature.get("inputs") instanceof String inputs)) {
      return Map.of();
    }
    Map<String, String> types = new LinkedHashMap<>();
    try {
      for (JsonNode input : JsonMapper.shared().readTree(inputs)) {
        Optional<String> name = input.path("name").asStringOpt();
        if (name.isPresent()) {
          types.put(name.get(), input.path("type").asString("tensor"));
        }
      }
    } catch (JacksonException e) {
      throw new BadInput(
          file + ": signature.inputs", e.getOriginalMessage() + "", "the JSON that MLflow wrote");
    }
    return types;
  }

  /// The columns in their order.
  List<String> columns() {
    return new ArrayList<>(signature.keySet());
  }
}
