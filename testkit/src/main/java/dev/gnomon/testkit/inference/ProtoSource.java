package dev.gnomon.testkit.inference;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the messages of a `.proto` file (proto3: messages, nested ones, oneofs, maps; services are
/// passed over), so that the other side of the wire is described by the protocol's own words.
final class ProtoSource {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_.]+|\"[^\"]*\"|[{}=;<>,()]");

  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.of(
          "bool", FieldDescriptorProto.Type.TYPE_BOOL,
          "int32", FieldDescriptorProto.Type.TYPE_INT32,
          "int64", FieldDescriptorProto.Type.TYPE_INT64,
          "uint32", FieldDescriptorProto.Type.TYPE_UINT32,
          "uint64", FieldDescriptorProto.Type.TYPE_UINT64,
          "float", FieldDescriptorProto.Type.TYPE_FLOAT,
          "double", FieldDescriptorProto.Type.TYPE_DOUBLE,
          "string", FieldDescriptorProto.Type.TYPE_STRING,
          "bytes", FieldDescriptorProto.Type.TYPE_BYTES);

  private final Deque<String> tokens = new ArrayDeque<>();

  private ProtoSource(String text) {
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
  }

  /// @param resource a file beside this class
  static FileDescriptor read(String resource) {
    try (InputStream in =
        Objects.requireNonNull(ProtoSource.class.getResourceAsStream(resource), resource)) {
      ProtoSource source = new ProtoSource(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      return FileDescriptor.buildFrom(source.file(resource), new FileDescriptor[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException(resource, e);
    }
  }

  private FileDescriptorProto file(String name) {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName(name).setSyntax("proto3");
    while (!tokens.isEmpty()) {
      switch (tokens.remove()) {
        case "package" -> {
          file.setPackage(tokens.remove());
          expect(";");
        }
        case "message" -> file.addMessageType(message());
        case "service" -> skipBlock();
        default -> skipTo(";");
      }
    }
    return file.build();
  }

  private void skipTo(String end) {
    while (!tokens.isEmpty() && !tokens.peek().equals(end)) {
      tokens.remove();
    }
    if (end.equals(";")) {
      tokens.poll();
    }
  }

  private void skipBlock() {
    skipTo("{");
    int depth = 0;
    do {
      String token = tokens.remove();
      depth += token.equals("{") ? 1 : token.equals("}") ? -1 : 0;
    } while (depth > 0);
  }

  private DescriptorProto message() {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(tokens.remove());
    expect("{");
    while (!tokens.element().equals("}")) {
      switch (tokens.element()) {
        case "message" -> {
          tokens.remove();
          message.addNestedType(message());
        }
        case "oneof" -> {
          tokens.remove();
          message.addOneofDecl(OneofDescriptorProto.newBuilder().setName(tokens.remove()));
          expect("{");
          while (!tokens.element().equals("}")) {
            message.addField(field(message).setOneofIndex(message.getOneofDeclCount() - 1));
          }
          expect("}");
        }
        default -> message.addField(field(message));
      }
    }
    expect("}");
    return message.build();
  }

  private FieldDescriptorProto.Builder field(DescriptorProto.Builder message) {
    FieldDescriptorProto.Builder field = FieldDescriptorProto.newBuilder();
    boolean many = tokens.element().equals("repeated");
    if (many) {
      tokens.remove();
    }
    String type = tokens.remove();
    String key = "";
    String value = "";
    if (type.equals("map")) {
      expect("<");
      key = tokens.remove();
      expect(",");
      value = tokens.remove();
      expect(">");
    }
    String name = tokens.remove();
    expect("=");
    field.setName(name).setNumber(Integer.parseInt(tokens.remove()));
    expect(";");
    if (type.equals("map")) {
      // As the compiler does: a map is a repeated message of key and value.
      String entry = Character.toUpperCase(name.charAt(0)) + name.substring(1) + "Entry";
      message.addNestedType(
          DescriptorProto.newBuilder()
              .setName(entry)
              .setOptions(MessageOptions.newBuilder().setMapEntry(true))
              .addField(optional(typed(FieldDescriptorProto.newBuilder(), key), "key", 1))
              .addField(optional(typed(FieldDescriptorProto.newBuilder(), value), "value", 2)));
      many = true;
      type = entry;
    }
    return typed(field, type)
        .setLabel(
            many
                ? FieldDescriptorProto.Label.LABEL_REPEATED
                : FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder optional(
      FieldDescriptorProto.Builder field, String name, int number) {
    return field
        .setName(name)
        .setNumber(number)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder typed(
      FieldDescriptorProto.Builder field, String type) {
    FieldDescriptorProto.Type scalar = SCALARS.get(type);
    return scalar == null
        ? field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(type)
        : field.setType(scalar);
  }

  private void expect(String token) {
    String found = tokens.remove();
    if (!found.equals(token)) {
      throw new IllegalStateException("'%s' where '%s' is due".formatted(found, token));
    }
  }
}
