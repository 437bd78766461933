package dev.gnomon.serving;

import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Schema;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/// Appends decisions that no server made to the decision log of a use case, each once. Holds the
/// home: not while a server runs on it.
public final class BatchLog implements AutoCloseable {
  private final DirectoryLock lock;
  private final SegmentedLog segments;
  private final DecisionLog log;
  private final Set<String> known = new HashSet<>();

  /// @param row the schema of the feature rows
  /// @param definition the hash of the definition by which they were computed
  /// @param prefix what the ids of this batch begin with
  /// @throws dev.gnomon.core.Refusal when another process holds the home
  public BatchLog(Home home, String useCase, Schema row, String definition, String prefix, long now)
      throws IOException {
    this.lock = home.lock();
    this.segments = SegmentedLog.open(home.decisions(useCase), LogSettings.DEFAULT);
    this.log = new DecisionLog(segments, row, definition, now);
    log.forEach(
        record -> record.requestId().filter(id -> id.startsWith(prefix)).ifPresent(known::add));
  }

  /// Appends unless a record with this request id is there. Returns whether it was not.
  public boolean append(DecisionRecord record) throws IOException {
    if (record.requestId().filter(known::contains).isPresent()) {
      return false;
    }
    long _ = log.append(record);
    return true;
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      segments.close();
    }
  }
}
