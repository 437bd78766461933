package dev.gnomon.serving.spi;

import java.io.IOException;
import java.util.List;

/// Decides the requests of a stream: one answer for each, good or bad.
///
/// Each request is decided once, however often it is given: its place in the stream lies in the
/// decision log beside the decision, and a request that was decided before gets the decision of the
/// log. So that what has to be remembered for this is bounded, two rules bind whoever gives them:
///
/// - At most [#MOST] at a time.
/// - Nothing further of a partition is given until the answers to what was given are kept for good,
///   together with the fact that they were; what was not kept is given again from its beginning.
///
/// Then what may be given again lies within the last [#MOST] decisions of its partition, and those
/// are remembered, also over a kill.
///
/// For one thread at a time.
public interface RequestSink {
  /// The most requests of one batch.
  int MOST = 2_000;

  /// The name of the one that decides here, the same after a restart and no other's.
  String node();

  /// Decides requests, of each partition in the order of their offsets. The decisions are on disk
  /// when this returns.
  ///
  /// @param topicId tells a topic from one that was created anew under its name
  /// @return the answers, in the order of the requests
  /// @throws IOException when decisions can't be kept: the same are to be given again
  List<StreamAnswer> decide(String topicId, List<StreamRecord> requests) throws IOException;

  /// The answers to the last batch are kept for good.
  void kept();

  /// Before this offset of a partition lie decisions that are not remembered any more: requests
  /// from there would be decided anew. 0 if there are none.
  long forgotten(String topicId, int partition);

  /// Requests that the stream does not have any more and that were never decided.
  void missed(int partition, long from, long to);

  /// Tells an operator.
  void tell(String line);
}
