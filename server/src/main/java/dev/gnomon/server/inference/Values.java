package dev.gnomon.server.inference;

/// The elements of a tensor in row-major order: one array of the bits that stand on the wire, so
/// that every type survives a round trip and nothing is boxed. Unsigned types use the array of
/// their signed sibling.
public sealed interface Values {
  int size();

  /// BOOL (0 or 1), INT8, UINT8.
  record Octets(byte[] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// INT16, UINT16, and the bits of FP16 and BF16.
  record Shorts(short[] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// INT32, UINT32.
  record Ints(int[] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// INT64, UINT64.
  record Longs(long[] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// FP32.
  record Floats(float[] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// FP64.
  record Doubles(double[] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// BYTES.
  record Blobs(byte[][] of) implements Values {
    @Override
    public int size() {
      return of.length;
    }
  }

  /// Zeros of a type.
  static Values of(Datatype datatype, int size) {
    return switch (datatype) {
      case BOOL, INT8, UINT8 -> new Octets(new byte[size]);
      case INT16, UINT16, FP16, BF16 -> new Shorts(new short[size]);
      case INT32, UINT32 -> new Ints(new int[size]);
      case INT64, UINT64 -> new Longs(new long[size]);
      case FP32 -> new Floats(new float[size]);
      case FP64 -> new Doubles(new double[size]);
      case BYTES -> new Blobs(new byte[size][]);
    };
  }
}
