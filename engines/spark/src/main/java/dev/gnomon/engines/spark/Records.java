package dev.gnomon.engines.spark;

import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/// The shapes of what travels between executors.
final class Records {
  /// The pseudo source of listed observations: they come before the rows of all sources.
  static final int LISTED = -1;

  /// A row of a source, or a listed observation (its label's bits under `known_at`).
  static final StructType ROW =
      new StructType()
          .add("key", DataTypes.StringType, false)
          .add("source", DataTypes.IntegerType, false)
          .add("event_time", DataTypes.LongType, false)
          .add("known_at", DataTypes.LongType, false)
          .add("tie", DataTypes.BinaryType, false)
          .add("bytes", DataTypes.BinaryType, false);

  /// An id and a hash of all that rows with it must have in common.
  static final StructType ID =
      new StructType()
          .add("id", DataTypes.BinaryType, false)
          .add("content", DataTypes.LongType, false);

  private Records() {}
}
