package dev.gnomon.serving.spi;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Where the records of a stream go, and where it is known how far they were taken: the log of the
/// source, which holds a row and its place in the stream as one record.
///
/// For one thread at a time.
public interface StreamSink {
  /// The id of the topic as it was begun; empty if it never was.
  String topicId();

  /// The first offset not taken, by partition.
  Map<Integer, Long> next();

  /// Writes down where reading begins or goes on, for the partitions named; on disk when this
  /// returns. Under another id it is another topic, of which nothing was read.
  void begin(String topicId, Map<Integer, Long> next) throws IOException;

  /// Takes records, of each partition in the order of their offsets: on disk and seen by features
  /// when this returns. Records that were taken before are passed over, so that it does no harm to
  /// give them again.
  ///
  /// @return how many of the list are dealt with: fewer than all when the log is full
  /// @throws IOException if none could be
  int take(List<StreamRecord> records) throws IOException;

  /// Records that the stream does not have any more and that were never taken.
  void missed(int partition, long from, long to);

  /// Tells an operator.
  void tell(String line);
}
