package dev.gnomon.server.inference;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// The `data` of a tensor as JSON. Read flat or nested by shape; written flat.
///
/// Elements are refused rather than bent: a fraction is no INT32 and a text no number. `NaN` and
/// infinities are read as the bare words that Python writes, and `null` in FP16, FP32 and FP64 as
/// NaN; JSON has no word for either, so that NaN is written as `null`, and an infinity only in
/// binary form.
final class TensorJson {
  private static final BigInteger UNSIGNED_LIMIT = BigInteger.ONE.shiftLeft(64);

  private final JsonParser parser;
  private final String name;
  private final Datatype datatype;
  private final long[] shape;
  private final Values values;
  private int next;

  private TensorJson(
      JsonParser parser, String name, Datatype datatype, long[] shape, Values values) {
    this.parser = parser;
    this.name = name;
    this.datatype = datatype;
    this.shape = shape;
    this.values = values;
  }

  /// Reads the array at which the parser stands.
  ///
  /// @param bytes of the whole request, which bound how many values it can hold
  static Values read(JsonParser parser, String name, Datatype datatype, long[] shape, int bytes) {
    if (datatype == Datatype.BF16) {
      throw InferenceError.invalid(
          "inputs.%s: BF16 has no JSON form; send it as binary data".formatted(Shown.of(name)));
    }
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw InferenceError.invalid(
          "inputs.%s.data: it is no array; an array of the values is taken"
              .formatted(Shown.of(name)));
    }
    Values values = Values.of(datatype, Tensor.count(name, shape, bytes));
    TensorJson reader = new TensorJson(parser, name, datatype, shape, values);
    JsonToken first = parser.nextToken();
    if (first == JsonToken.START_ARRAY && shape.length > 1) {
      reader.nested(first, 0);
    } else {
      reader.flat(first);
    }
    return values;
  }

  private void flat(JsonToken first) {
    int size = values.size();
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (next == size) {
        throw wrongCount("more than " + size);
      }
      element(token);
    }
    if (next != size) {
      throw wrongCount(Integer.toString(next));
    }
  }

  private InferenceError wrongCount(String found) {
    return InferenceError.invalid(
        "inputs.%s.data: there are %s values; the shape %s holds %d"
            .formatted(Shown.of(name), found, Arrays.toString(shape), values.size()));
  }

  private void nested(JsonToken first, int depth) {
    long seen = 0;
    boolean last = depth == shape.length - 1;
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (seen++ == shape[depth]) {
        throw wrongNesting("more than " + shape[depth], depth);
      }
      if (last) {
        if (next == values.size()) {
          throw wrongNesting("too many values", depth);
        }
        element(token);
      } else if (token == JsonToken.START_ARRAY) {
        nested(parser.nextToken(), depth + 1);
      } else {
        throw wrongNesting("a value instead of an array", depth);
      }
    }
    if (seen != shape[depth]) {
      throw wrongNesting(Long.toString(seen), depth);
    }
  }

  private InferenceError wrongNesting(String found, int depth) {
    return InferenceError.invalid(
        "inputs.%s.data: there is %s at depth %d; data is flat, or nested by all of the shape %s"
            .formatted(Shown.of(name), found, depth + 1, Arrays.toString(shape)));
  }

  private void element(JsonToken token) {
    switch (values) {
      case Values.Doubles(double[] of) -> of[next] = real(token);
      case Values.Floats(float[] of) -> of[next] = narrow(token);
      case Values.Longs(long[] of) -> of[next] = whole(token);
      case Values.Ints(int[] of) ->
          of[next] =
              (int)
                  (datatype == Datatype.INT32
                      ? whole(token, Integer.MIN_VALUE, Integer.MAX_VALUE)
                      : whole(token, 0, 0xFFFF_FFFFL));
      case Values.Shorts(short[] of) ->
          of[next] =
              (short)
                  switch (datatype) {
                    case INT16 -> whole(token, Short.MIN_VALUE, Short.MAX_VALUE);
                    case UINT16 -> whole(token, 0, 0xFFFF);
                    default -> half(token);
                  };
      case Values.Octets(byte[] of) ->
          of[next] =
              (byte)
                  switch (datatype) {
                    case INT8 -> whole(token, Byte.MIN_VALUE, Byte.MAX_VALUE);
                    case UINT8 -> whole(token, 0, 0xFF);
                    default -> truth(token);
                  };
      case Values.Blobs(byte[][] of) -> of[next] = text(token);
    }
    next++;
  }

  private InferenceError wrong(String valid) {
    return InferenceError.invalid(
        "inputs.%s.data[%d]: '%s' is no %s; %s"
            .formatted(Shown.of(name), next, Shown.of(parser.getString()), datatype, valid));
  }

  private double real(JsonToken token) {
    if (token == JsonToken.VALUE_NULL) {
      return Double.NaN;
    }
    if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
      throw wrong("a number is taken");
    }
    double value = parser.getDoubleValue();
    // An infinity written as a word is meant; a number so large is a mistake.
    if (Double.isInfinite(value) && !parser.isNaN()) {
      throw tooLarge();
    }
    return value;
  }

  private InferenceError tooLarge() {
    return wrong("it is too large for the type");
  }

  private float narrow(JsonToken token) {
    double value = real(token);
    float narrow = (float) value;
    if (Float.isInfinite(narrow) && Double.isFinite(value)) {
      throw tooLarge();
    }
    return narrow;
  }

  private short half(JsonToken token) {
    float value = narrow(token);
    short half = Float.floatToFloat16(value);
    if (Float.isInfinite(Float.float16ToFloat(half)) && Float.isFinite(value)) {
      throw tooLarge();
    }
    return half;
  }

  private long whole(JsonToken token, long least, long most) {
    long value = whole(token);
    if (value < least || value > most) {
      throw wrong("%d to %d are taken".formatted(least, most));
    }
    return value;
  }

  private long whole(JsonToken token) {
    if (token != JsonToken.VALUE_NUMBER_INT) {
      throw wrong("a whole number is taken");
    }
    if (datatype != Datatype.UINT64) {
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw tooLarge();
      }
      return parser.getLongValue();
    }
    BigInteger value = parser.getBigIntegerValue();
    if (value.signum() < 0 || value.compareTo(UNSIGNED_LIMIT) >= 0) {
      throw wrong("0 to 18446744073709551615 are taken");
    }
    return value.longValue();
  }

  private int truth(JsonToken token) {
    return switch (token) {
      case VALUE_TRUE -> 1;
      case VALUE_FALSE -> 0;
      case VALUE_NUMBER_INT -> (int) whole(token, 0, 1);
      default -> throw wrong("true and false are taken");
    };
  }

  private byte[] text(JsonToken token) {
    if (token != JsonToken.VALUE_STRING) {
      throw wrong("a string is taken; an empty one stands for missing");
    }
    String text = parser.getString();
    if (!Shown.isUnicode(text)) {
      throw wrong("it holds half of a surrogate pair");
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Undoes `content_type: base64`, as MLServer's clients mark bytes that are no text.
  static void decodeBase64(String name, Values values) {
    if (values instanceof Values.Blobs(byte[][] of)) {
      for (int i = 0; i < of.length; i++) {
        try {
          of[i] = Base64.getDecoder().decode(of[i]);
        } catch (IllegalArgumentException e) {
          throw InferenceError.invalid(
              "inputs.%s.data[%d]: it is no base64, though its content_type says so"
                  .formatted(Shown.of(name), i));
        }
      }
    }
  }

  /// Whether every element is text, so that it can stand in JSON as it is.
  static boolean isText(Values values) {
    if (values instanceof Values.Blobs(byte[][] of)) {
      try {
        for (byte[] one : of) {
          var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(one));
        }
      } catch (CharacterCodingException e) {
        return false;
      }
    }
    return true;
  }

  /// Writes the array.
  ///
  /// @param base64 whether elements of BYTES are encoded
  static void write(JsonGenerator json, Tensor tensor, boolean base64) {
    json.writeStartArray();
    boolean unsigned =
        tensor.datatype() == Datatype.UINT8
            || tensor.datatype() == Datatype.UINT16
            || tensor.datatype() == Datatype.UINT32
            || tensor.datatype() == Datatype.UINT64;
    switch (tensor.values()) {
      case Values.Doubles(double[] of) -> {
        for (double one : of) {
          if (Double.isNaN(one)) {
            json.writeNull();
          } else {
            json.writeNumber(finite(tensor, one));
          }
        }
      }
      case Values.Floats(float[] of) -> {
        for (float one : of) {
          if (Float.isNaN(one)) {
            json.writeNull();
          } else {
            json.writeNumber((float) finite(tensor, one));
          }
        }
      }
      case Values.Longs(long[] of) -> {
        for (long one : of) {
          if (unsigned && one < 0) {
            json.writeNumber(new BigInteger(Long.toUnsignedString(one)));
          } else {
            json.writeNumber(one);
          }
        }
      }
      case Values.Ints(int[] of) -> {
        for (int one : of) {
          json.writeNumber(unsigned ? Integer.toUnsignedLong(one) : one);
        }
      }
      case Values.Shorts(short[] of) -> {
        for (short one : of) {
          half(json, tensor, one);
        }
      }
      case Values.Octets(byte[] of) -> {
        for (byte one : of) {
          if (tensor.datatype() == Datatype.BOOL) {
            json.writeBoolean(one != 0);
          } else {
            json.writeNumber(unsigned ? Byte.toUnsignedInt(one) : one);
          }
        }
      }
      case Values.Blobs(byte[][] of) -> {
        for (byte[] one : of) {
          json.writeString(
              base64
                  ? Base64.getEncoder().encodeToString(one)
                  : new String(one, StandardCharsets.UTF_8));
        }
      }
    }
    json.writeEndArray();
  }

  private static void half(JsonGenerator json, Tensor tensor, short bits) {
    switch (tensor.datatype()) {
      case FP16 -> {
        float value = Float.float16ToFloat(bits);
        if (Float.isNaN(value)) {
          json.writeNull();
        } else {
          json.writeNumber((float) finite(tensor, value));
        }
      }
      case UINT16 -> json.writeNumber(Short.toUnsignedInt(bits));
      case INT16 -> json.writeNumber(bits);
      default ->
          throw InferenceError.invalid(
              "outputs.%s: %s has no JSON form; ask for it with binary_data"
                  .formatted(tensor.name(), tensor.datatype()));
    }
  }

  private static double finite(Tensor tensor, double value) {
    if (Double.isInfinite(value)) {
      throw InferenceError.invalid(
          "outputs.%s: an infinity has no JSON form; ask for it with binary_data"
              .formatted(tensor.name()));
    }
    return value;
  }
}
