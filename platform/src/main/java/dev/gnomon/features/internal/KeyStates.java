package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.internal.SourceProgram.AttributeFeature;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What the online store keeps of one key's rows of a state source, in canonical order: the newest
/// row that every answerable time sees, and those after it. Mostly that is one row.
///
/// Guarded by the lock of its stripe.
final class KeyStates {
  private final SourceProgram program;
  private final int idColumn;
  private final List<Version> versions = new ArrayList<>(1);

  /// One row; values as in the source's schema.
  record Version(
      long eventTime, long knownAt, long active, boolean deleted, @Nullable Object[] values) {}

  KeyStates(SourceProgram program) {
    this.program = program;
    this.idColumn = program.spec().id().map(program.schema()::indexOf).orElse(-1);
  }

  int size() {
    return versions.size();
  }

  KeyState.Outcome add(Version version, long answerable) {
    for (Version known : versions) {
      if (idColumn >= 0 && Objects.equals(known.values[idColumn], version.values[idColumn])) {
        return same(known, version) ? KeyState.Outcome.REPEATED : KeyState.Outcome.CONFLICT;
      }
    }
    int at = versions.size();
    while (at > 0 && compare(versions.get(at - 1), version) > 0) {
      at--;
    }
    versions.add(at, version);
    prune(answerable);
    return KeyState.Outcome.ADDED;
  }

  /// Lets go of rows that no time from `answerable` on sees.
  void prune(long answerable) {
    if (answerable == Times.MISSING) {
      return;
    }
    int seen = versions.size() - 1;
    while (seen > 0 && versions.get(seen).active > answerable) {
      seen--;
    }
    if (seen > 0) {
      versions.subList(0, seen).clear();
    }
  }

  private boolean same(Version a, Version b) {
    return a.eventTime == b.eventTime
        && (program.spec().knownAt().isEmpty() || a.knownAt == b.knownAt)
        && java.util.Arrays.equals(a.values, b.values);
  }

  private int compare(Version a, Version b) {
    int order = Long.compare(a.eventTime, b.eventTime);
    if (order == 0) {
      order = Long.compare(a.knownAt, b.knownAt);
    }
    if (idColumn >= 0) {
      return order != 0 ? order : compare(a, b, idColumn);
    }
    for (int c = 0; order == 0 && c < a.values.length; c++) {
      order = compare(a, b, c);
    }
    return order;
  }

  private int compare(Version a, Version b, int column) {
    Object left = a.values[column];
    Object right = b.values[column];
    return switch (program.schema().field(column).type()) {
      case TEXT -> CanonicalOrder.compare((String) left, (String) right);
      case NUMBER ->
          CanonicalOrder.compare(
              left == null ? Double.NaN : (Double) left,
              right == null ? Double.NaN : (Double) right);
      case TIME ->
          Long.compare(
              left == null ? Times.MISSING : (Long) left,
              right == null ? Times.MISSING : (Long) right);
    };
  }

  /// The event time of the row that a time sees; missing if there is none or it is deleted.
  long newest(long at) {
    int newest = versions.size() - 1;
    while (newest >= 0 && versions.get(newest).active > at) {
      newest--;
    }
    boolean none =
        newest < 0
            || versions.get(newest).deleted
            || versions.get(newest).eventTime == SourceRecords.ALWAYS;
    return none ? Times.MISSING : versions.get(newest).eventTime;
  }

  /// Writes one row as the online stores keep it; only the same definition reads it back.
  static void write(Schema schema, Version version, DataOutput out) throws IOException {
    out.writeLong(version.eventTime);
    out.writeLong(version.knownAt);
    out.writeLong(version.active);
    out.writeBoolean(version.deleted);
    for (int c = 0; c < version.values.length; c++) {
      Object value = version.values[c];
      out.writeBoolean(value != null);
      if (value != null) {
        switch (schema.field(c).type()) {
          case TEXT -> BinaryTexts.write(out, (String) value);
          case NUMBER -> out.writeDouble((Double) value);
          case TIME -> out.writeLong((Long) value);
        }
      }
    }
  }

  /// Reads what [#write(Schema, Version, DataOutput)] wrote.
  static Version read(Schema schema, DataInput in) throws IOException {
    long eventTime = in.readLong();
    long knownAt = in.readLong();
    long active = in.readLong();
    boolean deleted = in.readBoolean();
    @Nullable Object[] values = new @Nullable Object[schema.size()];
    for (int c = 0; c < values.length; c++) {
      if (in.readBoolean()) {
        values[c] =
            switch (schema.field(c).type()) {
              case TEXT -> BinaryTexts.read(in);
              case NUMBER -> in.readDouble();
              case TIME -> in.readLong();
            };
      }
    }
    return new Version(eventTime, knownAt, active, deleted, values);
  }

  void write(DataOutput out) throws IOException {
    out.writeInt(versions.size());
    for (Version version : versions) {
      write(program.schema(), version, out);
    }
  }

  /// Reads what [#write(DataOutput)] wrote.
  static KeyStates read(SourceProgram program, DataInput in) throws IOException {
    KeyStates states = new KeyStates(program);
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      states.versions.add(read(program.schema(), in));
    }
    return states;
  }

  /// Bytes on the heap, roughly; without the texts.
  long bytes() {
    return 80 + versions.size() * (64L + 20L * program.schema().size());
  }

  /// Fills the attributes as of a time; they stay missing if there is no row or it is deleted.
  void read(long at, FeatureRow out) {
    int newest = versions.size() - 1;
    while (newest >= 0 && versions.get(newest).active > at) {
      newest--;
    }
    if (newest < 0 || versions.get(newest).deleted) {
      return;
    }
    Version version = versions.get(newest);
    Schema schema = out.schema();
    for (AttributeFeature feature : program.attributes()) {
      Object value = version.values[feature.source()];
      if (value == null || FeatureProgram.tooOld(version.eventTime, at, feature.ttl())) {
        continue;
      }
      switch (schema.field(feature.column()).type()) {
        case NUMBER -> out.number(feature.column(), (Double) value);
        case TEXT -> out.text(feature.column(), (String) value);
        case TIME -> out.time(feature.column(), (Long) value);
      }
    }
  }
}
