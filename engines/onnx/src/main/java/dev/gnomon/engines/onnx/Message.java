package dev.gnomon.engines.onnx;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// A protobuf message under way: fields by number, in the order they are put.
final class Message {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  private interface Write {
    void run() throws IOException;
  }

  private Message write(Write write) {
    try {
      write.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Message put(int field, long value) {
    return write(() -> out.writeInt64(field, value));
  }

  Message put(int field, float value) {
    return write(() -> out.writeFloat(field, value));
  }

  Message put(int field, String value) {
    return put(field, value.getBytes(StandardCharsets.UTF_8));
  }

  Message put(int field, byte[] value) {
    return write(() -> out.writeByteArray(field, value));
  }

  Message put(int field, Message value) {
    return put(field, value.toBytes());
  }

  byte[] toBytes() {
    write(out::flush);
    return bytes.toByteArray();
  }
}
