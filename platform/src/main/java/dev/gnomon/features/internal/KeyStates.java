package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.internal.SourceProgram.AttributeFeature;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.KeyState;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
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

  private void prune(long answerable) {
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
