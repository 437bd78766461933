package dev.gnomon.server.inference;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The binary form of tensors, the same over HTTP and gRPC: little-endian, row-major, without gaps;
/// an element of BYTES is its length in four unsigned bytes and then itself.
final class RawTensors {
  private static final int PREFIX = 4;

  private RawTensors() {}

  /// @param bytes exactly those of the tensor
  /// @throws InferenceError when they are not as many as the shape says
  static Tensor read(
      String name,
      Datatype datatype,
      long[] shape,
      java.util.Map<String, Object> parameters,
      ByteBuffer bytes) {
    int size = bytes.remaining();
    boolean fixed = datatype != Datatype.BYTES;
    int count = Tensor.count(name, shape, Integer.MAX_VALUE);
    long due = (long) count * (fixed ? datatype.width() : PREFIX);
    if (fixed ? size != due : size < due) {
      throw InferenceError.invalid(
          "inputs.%s: %d bytes of binary data do not fit the shape %s of %s, which takes %s%d"
              .formatted(
                  Shown.of(name),
                  size,
                  Arrays.toString(shape),
                  datatype,
                  fixed ? "" : "at least ",
                  due));
    }
    Values values = Values.of(datatype, count);
    ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    switch (values) {
      case Values.Octets(byte[] of) -> in.get(of);
      case Values.Shorts(short[] of) -> in.asShortBuffer().get(of);
      case Values.Ints(int[] of) -> in.asIntBuffer().get(of);
      case Values.Longs(long[] of) -> in.asLongBuffer().get(of);
      case Values.Floats(float[] of) -> in.asFloatBuffer().get(of);
      case Values.Doubles(double[] of) -> in.asDoubleBuffer().get(of);
      case Values.Blobs(byte[][] of) -> blobs(name, in, of);
    }
    if (datatype == Datatype.BOOL && values instanceof Values.Octets(byte[] of)) {
      truths(name, of);
    }
    return new Tensor(name, datatype, shape, values, parameters);
  }

  private static void truths(String name, byte[] of) {
    for (int i = 0; i < of.length; i++) {
      if ((of[i] & ~1) != 0) {
        throw InferenceError.invalid(
            "inputs.%s: value %d is the byte %d; a BOOL is 0 or 1"
                .formatted(Shown.of(name), i, Byte.toUnsignedInt(of[i])));
      }
    }
  }

  private static void blobs(String name, ByteBuffer in, byte[][] of) {
    for (int i = 0; i < of.length; i++) {
      if (in.remaining() < PREFIX) {
        throw InferenceError.invalid(
            "inputs.%s: the binary data ends before value %d of %d"
                .formatted(Shown.of(name), i, of.length));
      }
      long length = Integer.toUnsignedLong(in.getInt());
      if (length > in.remaining()) {
        throw InferenceError.invalid(
            "inputs.%s: value %d says that it has %d bytes; %d are left"
                .formatted(Shown.of(name), i, length, in.remaining()));
      }
      of[i] = new byte[(int) length];
      in.get(of[i]);
    }
    if (in.hasRemaining()) {
      throw InferenceError.invalid(
          "inputs.%s: %d bytes follow the %d values of the shape"
              .formatted(Shown.of(name), in.remaining(), of.length));
    }
  }

  /// The binary form of a tensor.
  static byte[] write(Tensor tensor) {
    Values values = tensor.values();
    byte[] bytes = new byte[size(tensor)];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (values) {
      case Values.Octets(byte[] of) -> out.put(of);
      case Values.Shorts(short[] of) -> out.asShortBuffer().put(of);
      case Values.Ints(int[] of) -> out.asIntBuffer().put(of);
      case Values.Longs(long[] of) -> out.asLongBuffer().put(of);
      case Values.Floats(float[] of) -> out.asFloatBuffer().put(of);
      case Values.Doubles(double[] of) -> out.asDoubleBuffer().put(of);
      case Values.Blobs(byte[][] of) -> {
        for (byte[] one : of) {
          out.putInt(one.length).put(one);
        }
      }
    }
    return bytes;
  }

  private static int size(Tensor tensor) {
    if (tensor.values() instanceof Values.Blobs(byte[][] of)) {
      long size = 0;
      for (byte[] one : of) {
        size += PREFIX + one.length;
      }
      return Math.toIntExact(size);
    }
    return Math.multiplyExact(tensor.values().size(), tensor.datatype().width());
  }
}
