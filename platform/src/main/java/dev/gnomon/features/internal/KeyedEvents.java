package dev.gnomon.features.internal;

import java.util.Arrays;

/// The rows of a source in memory, to be found by key: for sources of further entities, whose keys
/// observations of every partition may have.
final class KeyedEvents {
  private final SortedEvents[] parts;

  /// By key code: the part that has it, or -1, and its first row there.
  private final int[] partOf;

  private final int[] from;

  private KeyedEvents(SortedEvents[] parts, int keys) {
    this.parts = parts;
    this.partOf = new int[keys];
    this.from = new int[keys];
    Arrays.fill(partOf, -1);
  }

  static KeyedEvents load(SourceRecords records, int keys) {
    SortedEvents[] parts = new SortedEvents[PartitionedRecords.PARTITIONS];
    KeyedEvents loaded = new KeyedEvents(parts, keys);
    for (int p = 0; p < parts.length; p++) {
      SortedEvents events = SortedEvents.load(records, p);
      parts[p] = events;
      for (int at = 0; at < events.size(); at = events.endOfKey(at)) {
        loaded.partOf[events.key(at)] = p;
        loaded.from[events.key(at)] = at;
      }
    }
    return loaded;
  }

  /// The rows among which those of a key stand; any for a key without rows.
  SortedEvents rows(int key) {
    return parts[has(key) ? partOf[key] : 0];
  }

  /// The first row of a key.
  int from(int key) {
    return has(key) ? from[key] : 0;
  }

  /// Behind the last row of a key.
  int to(int key) {
    return has(key) ? parts[partOf[key]].endOfKey(from[key]) : 0;
  }

  private boolean has(int key) {
    return key >= 0 && key < partOf.length && partOf[key] >= 0;
  }
}
