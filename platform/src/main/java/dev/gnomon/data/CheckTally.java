package dev.gnomon.data;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How often one check failed, with its first failing rows, as a state that merges: the parts of a
/// source (files, batches, threads, days) give the same result as one pass, in any order.
///
/// What `unique` compares is kept by its rule, not here: it is judged over the rows of one pass.
public final class CheckTally {
  /// How many failing rows are kept.
  public static final int EXAMPLES = 5;

  private static final int LONGEST = 200;

  private long seen;
  private long failing;
  private final TreeMap<Long, String> examples = new TreeMap<>();

  /// So many rows were looked at.
  public void saw(long rows) {
    seen += rows;
  }

  /// A row failed.
  ///
  /// @param position of the row in the whole, by which the first are told; no two rows have the
  ///   same
  /// @param value what to show; empty for a rule about several columns
  public void fail(long position, String value) {
    failing++;
    if (keeps(position)) {
      examples.put(position, value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value);
      if (examples.size() > EXAMPLES) {
        examples.pollLastEntry();
      }
    }
  }

  /// A row counts against a rule about the whole column: no row by itself is an example.
  public void count(long rows) {
    failing += rows;
  }

  /// Whether a failing row of this position would be an example.
  public boolean keeps(long position) {
    return examples.size() < EXAMPLES || position < examples.lastKey();
  }

  public void merge(CheckTally other) {
    seen += other.seen;
    failing += other.failing;
    examples.putAll(other.examples);
    while (examples.size() > EXAMPLES) {
      examples.pollLastEntry();
    }
  }

  public long seen() {
    return seen;
  }

  public long failing() {
    return failing;
  }

  /// The first failing rows.
  public List<CheckResult.Example> examples() {
    return examples.entrySet().stream()
        .map(example -> new CheckResult.Example(example.getKey(), example.getValue()))
        .toList();
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(seen);
    out.writeLong(failing);
    out.writeByte(examples.size());
    for (Map.Entry<Long, String> example : examples.entrySet()) {
      out.writeLong(example.getKey());
      out.writeUTF(example.getValue());
    }
  }

  static CheckTally read(DataInput in) throws IOException {
    CheckTally read = new CheckTally();
    read.seen = in.readLong();
    read.failing = in.readLong();
    for (int left = in.readByte(); left > 0; left--) {
      long position = in.readLong();
      read.examples.put(position, in.readUTF());
    }
    return read;
  }
}
