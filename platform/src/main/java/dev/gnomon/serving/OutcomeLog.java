package dev.gnomon.serving;

import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.BiConsumer;

/// The outcomes of one use case: forced to disk before they are acknowledged.
public final class OutcomeLog {
  static final int OUTCOME = 1;

  private final SegmentedLog log;

  OutcomeLog(SegmentedLog log) {
    this.log = log;
  }

  /// Appends without waiting for the disk; [#awaitForced] before acknowledging.
  ///
  /// @param id the caller's idempotency id, or empty
  void append(Outcome outcome, String id) throws IOException {
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(17 + name.length).order(ByteOrder.LITTLE_ENDIAN);
    body.putLong(outcome.position());
    body.putLong(outcome.at());
    body.put((byte) (outcome.happened() ? 1 : 0));
    body.put(name);
    log.append(OUTCOME, outcome.at(), body.array(), 0, body.capacity());
  }

  void awaitForced() throws IOException {
    log.awaitForced();
  }

  /// Reads every outcome of a log directory with its idempotency id, also while a server writes it.
  /// Later ones correct earlier ones.
  public static void forEach(Path directory, BiConsumer<Outcome, String> each) throws IOException {
    try (LogReader reader = LogReader.of(directory, SegmentedLog.START)) {
      while (reader.next()) {
        if (reader.type() != OUTCOME) {
          continue;
        }
        ByteBuffer body = reader.body().order(ByteOrder.LITTLE_ENDIAN);
        long position = body.getLong();
        long at = body.getLong();
        boolean happened = body.get() == 1;
        byte[] name = new byte[body.remaining()];
        body.get(name);
        each.accept(new Outcome(position, happened, at), new String(name, StandardCharsets.UTF_8));
      }
    }
  }
}
