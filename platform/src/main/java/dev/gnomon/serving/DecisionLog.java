package dev.gnomon.serving;

import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The decisions of one use case, in the order in which they were made.
public final class DecisionLog {
  private static final int BUFFER = 1 << 16;

  private final SegmentedLog log;
  private final ThreadLocal<ByteBuffer> buffers =
      ThreadLocal.withInitial(() -> ByteBuffer.allocate(BUFFER));

  /// Appends the schema of the rows to come.
  DecisionLog(SegmentedLog log, Schema schema, long now) throws IOException {
    this.log = log;
    byte[] head = DecisionCodec.schema(schema);
    log.append(DecisionCodec.SCHEMA, now, head, 0, head.length);
  }

  /// Appends the schema and the version of the features to come.
  DecisionLog(SegmentedLog log, Schema schema, String definition, long now) throws IOException {
    this(log, schema, now);
    byte[] hash = DecisionCodec.definition(definition);
    log.append(DecisionCodec.DEFINITION, now, hash, 0, hash.length);
  }

  /// Appends a decision; it survives the end of the process on return.
  ///
  /// @param record its position is not used
  /// @return the position of the record
  /// @throws dev.gnomon.log.LogFullException when the disk has no room: then no answer may be given
  long append(DecisionRecord record) throws IOException {
    ByteBuffer buffer = buffers.get();
    DecisionCodec.write(buffer, record);
    return log.append(DecisionCodec.DECISION, record.madeAt(), buffer);
  }

  /// Reads every decision of a log directory, also while a server writes it.
  public static void forEach(Path directory, Consumer<DecisionRecord> each) throws IOException {
    try (LogReader reader = LogReader.of(directory, SegmentedLog.START)) {
      forEach(reader, each);
    }
  }

  /// Takes a decision and the hash of the definition by which its features were computed; empty
  /// where the log does not say.
  public interface Versioned {
    void decision(DecisionRecord record, String definition);
  }

  /// As [#forEach], with the version of the features.
  public static void forEachVersioned(Path directory, Versioned each) throws IOException {
    try (LogReader reader = LogReader.of(directory, SegmentedLog.START)) {
      forEach(reader, each);
    }
  }

  void forEach(Consumer<DecisionRecord> each) throws IOException {
    try (LogReader reader = log.read(SegmentedLog.START)) {
      forEach(reader, each);
    }
  }

  /// The decision at a position, if there is one.
  Optional<DecisionRecord> at(long position, SchemaAt schemas) throws IOException {
    if (position < 0 || position >= log.end()) {
      return Optional.empty();
    }
    try (LogReader reader = log.read(position)) {
      if (!reader.next()
          || reader.position() != position
          || reader.type() != DecisionCodec.DECISION) {
        return Optional.empty();
      }
      return Optional.of(DecisionCodec.read(position, reader.body(), schemas.schema(position)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /// Which schema was in force at a position.
  interface SchemaAt {
    Schema schema(long position);
  }

  /// Calls back with the position and content of every schema record.
  void forEachSchema(SchemaSink sink) throws IOException {
    try (LogReader reader = log.read(SegmentedLog.START)) {
      while (reader.next()) {
        if (reader.type() == DecisionCodec.SCHEMA) {
          sink.schema(reader.position(), DecisionCodec.schema(reader.bytes()));
        }
      }
    }
  }

  interface SchemaSink {
    void schema(long position, Schema schema);
  }

  private static void forEach(LogReader reader, Consumer<DecisionRecord> each) throws IOException {
    forEach(reader, (record, _) -> each.accept(record));
  }

  private static void forEach(LogReader reader, Versioned each) throws IOException {
    Schema schema = new Schema(java.util.List.of());
    String definition = "";
    while (reader.next()) {
      switch (reader.type()) {
        case DecisionCodec.SCHEMA -> {
          Schema found = DecisionCodec.schema(reader.bytes());
          schema = found.equals(schema) ? schema : found;
          definition = "";
        }
        case DecisionCodec.DEFINITION -> definition = DecisionCodec.definition(reader.bytes());
        case DecisionCodec.DECISION ->
            each.decision(DecisionCodec.read(reader.position(), reader.body(), schema), definition);
        default -> {}
      }
    }
  }
}
