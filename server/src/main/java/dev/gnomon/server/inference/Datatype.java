package dev.gnomon.server.inference;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The types of tensor elements, named as on the wire. `BF16` is an extension of Triton.
public enum Datatype {
  BOOL(1),
  UINT8(1),
  UINT16(2),
  UINT32(4),
  UINT64(8),
  INT8(1),
  INT16(2),
  INT32(4),
  INT64(8),
  FP16(2),
  BF16(2),
  FP32(4),
  FP64(8),
  /// Texts and other sequences of bytes, each with its own length.
  BYTES(0);

  private static final Map<String, Datatype> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Enum::name, one -> one));

  private final int width;

  Datatype(int width) {
    this.width = width;
  }

  /// Bytes of one element in the binary form; 0 where each element says its own length.
  public int width() {
    return width;
  }

  /// Exactly as written: the names are upper case.
  static Optional<Datatype> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  static String all() {
    return Arrays.stream(values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
