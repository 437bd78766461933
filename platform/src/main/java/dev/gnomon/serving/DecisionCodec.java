package dev.gnomon.serving;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How decisions lie in the log: little-endian, numbers as they are, texts with a length.
///
/// A record is read with the schema that stands before it in the log: whenever a log is opened or
/// the features change, the schema is appended first (type [#SCHEMA]), then the version of their
/// definition (type [#DEFINITION]).
final class DecisionCodec {
  /// Record type: names and types of the row that later records hold.
  static final int SCHEMA = 1;

  /// Record type: one decision.
  static final int DECISION = 2;

  /// Record type: the hash of the definition by which the features of later records were computed,
  /// until the next schema.
  static final int DEFINITION = 3;

  /// Format 1 ends with the row; 2 names the columns whose values came with the request; 3 writes
  /// numbers in as few bytes as hold them, see [#number(ByteBuffer, double)].
  private static final byte FORMAT = 3;

  private static final byte WIDE_NUMBERS = 2;
  private static final byte WITHOUT_GIVEN = 1;

  /// First bytes of a number that is no small whole one.
  private static final int SMALLEST_MARK = 0xFC;

  private static final int SHORT = 0xFC;
  private static final int SINGLE = 0xFD;
  private static final int DOUBLE = 0xFE;
  private static final int MISSING = 0xFF;

  private static final int CACHED = 8;

  /// The age of the features stands at the end of the record.
  private static final int AGED = 16;

  private static final int NULL_TEXT = 0xFFFF;
  private static final int MAX_TEXT = 0xFFFE;

  private DecisionCodec() {}

  static byte[] definition(String hash) {
    return hash.getBytes(StandardCharsets.UTF_8);
  }

  static String definition(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  static byte[] schema(Schema schema) {
    StringBuilder text = new StringBuilder();
    for (Field field : schema.fields()) {
      text.append(field.type().name()).append(' ').append(field.name()).append('\n');
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  static Schema schema(byte[] body) {
    List<Field> fields = new ArrayList<>();
    for (String line : new String(body, StandardCharsets.UTF_8).split("\n", -1)) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        fields.add(new Field(line.substring(blank + 1), Type.valueOf(line.substring(0, blank))));
      }
    }
    return new Schema(fields);
  }

  /// Writes one decision from the buffer's start and flips it.
  ///
  /// @throws BufferOverflowException when the record does not fit
  static void write(ByteBuffer out, DecisionRecord record) {
    out.clear().order(ByteOrder.LITTLE_ENDIAN);
    out.put(FORMAT);
    out.put(
        (byte)
            ((record.act() ? 1 : 0)
                | (record.yes() ? 2 : 0)
                | (record.review() ? 4 : 0)
                | (record.cached() ? CACHED : 0)
                | (record.featuresAge() > 0 ? AGED : 0)));
    out.put(record.variant().code());
    out.put(record.cause().code());
    out.put(
        (byte)
            switch (record.band()) {
              case LOW -> 0;
              case MEDIUM -> 1;
              case HIGH -> 2;
              case NONE -> 3;
            });
    out.putInt(record.version());
    out.putLong(record.at());
    out.putLong(record.madeAt());
    number(out, record.score());
    number(out, record.threshold());
    number(out, record.expectedCost());
    for (int i = 0; i < 4; i++) {
      number(out, record.costs()[i]);
    }
    text(out, record.key());
    text(out, record.requestId().orElse(null));
    FeatureRow row = record.features();
    int width = row.schema().size();
    out.putShort((short) width);
    for (int i = 0; i < width; i++) {
      switch (row.schema().field(i).type()) {
        case NUMBER -> number(out, row.number(i));
        case TEXT -> text(out, row.text(i));
        case TIME -> out.putLong(row.time(i));
      }
    }
    out.putShort((short) row.givenCount());
    for (int i = 0; i < width && row.givenCount() > 0; i++) {
      if (row.isGiven(i)) {
        out.putShort((short) i);
      }
    }
    if (record.featuresAge() > 0) {
      out.putLong(record.featuresAge());
    }
    out.flip();
  }

  static DecisionRecord read(long position, ByteBuffer in, Schema schema) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    byte format = in.get();
    if (format < WITHOUT_GIVEN || format > FORMAT) {
      throw new IllegalArgumentException("decision record of format " + format);
    }
    byte flags = in.get();
    DecisionRecord.Variant variant = DecisionRecord.Variant.of(in.get());
    DecisionRecord.Cause cause = DecisionRecord.Cause.of(in.get());
    Decision.Band band =
        switch (in.get()) {
          case 0 -> Decision.Band.LOW;
          case 1 -> Decision.Band.MEDIUM;
          case 3 -> Decision.Band.NONE;
          default -> Decision.Band.HIGH;
        };
    int version = in.getInt();
    long at = in.getLong();
    long madeAt = in.getLong();
    boolean wide = format <= WIDE_NUMBERS;
    double score = number(in, wide);
    double threshold = number(in, wide);
    double expectedCost = number(in, wide);
    double[] costs = new double[4];
    for (int i = 0; i < 4; i++) {
      costs[i] = number(in, wide);
    }
    String key = text(in);
    String requestId = text(in);
    FeatureRow row = new FeatureRow(schema);
    int width = in.getShort();
    if (width != schema.size()) {
      throw new IllegalArgumentException(
          "decision record with %d values under a schema of %d".formatted(width, schema.size()));
    }
    for (int i = 0; i < width; i++) {
      switch (schema.field(i).type()) {
        case NUMBER -> row.number(i, number(in, wide));
        case TEXT -> row.text(i, text(in));
        case TIME -> row.time(i, in.getLong());
      }
    }
    int given = format == WITHOUT_GIVEN ? 0 : in.getShort();
    for (int i = 0; i < given; i++) {
      row.give(in.getShort());
    }
    long featuresAge = (flags & AGED) != 0 ? in.getLong() : 0;
    return new DecisionRecord(
        position,
        key == null ? "" : key,
        at,
        madeAt,
        Optional.ofNullable(requestId),
        score,
        (flags & 1) != 0,
        (flags & 2) != 0,
        variant,
        cause,
        band,
        version,
        threshold,
        expectedCost,
        costs,
        row,
        (flags & 4) != 0,
        featuresAge,
        (flags & CACHED) != 0);
  }

  /// Most features are counts: one byte holds a whole number up to 251 or says what follows, two
  /// bytes of a whole number, four of single precision, or all eight. A record takes a third of the
  /// room, and with it of the page faults and of what is forced to disk.
  private static void number(ByteBuffer out, double value) {
    if (Double.isNaN(value)) {
      out.put((byte) MISSING);
      return;
    }
    int whole = (int) value;
    if (whole == value
        && whole >= Short.MIN_VALUE
        && whole <= Short.MAX_VALUE
        && (whole != 0 || Double.doubleToRawLongBits(value) == 0)) {
      if (whole >= 0 && whole < SMALLEST_MARK) {
        out.put((byte) whole);
      } else {
        out.put((byte) SHORT).putShort((short) whole);
      }
    } else if ((float) value == value) {
      out.put((byte) SINGLE).putFloat((float) value);
    } else {
      out.put((byte) DOUBLE).putDouble(value);
    }
  }

  private static double number(ByteBuffer in, boolean wide) {
    if (wide) {
      return in.getDouble();
    }
    int first = in.get() & 0xFF;
    return switch (first) {
      case MISSING -> Double.NaN;
      case DOUBLE -> in.getDouble();
      case SINGLE -> in.getFloat();
      case SHORT -> in.getShort();
      default -> first;
    };
  }

  private static void text(ByteBuffer out, @Nullable String value) {
    if (value == null) {
      out.putShort((short) NULL_TEXT);
      return;
    }
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_TEXT) {
      bytes = Arrays.copyOf(bytes, MAX_TEXT);
    }
    out.putShort((short) bytes.length);
    out.put(bytes);
  }

  private static @Nullable String text(ByteBuffer in) {
    int length = in.getShort() & 0xFFFF;
    if (length == NULL_TEXT) {
      return null;
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
