package dev.gnomon.features;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the records in the log of a source are.
///
/// A row that was posted is its JSON and nothing else. What came from a stream carries its place in
/// the stream inside the same record, so that state and position are one thing on disk. Numbers are
/// big endian, a text is its length in bytes (2) and UTF-8:
///
/// ```
/// STREAMED   topic, partition (4), offset (8), row as JSON
/// SET_ASIDE  topic, partition (4), offset (8), reason, length of the value (4), value or its begin
/// ERASED     topic, partition (4), offset (8), zeros
/// POSITIONS  topic, id of the topic, count (4), then partition (4) and next offset (8) each
/// ```
public final class SourceLog {
  public static final int POSTED = 1;
  public static final int STREAMED = 2;
  public static final int SET_ASIDE = 3;
  public static final int POSITIONS = 4;

  /// What was streamed and erased since: the place stays, so that the stream is not read again.
  public static final int ERASED = 5;

  /// How many bytes at the begin of the body of a streamed record say where it stood.
  public static int placeLength(byte[] body) {
    return 2 + ByteBuffer.wrap(body).getShort(0) + 4 + 8;
  }

  /// The most bytes before a row.
  public static final int MAX_PLACE = 2 + 249 + 4 + 8;

  private SourceLog() {}

  public static boolean isRow(int type) {
    return type == POSTED || type == STREAMED;
  }

  /// Where the JSON of a row begins in the body of its record.
  public static int rowStart(int type, byte[] body) {
    return type == POSTED ? 0 : placeLength(body);
  }

  /// Where in a stream a record stood.
  public record Place(String topic, int partition, long offset) {}

  /// A record of a stream that could not be taken in.
  ///
  /// @param length of the value as it came; longer than `value` if that is its begin only
  public record SetAside(Place place, String reason, int length, byte[] value) {}

  /// How far a stream was read: everything before these offsets is in the log.
  ///
  /// @param topicId of the broker, which a topic created anew does not share
  public record Positions(String topic, String topicId, Map<Integer, Long> next) {}

  public static byte[] streamed(Place place, byte[] row) {
    byte[] topic = bytes(place.topic);
    byte[] body = new byte[2 + topic.length + 4 + 8 + row.length];
    place(ByteBuffer.wrap(body), topic, place).put(row);
    return body;
  }

  /// @param kept the value or its begin
  public static byte[] setAside(Place place, String reason, int length, byte[] kept) {
    byte[] topic = bytes(place.topic);
    byte[] why = bytes(reason);
    byte[] body = new byte[2 + topic.length + 4 + 8 + 2 + why.length + 4 + kept.length];
    ByteBuffer out = place(ByteBuffer.wrap(body), topic, place);
    text(out, why);
    out.putInt(length).put(kept);
    return body;
  }

  public static byte[] positions(Positions positions) {
    byte[] topic = bytes(positions.topic);
    byte[] id = bytes(positions.topicId);
    ByteBuffer out =
        ByteBuffer.allocate(2 + topic.length + 2 + id.length + 4 + 12 * positions.next.size());
    text(out, topic);
    text(out, id);
    out.putInt(positions.next.size());
    positions.next.forEach((partition, next) -> out.putInt(partition).putLong(next));
    return out.array();
  }

  /// Of a record that is [#STREAMED] or [#SET_ASIDE].
  public static Place place(byte[] body) {
    return place(ByteBuffer.wrap(body));
  }

  public static SetAside setAside(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    Place place = place(in);
    String reason = text(in);
    int length = in.getInt();
    byte[] value = new byte[in.remaining()];
    in.get(value);
    return new SetAside(place, reason, length, value);
  }

  public static Positions positions(byte[] body) {
    ByteBuffer in = ByteBuffer.wrap(body);
    String topic = text(in);
    String id = text(in);
    int count = in.getInt();
    Map<Integer, Long> next = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      next.put(in.getInt(), in.getLong());
    }
    return new Positions(topic, id, next);
  }

  private static ByteBuffer place(ByteBuffer out, byte[] topic, Place place) {
    text(out, topic);
    return out.putInt(place.partition).putLong(place.offset);
  }

  private static Place place(ByteBuffer in) {
    return new Place(text(in), in.getInt(), in.getLong());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void text(ByteBuffer out, byte[] text) {
    out.putShort((short) text.length).put(text);
  }

  private static String text(ByteBuffer in) {
    byte[] text = new byte[in.getShort()];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
