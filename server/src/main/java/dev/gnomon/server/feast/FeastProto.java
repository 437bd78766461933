package dev.gnomon.server.feast;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.gnomon.core.Problem;
import dev.gnomon.schema.Times;
import dev.gnomon.server.feast.EntityColumn.Kind;
import dev.gnomon.server.feast.FeatureColumns.Column;
import dev.gnomon.server.feast.FeatureColumns.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The messages of `feast.serving.ServingService`, read and written field by field, so that columns
/// go to the wire without an object per value. The numbers are those of Feast:
///
/// ```
/// GetOnlineFeaturesRequest   1 feature_service (text) | 2 features (FeatureList)
///                            3 entities, 5 request_context (map of text to RepeatedValue)
///                            4 full_feature_names (bool)
/// FeatureList                1 val (texts)
/// RepeatedValue              1 val (Values)
/// Value, one of              2 text, 3 int32, 4 int64, 5 double, 6 float, 7 bool,
///                            8 unix_timestamp (int64), 19 null
/// GetOnlineFeaturesResponse  1 metadata {1 feature_names (FeatureList)}, 2 results (FeatureVectors)
/// FeatureVector              1 values (Values), 2 statuses (FieldStatus), 3 event_timestamps
/// Timestamp                  1 seconds (int64), 2 nanos (int32)
/// GetFeastServingInfoResponse  1 version (text)
/// ```
final class FeastProto {
  private static final int MOST_COLUMNS = FeatureRequest.MAX_FEATURES;

  private FeastProto() {}

  /// @throws FeastError when the message can't be used
  static FeatureRequest request(byte[] message) {
    CodedInputStream in = CodedInputStream.newInstance(message);
    Optional<String> service = Optional.empty();
    List<String> features = List.of();
    boolean fullNames = false;
    Map<String, EntityColumn> entities = new LinkedHashMap<>();
    try {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        switch (WireFormat.getTagFieldNumber(tag)) {
          case 1 -> {
            service = Optional.of(in.readStringRequireUtf8()).filter(name -> !name.isEmpty());
            features = List.of();
          }
          case 2 -> {
            service = Optional.empty();
            features = inner(in, FeastProto::texts);
          }
          case 3, 5 -> {
            EntityColumn column = inner(in, FeastProto::entry);
            entities.put(column.name(), column);
          }
          case 4 -> fullNames = in.readBool();
          default -> in.skipField(tag);
        }
      }
    } catch (InvalidProtocolBufferException e) {
      throw FeastError.of(422, "The message is no GetOnlineFeaturesRequest: " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    check(features, entities);
    return new FeatureRequest(service, features, List.copyOf(entities.values()), fullNames);
  }

  private static void check(List<String> features, Map<String, EntityColumn> entities) {
    List<Problem> problems = new ArrayList<>();
    int rows = entities.isEmpty() ? 0 : entities.values().iterator().next().size();
    entities.forEach((name, column) -> {
      if (column.size() != rows) {
        problems.add(
            new Problem(
                "entities." + ViewIndex.shown(name),
                "it has %d values, another column has %d".formatted(column.size(), rows),
                "columns of one length"));
      }
    });
    bound("features", features.size(), FeatureRequest.MAX_FEATURES, problems);
    bound("entities", entities.size(), MOST_COLUMNS, problems);
    bound("rows of entities", rows, FeatureRequest.MAX_ROWS, problems);
    if (!problems.isEmpty()) {
      throw FeastError.unprocessable(problems);
    }
  }

  private static void bound(String what, int count, int most, List<Problem> problems) {
    if (count > most) {
      problems.add(new Problem(what, "there are " + count, "at most " + most));
    }
  }

  private interface Message<T> {
    T read(CodedInputStream in) throws IOException;
  }

  /// Reads an embedded message to its end.
  private static <T> T inner(CodedInputStream in, Message<T> message) throws IOException {
    int before = in.pushLimit(in.readRawVarint32());
    T read = message.read(in);
    in.checkLastTagWas(0);
    in.popLimit(before);
    return read;
  }

  private static List<String> texts(CodedInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        texts.add(in.readStringRequireUtf8());
      } else {
        in.skipField(tag);
      }
    }
    return texts;
  }

  private static EntityColumn entry(CodedInputStream in) throws IOException {
    String name = "";
    EntityColumn values = new EntityColumn("");
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> name = in.readStringRequireUtf8();
        case 2 -> values = inner(in, FeastProto::values);
        default -> in.skipField(tag);
      }
    }
    return values.named(name);
  }

  private static EntityColumn values(CodedInputStream in) throws IOException {
    EntityColumn column = new EntityColumn("");
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == 1) {
        inner(
            in,
            value -> {
              value(value, column);
              return column;
            });
      } else {
        in.skipField(tag);
      }
    }
    return column;
  }

  private static void value(CodedInputStream in, EntityColumn column) throws IOException {
    Kind kind = Kind.NULL;
    String text = null;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 2 -> {
          kind = Kind.TEXT;
          text = in.readStringRequireUtf8();
        }
        case 3 -> {
          kind = Kind.INT32;
          text = Integer.toString(in.readInt32());
        }
        case 4, 8 -> {
          kind = Kind.INT64;
          text = Long.toString(in.readInt64());
        }
        case 5 -> {
          kind = Kind.DOUBLE;
          text = Double.toString(in.readDouble());
        }
        case 6 -> {
          kind = Kind.FLOAT;
          text = Float.toString(in.readFloat());
        }
        case 7 -> {
          kind = Kind.BOOL;
          text = Boolean.toString(in.readBool());
        }
        case 19 -> {
          kind = Kind.NULL;
          text = null;
          in.skipField(tag);
        }
        default ->
            throw FeastError.unprocessable(
                List.of(
                    new Problem(
                        "entities",
                        "a value is of field " + WireFormat.getTagFieldNumber(tag),
                        "a text, a number, a truth value or null")));
      }
    }
    column.add(kind, text);
  }

  static byte[] info(String version) {
    return message(out -> out.writeString(1, version));
  }

  static byte[] response(FeatureColumns answer) {
    byte[] names =
        message(out -> {
          for (EntityColumn key : answer.keys()) {
            out.writeString(1, key.name());
          }
          for (Column feature : answer.features()) {
            out.writeString(1, feature.name());
          }
        });
    byte[] metadata = message(out -> out.writeByteArray(1, names));
    return message(out -> {
      out.writeByteArray(1, metadata);
      for (EntityColumn key : answer.keys()) {
        out.writeByteArray(2, message(vector -> write(vector, key)));
      }
      for (Column feature : answer.features()) {
        out.writeByteArray(2, message(vector -> write(vector, feature, answer.rows())));
      }
    });
  }

  private interface Fields {
    void write(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
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

  private static void write(CodedOutputStream out, EntityColumn key) throws IOException {
    for (int row = 0; row < key.size(); row++) {
      String text = key.kind(row) == Kind.NULL ? "" : key.text(row);
      switch (key.kind(row)) {
        case NULL -> length(out, 0);
        case TEXT -> text(out, text);
        case INT32 -> {
          int value = Integer.parseInt(text);
          length(out, CodedOutputStream.computeInt32Size(3, value));
          out.writeInt32(3, value);
        }
        case INT64 -> int64(out, 4, Long.parseLong(text));
        case FLOAT -> {
          length(out, 5);
          out.writeFloat(6, Float.parseFloat(text));
        }
        case DOUBLE -> real(out, Double.parseDouble(text));
        case BOOL -> {
          length(out, 2);
          out.writeBool(7, text.equals("true"));
        }
      }
    }
    statuses(out, key.size());
    for (int row = 0; row < key.size(); row++) {
      out.writeEnumNoTag(FeatureColumnsJson.status(key, row).number());
    }
    for (int row = 0; row < key.size(); row++) {
      timestamp(out, Times.MISSING);
    }
  }

  private static void write(CodedOutputStream out, Column feature, int rows) throws IOException {
    for (int row = 0; row < rows; row++) {
      if (feature.status(row) != Status.PRESENT) {
        length(out, 0);
        continue;
      }
      switch (feature.type()) {
        case NUMBER -> real(out, feature.number(row));
        case TEXT -> text(out, feature.text(row));
        case TIME -> int64(out, 8, feature.seconds(row));
      }
    }
    statuses(out, rows);
    for (int row = 0; row < rows; row++) {
      out.writeEnumNoTag(feature.status(row).number());
    }
    for (int row = 0; row < rows; row++) {
      timestamp(out, feature.eventTime(row));
    }
  }

  /// Begins a value of so many bytes.
  private static void length(CodedOutputStream out, int bytes) throws IOException {
    out.writeTag(1, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(bytes);
  }

  private static void text(CodedOutputStream out, String text) throws IOException {
    length(out, CodedOutputStream.computeStringSize(2, text));
    out.writeString(2, text);
  }

  private static void int64(CodedOutputStream out, int field, long value) throws IOException {
    length(out, CodedOutputStream.computeInt64Size(field, value));
    out.writeInt64(field, value);
  }

  private static void real(CodedOutputStream out, double value) throws IOException {
    length(out, 9);
    out.writeDouble(5, value);
  }

  /// Begins the packed statuses: each is one byte.
  private static void statuses(CodedOutputStream out, int count) throws IOException {
    if (count > 0) {
      out.writeTag(2, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(count);
    }
  }

  private static void timestamp(CodedOutputStream out, long micros) throws IOException {
    long seconds = micros == Times.MISSING ? 0 : Math.floorDiv(micros, Times.SECOND);
    int nanos =
        micros == Times.MISSING ? 0 : Math.toIntExact(Math.floorMod(micros, Times.SECOND) * 1_000);
    out.writeTag(3, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(
        (seconds == 0 ? 0 : CodedOutputStream.computeInt64Size(1, seconds))
            + (nanos == 0 ? 0 : CodedOutputStream.computeInt32Size(2, nanos)));
    if (seconds != 0) {
      out.writeInt64(1, seconds);
    }
    if (nanos != 0) {
      out.writeInt32(2, nanos);
    }
  }
}
