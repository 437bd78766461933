package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.spi.ModelReader;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Stored models, whatever their kind.
public final class ModelFiles {
  private ModelFiles() {}

  /// Reads a model with the reader of its kind.
  ///
  /// @param stated the file that states the kind, for an error
  /// @throws BadInput when nothing reads that kind, or the files are not such a model
  public static Model read(String kind, Path directory, Path stated) {
    TreeMap<String, ModelReader> readers = new TreeMap<>();
    for (ModelReader reader : ServiceLoader.load(ModelReader.class)) {
      readers.put(reader.kind(), reader);
    }
    ModelReader reader = readers.get(kind);
    if (reader == null) {
      throw new BadInput(
          stated.toString(),
          "nothing reads models of kind '%s'".formatted(kind),
          "one of " + String.join(", ", readers.keySet()) + ", or the engine that adds it");
    }
    return reader.read(directory);
  }

  /// What a model's JSON file states.
  ///
  /// @param what such a file holds, for an error
  /// @throws BadInput when it holds something else
  public static <T> T stated(Path file, String what, Function<JsonNode, T> made) {
    JsonNode json = CanonicalJson.read(file);
    try {
      return made.apply(json);
    } catch (BadInput e) {
      throw e;
    } catch (RuntimeException e) {
      throw new BadInput(file.toString(), e.getMessage() + "", what);
    }
  }

  /// A list of numbers, as [ArrayNode#add(double)] wrote it.
  public static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.required(i).doubleValue();
    }
    return values;
  }

  public static void add(double[] values, ArrayNode to) {
    for (double value : values) {
      to.add(value);
    }
  }

  /// A row of inputs; null is missing.
  public static float[] row(JsonNode array) {
    float[] values = new float[array.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = array.required(i);
      values[i] = value.isNull() ? Float.NaN : (float) value.doubleValue();
    }
    return values;
  }

  /// A row of inputs, for [#row].
  public static void add(float[] values, ArrayNode to) {
    for (float value : values) {
      if (Float.isNaN(value)) {
        to.addNull();
      } else {
        to.add((double) value);
      }
    }
  }
}
