package dev.gnomon.server.inference;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Reading and writing protobuf messages field by field.
final class ProtoMessages {
  private ProtoMessages() {}

  /// Takes one field, at its value, by its tag; false passes it over.
  @FunctionalInterface
  interface Field {
    boolean take(int tag, CodedInputStream in) throws IOException;
  }

  @FunctionalInterface
  interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  /// Reads a message to its end.
  ///
  /// @throws InferenceError when the bytes are no message
  static void read(byte[] message, String type, Field field) {
    CodedInputStream in = CodedInputStream.newInstance(message);
    in.enableAliasing(true);
    try {
      fields(in, field);
    } catch (InvalidProtocolBufferException e) {
      throw InferenceError.invalid("The message is no %s: %s".formatted(type, e.getMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void fields(CodedInputStream in, Field field) throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!field.take(tag, in)) {
        in.skipField(tag);
      }
    }
  }

  /// Reads an embedded message to its end.
  static void inner(CodedInputStream in, Field field) throws IOException {
    int before = in.pushLimit(in.readRawVarint32());
    fields(in, field);
    in.checkLastTagWas(0);
    in.popLimit(before);
  }

  static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.write(out);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /// A text that is only written when it is not empty, as proto3 does.
  static void text(CodedOutputStream out, int field, @Nullable String text) throws IOException {
    if (text != null && !text.isEmpty()) {
      out.writeString(field, text);
    }
  }

  /// The tag of a field whose value has its length before it.
  static int bytes(int field) {
    return (field << 3) | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  /// The tag of a field that is a varint.
  static int varint(int field) {
    return (field << 3) | WireFormat.WIRETYPE_VARINT;
  }

  static int fixed64(int field) {
    return (field << 3) | WireFormat.WIRETYPE_FIXED64;
  }

  static int fixed32(int field) {
    return (field << 3) | WireFormat.WIRETYPE_FIXED32;
  }
}
