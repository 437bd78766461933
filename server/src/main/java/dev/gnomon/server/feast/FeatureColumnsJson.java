package dev.gnomon.server.feast;

import dev.gnomon.schema.Times;
import dev.gnomon.server.feast.FeatureColumns.Column;
import dev.gnomon.server.feast.FeatureColumns.Status;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.io.SerializedString;

/// Writes an answer column by column.
final class FeatureColumnsJson {
  private static final SerializedString ZERO = new SerializedString("1970-01-01T00:00:00Z");

  private FeatureColumnsJson() {}

  static byte[] write(FeatureColumns answer) {
    int values = answer.rows() * (answer.keys().size() + answer.features().size());
    ByteArrayOutputStream out = new ByteArrayOutputStream(256 + 56 * values);
    try (JsonGenerator json =
        FeatureRequestJson.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("results");
      for (EntityColumn key : answer.keys()) {
        write(json, key);
      }
      for (Column feature : answer.features()) {
        write(json, feature, answer.rows());
      }
      json.writeEndArray();
      json.writeObjectPropertyStart("metadata");
      json.writeArrayPropertyStart("feature_names");
      for (EntityColumn key : answer.keys()) {
        json.writeString(key.name());
      }
      for (Column feature : answer.features()) {
        json.writeString(feature.name());
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator json, EntityColumn key) {
    json.writeStartObject();
    json.writeArrayPropertyStart("values");
    for (int row = 0; row < key.size(); row++) {
      switch (key.kind(row)) {
        case NULL -> json.writeNull();
        case TEXT -> json.writeString(key.text(row));
        case BOOL -> json.writeBoolean(key.text(row).equals("true"));
        case INT32, INT64, FLOAT, DOUBLE -> json.writeNumber(key.text(row));
      }
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("statuses");
    for (int row = 0; row < key.size(); row++) {
      json.writeString(status(key, row).name());
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("event_timestamps");
    for (int row = 0; row < key.size(); row++) {
      json.writeString(ZERO);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  static Status status(EntityColumn key, int row) {
    return key.key(row) == null ? Status.INVALID : Status.PRESENT;
  }

  private static void write(JsonGenerator json, Column feature, int rows) {
    json.writeStartObject();
    json.writeArrayPropertyStart("values");
    for (int row = 0; row < rows; row++) {
      if (feature.status(row) != Status.PRESENT) {
        json.writeNull();
        continue;
      }
      switch (feature.type()) {
        case NUMBER -> json.writeNumber(feature.number(row));
        case TEXT -> json.writeString(feature.text(row));
        case TIME -> json.writeNumber(feature.seconds(row));
      }
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("statuses");
    for (int row = 0; row < rows; row++) {
      json.writeString(feature.status(row).name());
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("event_timestamps");
    for (int row = 0; row < rows; row++) {
      long micros = feature.eventTime(row);
      if (micros == Times.MISSING) {
        json.writeString(ZERO);
      } else {
        // 0, 3 or 6 digits of a second, as the wire wants it.
        json.writeString(Times.instant(micros).toString());
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
