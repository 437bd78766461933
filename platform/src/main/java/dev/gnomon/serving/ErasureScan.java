package dev.gnomon.serving;

import dev.gnomon.core.Home;
import dev.gnomon.features.SourceLog;
import dev.gnomon.log.LogErasure;
import dev.gnomon.log.LogErasure.Target;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds the records of a key in the logs of a home.
final class ErasureScan {
  private final Home home;
  private final String key;
  private final byte[] bytes;

  /// Whether the text of a row that is about the key must hold the key as it is, so that most rows
  /// need not be parsed.
  private final boolean plain;

  private long earliest = Long.MAX_VALUE;

  ErasureScan(Home home, String key) {
    this.home = home;
    this.key = key;
    this.bytes = key.getBytes(StandardCharsets.UTF_8);
    this.plain = key.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\\' && c != '/');
  }

  /// When the first row arrived of those found; `Long.MAX_VALUE` when there was none.
  long earliest() {
    return earliest;
  }

  /// Records of a source.
  ///
  /// @param column with the key
  /// @param to everything from this position on is left alone
  List<Target> rows(String source, String column, long to) throws IOException {
    List<Target> found = new ArrayList<>();
    Path directory = home.events(source);
    if (!Files.isDirectory(directory)) {
      return found;
    }
    try (LogReader log = LogReader.of(directory, SegmentedLog.START, to)) {
      while (log.next()) {
        int type = log.type();
        if (SourceLog.isRow(type)) {
          byte[] record = log.bytes();
          int from = SourceLog.rowStart(type, record);
          if (holds(record, from, column)) {
            earliest = Math.min(earliest, log.time());
            found.add(target(log.position(), type, record));
          }
        } else if (type == SourceLog.SET_ASIDE) {
          byte[] record = log.bytes();
          if (mentions(SourceLog.setAside(record), column)) {
            found.add(target(log.position(), type, record));
          }
        }
      }
    }
    return found;
  }

  private static Target target(long position, int type, byte[] record) {
    return type == SourceLog.POSTED
        ? Target.all(position, record.length)
        : new Target(position, record.length, SourceLog.ERASED, SourceLog.placeLength(record));
  }

  private boolean holds(byte[] record, int from, String column) {
    if (plain && !contains(record, from)) {
      return false;
    }
    try {
      JsonNode row = JsonMapper.shared().readTree(record, from, record.length - from);
      return row.path(column).asString("").equals(key);
    } catch (JacksonException e) {
      return false; // no row of ours: what a damaged record says is said when the log is opened
    }
  }

  /// What could not be read may be anything: it goes when the key stands in it.
  private boolean mentions(SourceLog.SetAside record, String column) {
    try {
      JsonNode row = JsonMapper.shared().readTree(record.value());
      if (row.isObject() && row.has(column)) {
        return row.path(column).asString("").equals(key);
      }
    } catch (JacksonException e) {
      // Then the bytes decide.
    }
    return contains(record.value(), 0);
  }

  private boolean contains(byte[] in, int from) {
    return Remains.indexOf(in, in.length, bytes, from) >= 0;
  }

  /// Decisions about the key.
  List<Target> decisions(String useCase) throws IOException {
    List<Target> found = new ArrayList<>();
    Path directory = home.decisions(useCase);
    if (!Files.isDirectory(directory)) {
      return found;
    }
    Schema schema = new Schema(List.of());
    try (LogReader log = LogReader.of(directory, SegmentedLog.START)) {
      while (log.next()) {
        if (log.type() == DecisionCodec.SCHEMA) {
          schema = DecisionCodec.schema(log.bytes());
        } else if (log.type() == DecisionCodec.DECISION) {
          int length = log.body().remaining();
          if (DecisionCodec.read(log.position(), log.body(), schema).key().equals(key)) {
            found.add(Target.all(log.position(), length));
          }
        }
      }
    }
    return found;
  }

  /// Outcomes of decisions.
  List<Target> outcomes(String useCase, List<Target> decisions) throws IOException {
    List<Target> found = new ArrayList<>();
    Path directory = home.outcomes(useCase);
    if (decisions.isEmpty() || !Files.isDirectory(directory)) {
      return found;
    }
    Set<Long> positions = new HashSet<>();
    decisions.forEach(one -> positions.add(one.position()));
    try (LogReader log = LogReader.of(directory, SegmentedLog.START)) {
      while (log.next()) {
        if (log.type() != LogErasure.ERASED && log.body().remaining() >= Long.BYTES) {
          ByteBuffer body = log.body().order(ByteOrder.LITTLE_ENDIAN);
          int length = body.remaining();
          if (positions.contains(body.getLong())) {
            found.add(Target.all(log.position(), length));
          }
        }
      }
    }
    return found;
  }
}
