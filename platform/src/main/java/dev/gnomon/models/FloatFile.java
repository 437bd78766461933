package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/// Single-precision numbers one after the other, little-endian and nothing else: what would be
/// megabytes of decimals in JSON.
public final class FloatFile {
  private FloatFile() {}

  public static void write(float[] values, Path file) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(4, values.length)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    try {
      Files.write(file, bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @throws BadInput when the file does not hold exactly `length` finite numbers
  public static float[] read(Path file, int length) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BadInput(file.toString(), "it can't be read", "the numbers of a model");
    }
    if (length < 0 || bytes.length != 4L * length) {
      throw new BadInput(
          file.toString(), bytes.length + " bytes", "%d numbers of 4 bytes".formatted(length));
    }
    float[] values = new float[length];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new BadInput(file.toString(), "a value of " + value, "finite numbers");
      }
    }
    return values;
  }
}
