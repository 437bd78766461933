package dev.gnomon.serving;

import dev.gnomon.serving.spi.RequestSink;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Which requests were decided, and where in the log.
///
/// Ids of callers are remembered for a while: the last ones of all. Places in streams are
/// remembered by partition and apart from them, so that no caller can push one out that may be
/// asked for again: what may be given again of a partition lies within its last [RequestSink#MOST]
/// decisions (see there), and as many are kept of each.
///
/// Not safe for use by several threads.
final class RememberedIds {
  private final Map<String, Long> callers;
  private final Map<String, Places> streams = new HashMap<>();

  /// @param most ids of callers that are remembered
  RememberedIds(int most) {
    this.callers =
        new LinkedHashMap<>(1024, 0.75f, false) {
          @java.io.Serial private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > most;
          }
        };
  }

  /// The position of the decision; null when none is remembered. A place is found by itself, and
  /// else by the id its caller stated.
  @Nullable Long get(String id) {
    RequestPlace place = RequestPlace.of(id);
    if (place == null) {
      return callers.get(id);
    }
    Places of = streams.get(partition(place.topicId(), place.partition()));
    long found = of == null ? -1 : of.position(place.offset());
    if (found >= 0) {
      return found;
    }
    return place.callerId() == null ? null : callers.get(place.callerId());
  }

  void put(String id, long position) {
    RequestPlace place = RequestPlace.of(id);
    if (place == null) {
      callers.put(id, position);
      return;
    }
    streams
        .computeIfAbsent(partition(place.topicId(), place.partition()), p -> new Places())
        .add(place.offset(), position);
    if (place.callerId() != null) {
      callers.put(place.callerId(), position);
    }
  }

  /// Before this offset of a partition lie decisions that are not remembered any more; 0 if there
  /// are none.
  long forgotten(String topicId, int partition) {
    Places of = streams.get(partition(topicId, partition));
    return of == null ? 0 : of.forgotten;
  }

  private static String partition(String topicId, int partition) {
    return topicId + ':' + partition;
  }

  /// The last decisions of one partition, ascending by offset.
  private static final class Places {
    private long[] offsets = new long[16];
    private long[] positions = new long[16];
    private int size;
    private long forgotten;

    void add(long offset, long position) {
      if (offset < forgotten) { // somebody had it read from further before: another past
        size = 0;
        forgotten = 0;
      }
      if (size == offsets.length) {
        makeRoom();
      }
      // Nearly always behind the last: only a request that was answered otherwise when it was first
      // given, by an error for instance, comes between.
      int at = size == 0 || offset > offsets[size - 1] ? size : -1 - search(offset);
      if (at < 0) {
        return; // it is known
      }
      System.arraycopy(offsets, at, offsets, at + 1, size - at);
      System.arraycopy(positions, at, positions, at + 1, size - at);
      offsets[at] = offset;
      positions[at] = position;
      size++;
    }

    private void makeRoom() {
      if (size < 2 * RequestSink.MOST) {
        int room = Math.min(size * 2, 2 * RequestSink.MOST);
        offsets = Arrays.copyOf(offsets, room);
        positions = Arrays.copyOf(positions, room);
        return;
      }
      int drop = size - RequestSink.MOST;
      forgotten = offsets[drop];
      System.arraycopy(offsets, drop, offsets, 0, RequestSink.MOST);
      System.arraycopy(positions, drop, positions, 0, RequestSink.MOST);
      size = RequestSink.MOST;
    }

    private int search(long offset) {
      return Arrays.binarySearch(offsets, 0, size, offset);
    }

    /// -1 when the offset is not among them.
    long position(long offset) {
      int at = search(offset);
      return at < 0 ? -1 : positions[at];
    }
  }
}
