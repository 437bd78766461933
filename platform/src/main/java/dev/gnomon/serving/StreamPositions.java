package dev.gnomon.serving;

import dev.gnomon.features.SourceLog;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/// How far streams were read, as the log of a source says.
final class StreamPositions {
  private final Map<String, OfTopic> topics = new HashMap<>();

  /// One topic.
  static final class OfTopic {
    private final Map<Integer, OfPartition> partitions = new HashMap<>();
    String topicId = "";
    long setAside;

    /// Whether reading it was ever begun.
    boolean begun() {
      return !topicId.isEmpty();
    }

    /// Whether the log has what stood there.
    boolean has(int partition, long offset) {
      OfPartition known = partitions.get(partition);
      return known != null && (offset < known.next || known.beyond.contains(offset));
    }

    /// Everything before this offset is in the log. An offset lower than before means other records
    /// than before.
    void next(int partition, long next) {
      OfPartition known = partitions.computeIfAbsent(partition, p -> new OfPartition());
      if (next < known.next) {
        known.beyond.clear();
      } else {
        known.beyond.headSet(next).clear();
      }
      known.next = next;
    }

    /// Where to go on, by partition.
    Map<Integer, Long> next() {
      Map<Integer, Long> next = new HashMap<>();
      partitions.forEach((partition, known) -> next.put(partition, known.next));
      return next;
    }

    void clear() {
      partitions.clear();
    }

    private void holds(int partition, long offset) {
      OfPartition known = partitions.computeIfAbsent(partition, p -> new OfPartition());
      if (offset >= known.next) {
        known.beyond.add(offset);
      }
    }
  }

  /// A killed process, and all the more a power loss, may leave a batch in the log of which records
  /// in the middle are missing. So what counts as read is what a positions record says, which is
  /// written after the batch was forced; what the log holds beyond it is remembered one by one and
  /// not taken twice.
  private static final class OfPartition {
    long next;
    final NavigableSet<Long> beyond = new TreeSet<>();
  }

  OfTopic of(String topic) {
    return topics.computeIfAbsent(topic, t -> new OfTopic());
  }

  /// Looks at a record of the log.
  void saw(int type, byte[] body) {
    switch (type) {
      case SourceLog.STREAMED, SourceLog.ERASED -> {
        SourceLog.Place place = SourceLog.place(body);
        of(place.topic()).holds(place.partition(), place.offset());
      }
      case SourceLog.SET_ASIDE -> {
        SourceLog.Place place = SourceLog.place(body);
        OfTopic topic = of(place.topic());
        topic.holds(place.partition(), place.offset());
        topic.setAside++;
      }
      case SourceLog.POSITIONS -> {
        SourceLog.Positions positions = SourceLog.positions(body);
        OfTopic topic = of(positions.topic());
        if (!topic.topicId.equals(positions.topicId())) {
          topic.clear();
          topic.topicId = positions.topicId();
        }
        positions.next().forEach(topic::next);
      }
      default -> {}
    }
  }
}
