package dev.gnomon.server.inference;

import static dev.gnomon.server.inference.ProtoMessages.bytes;
import static dev.gnomon.server.inference.ProtoMessages.fixed32;
import static dev.gnomon.server.inference.ProtoMessages.fixed64;
import static dev.gnomon.server.inference.ProtoMessages.varint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.util.Arrays;

/// `InferTensorContents`: the elements of a tensor as repeated fields, one field per group of
/// types. FP16 and BF16 have none and only come in raw form.
///
/// ```
/// 1 bool_contents | 2 int_contents (int32) | 3 int64_contents | 4 uint_contents (uint32)
/// 5 uint64_contents | 6 fp32_contents | 7 fp64_contents | 8 bytes_contents
/// ```
final class TensorProto {
  private final String name;
  private final Datatype datatype;
  private final Values values;
  private final int field;
  private int next;

  private TensorProto(String name, Datatype datatype, Values values) {
    this.name = name;
    this.datatype = datatype;
    this.values = values;
    this.field = field(datatype);
  }

  /// The number of the field that holds a type; 0 when none does.
  static int field(Datatype datatype) {
    return switch (datatype) {
      case BOOL -> 1;
      case INT8, INT16, INT32 -> 2;
      case INT64 -> 3;
      case UINT8, UINT16, UINT32 -> 4;
      case UINT64 -> 5;
      case FP32 -> 6;
      case FP64 -> 7;
      case BYTES -> 8;
      case FP16, BF16 -> 0;
    };
  }

  /// @param contents the bytes of the message
  static Values read(String name, Datatype datatype, long[] shape, byte[] contents) {
    if (field(datatype) == 0) {
      throw InferenceError.invalid(
          "inputs.%s: %s has no typed contents; send it in raw_input_contents"
              .formatted(Shown.of(name), datatype));
    }
    int count = Tensor.count(name, shape, contents.length);
    TensorProto reader = new TensorProto(name, datatype, Values.of(datatype, count));
    ProtoMessages.read(contents, "InferTensorContents", reader::take);
    if (reader.next != count) {
      throw reader.wrongCount(Integer.toString(reader.next), shape);
    }
    return reader.values;
  }

  private InferenceError wrongCount(String found, long[] shape) {
    return InferenceError.invalid(
        "inputs.%s.contents: there are %s values; the shape %s holds %d"
            .formatted(Shown.of(name), found, Arrays.toString(shape), values.size()));
  }

  private boolean take(int tag, CodedInputStream in) throws IOException {
    int number = tag >>> 3;
    if (number > 8) {
      return false;
    }
    if (number != field) {
      throw InferenceError.invalid(
          "inputs.%s.contents: %s stands in field %d; field %d is given"
              .formatted(Shown.of(name), datatype, field, number));
    }
    if (field == 8) {
      room();
      ((Values.Blobs) values).of()[next++] = in.readByteArray();
      return true;
    }
    int single = field == 6 ? fixed32(field) : field == 7 ? fixed64(field) : varint(field);
    if (tag == single) {
      element(in);
    } else if (tag == bytes(field)) {
      int before = in.pushLimit(in.readRawVarint32());
      while (!in.isAtEnd()) {
        element(in);
      }
      in.popLimit(before);
    } else {
      return false;
    }
    return true;
  }

  private void room() {
    if (next == values.size()) {
      throw InferenceError.invalid(
          "inputs.%s.contents: there are more than the %d values of the shape"
              .formatted(Shown.of(name), values.size()));
    }
  }

  private void element(CodedInputStream in) throws IOException {
    room();
    switch (values) {
      case Values.Doubles(double[] of) -> of[next] = in.readDouble();
      case Values.Floats(float[] of) -> of[next] = in.readFloat();
      case Values.Longs(long[] of) -> of[next] = in.readInt64();
      case Values.Ints(int[] of) -> of[next] = in.readInt32();
      case Values.Shorts(short[] of) ->
          of[next] =
              (short)
                  (datatype == Datatype.INT16
                      ? within(in.readInt32(), Short.MIN_VALUE, Short.MAX_VALUE)
                      : within(Integer.toUnsignedLong(in.readUInt32()), 0, 0xFFFF));
      case Values.Octets(byte[] of) ->
          of[next] =
              (byte)
                  switch (datatype) {
                    case BOOL -> in.readBool() ? 1 : 0;
                    case INT8 -> within(in.readInt32(), Byte.MIN_VALUE, Byte.MAX_VALUE);
                    default -> within(Integer.toUnsignedLong(in.readUInt32()), 0, 0xFF);
                  };
      case Values.Blobs _ -> throw new IllegalStateException("BYTES are no numbers");
    }
    next++;
  }

  private long within(long value, long least, long most) {
    if (value < least || value > most) {
      throw InferenceError.invalid(
          "inputs.%s.contents[%d]: %d is no %s; %d to %d are taken"
              .formatted(Shown.of(name), next, value, datatype, least, most));
    }
    return value;
  }

  /// Writes the fields of the message.
  static void write(CodedOutputStream out, Tensor tensor) throws IOException {
    Values values = tensor.values();
    if (values.size() == 0) {
      return;
    }
    int field = field(tensor.datatype());
    if (values instanceof Values.Blobs(byte[][] of)) {
      for (byte[] one : of) {
        out.writeByteArray(field, one);
      }
      return;
    }
    out.writeUInt32NoTag(bytes(field));
    out.writeUInt32NoTag(size(tensor));
    boolean unsigned = field == 4;
    switch (values) {
      case Values.Doubles(double[] of) -> {
        for (double one : of) {
          out.writeDoubleNoTag(one);
        }
      }
      case Values.Floats(float[] of) -> {
        for (float one : of) {
          out.writeFloatNoTag(one);
        }
      }
      case Values.Longs(long[] of) -> {
        for (long one : of) {
          out.writeUInt64NoTag(one);
        }
      }
      case Values.Ints(int[] of) -> {
        for (int one : of) {
          whole(out, one, unsigned);
        }
      }
      case Values.Shorts(short[] of) -> {
        for (short one : of) {
          whole(out, unsigned ? Short.toUnsignedInt(one) : one, unsigned);
        }
      }
      case Values.Octets(byte[] of) -> {
        for (byte one : of) {
          whole(out, unsigned ? Byte.toUnsignedInt(one) : one, unsigned);
        }
      }
      case Values.Blobs _ -> throw new IllegalStateException("written above");
    }
  }

  private static void whole(CodedOutputStream out, int value, boolean unsigned) throws IOException {
    if (unsigned) {
      out.writeUInt32NoTag(value);
    } else {
      out.writeInt32NoTag(value);
    }
  }

  private static int wholeSize(int value, boolean unsigned) {
    return unsigned
        ? CodedOutputStream.computeUInt32SizeNoTag(value)
        : CodedOutputStream.computeInt32SizeNoTag(value);
  }

  /// Bytes of the packed elements.
  private static int size(Tensor tensor) {
    boolean unsigned = field(tensor.datatype()) == 4;
    int size = 0;
    switch (tensor.values()) {
      case Values.Doubles(double[] of) -> size = Math.multiplyExact(8, of.length);
      case Values.Floats(float[] of) -> size = Math.multiplyExact(4, of.length);
      case Values.Longs(long[] of) -> {
        for (long one : of) {
          size += CodedOutputStream.computeUInt64SizeNoTag(one);
        }
      }
      case Values.Ints(int[] of) -> {
        for (int one : of) {
          size += wholeSize(one, unsigned);
        }
      }
      case Values.Shorts(short[] of) -> {
        for (short one : of) {
          size += wholeSize(unsigned ? Short.toUnsignedInt(one) : one, unsigned);
        }
      }
      case Values.Octets(byte[] of) -> {
        for (byte one : of) {
          size += wholeSize(unsigned ? Byte.toUnsignedInt(one) : one, unsigned);
        }
      }
      case Values.Blobs _ -> throw new IllegalStateException("BYTES are not packed");
    }
    return size;
  }
}
