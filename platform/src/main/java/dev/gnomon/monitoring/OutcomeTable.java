package dev.gnomon.monitoring;

import dev.gnomon.core.Home;
import dev.gnomon.serving.Outcome;
import dev.gnomon.serving.OutcomeLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// What happened, by the position of the decision: 9 bytes a slot, at most two slots an outcome.
final class OutcomeTable {
  static final byte UNKNOWN = -1;
  private static final long EMPTY = -1;

  private long[] positions = new long[1 << 10];
  private byte[] happened = new byte[1 << 10];
  private int size;
  private long latest = Long.MIN_VALUE;

  OutcomeTable() {
    Arrays.fill(positions, EMPTY);
  }

  static OutcomeTable read(Home home, String useCase) throws IOException {
    OutcomeTable table = new OutcomeTable();
    Path directory = home.outcomes(useCase);
    if (Files.isDirectory(directory)) {
      OutcomeLog.forEach(directory, (outcome, id) -> table.put(outcome));
    }
    return table;
  }

  /// Later ones correct earlier ones.
  void put(Outcome outcome) {
    latest = Math.max(latest, outcome.at());
    if (2 * (size + 1) > positions.length) {
      grow();
    }
    int slot = slot(positions, outcome.position());
    if (positions[slot] == EMPTY) {
      positions[slot] = outcome.position();
      size++;
    }
    happened[slot] = (byte) (outcome.happened() ? 1 : 0);
  }

  /// 1 when it happened, 0 when it did not, else [#UNKNOWN].
  byte get(long position) {
    int slot = slot(positions, position);
    return positions[slot] == EMPTY ? UNKNOWN : happened[slot];
  }

  /// When the latest outcome was known, microseconds.
  long latest() {
    return latest;
  }

  private void grow() {
    long[] wider = new long[2 * positions.length];
    byte[] moved = new byte[wider.length];
    Arrays.fill(wider, EMPTY);
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] != EMPTY) {
        int slot = slot(wider, positions[i]);
        wider[slot] = positions[i];
        moved[slot] = happened[i];
      }
    }
    positions = wider;
    happened = moved;
  }

  private static int slot(long[] table, long position) {
    int slot = (int) (KeyHash.mix(position) & (table.length - 1));
    while (table[slot] != EMPTY && table[slot] != position) {
      slot = (slot + 1) & (table.length - 1);
    }
    return slot;
  }
}
