package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.spi.ForeignFormat;
import dev.gnomon.models.spi.ForeignFormat.Wanted;
import dev.gnomon.models.spi.ForeignModel;
import dev.gnomon.models.spi.ForeignModel.Input;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/// A file with a model that another tool wrote, found out by what it holds and not by its name.
///
/// @param sha256 of the file's bytes
/// @param signature the types of inputs by name, as MLflow states them; empty elsewhere
public record ForeignFile(ForeignModel model, String sha256, Map<String, String> signature) {
  public ForeignFile {
    signature = Collections.unmodifiableMap(new LinkedHashMap<>(signature));
  }

  /// Larger files are refused.
  public static final long MOST_BYTES = 512L << 20;

  /// @param path of a file, or of an MLflow model directory
  /// @throws BadInput when it can't be read, is too large, or no format on the class path reads it
  public static ForeignFile read(Path path, Wanted wanted) {
    if (!Files.isDirectory(path)) {
      return file(path, wanted);
    }
    if (!MlflowModel.at(path)) {
      throw new BadInput(
          path.toString(),
          "a directory without an MLmodel",
          "a file, or an MLflow model directory");
    }
    MlflowModel mlflow = MlflowModel.read(path);
    ForeignFile found = file(mlflow.data(), wanted);
    List<Input> inputs = new ArrayList<>(found.model().inputs());
    List<String> names = mlflow.columns();
    // Boosters that were fitted on plain matrices name no inputs; the signature does.
    if (inputs.size() == names.size() && inputs.stream().allMatch(i -> i.name().isEmpty())) {
      for (int i = 0; i < inputs.size(); i++) {
        inputs.set(i, new Input(names.get(i), inputs.get(i).kind(), inputs.get(i).levels()));
      }
    }
    return new ForeignFile(
        new ForeignModel("mlflow " + found.model().format(), inputs, found.model().build()),
        found.sha256(),
        mlflow.signature());
  }

  private static ForeignFile file(Path file, Wanted wanted) {
    byte[] bytes = bytes(file, MOST_BYTES);
    List<ForeignFormat> formats = new ArrayList<>();
    ServiceLoader.load(ForeignFormat.class).forEach(formats::add);
    ForeignFormat format =
        formats.stream()
            .filter(f -> f.recognises(bytes))
            .findFirst()
            .orElseThrow(() -> unknown(file, bytes, formats));
    return new ForeignFile(
        format.read(bytes, file.toString(), wanted),
        HexFormat.of().formatHex(Units.sha256().digest(bytes)),
        Map.of());
  }

  static byte[] bytes(Path file, long most) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new BadInput(file.toString(), "no such file", "a file with a model");
      }
      long size = Files.size(file);
      if (size > most) {
        throw new BadInput(
            file.toString(), "%,d bytes".formatted(size), "at most %,d bytes".formatted(most));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read: " + e.getMessage(), "a readable file");
    }
  }

  private static BadInput unknown(Path file, byte[] bytes, List<ForeignFormat> formats) {
    boolean pickle = bytes.length > 1 && (bytes[0] & 0xff) == 0x80 && bytes[1] <= 5;
    return new BadInput(
        file.toString(),
        pickle
            ? "a Python pickle, which is a program that runs when it is loaded"
            : "no format that is known here",
        "a model as data: "
            + formats.stream().map(ForeignFormat::name).sorted().collect(Collectors.joining(", "))
            + (pickle ? "; scikit-learn models become one with skl2onnx" : ""));
  }
}
