package dev.gnomon.data;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/// How often numbers (or times) occur: exactly up to 4,096 distinct ones; beyond that in buckets
/// that share their leading bits, with as many bits as 4,096 buckets allow.
///
/// Doubles are looked at as integers of the same order. The number of bits dropped is the least
/// with which all values fall into 4,096 buckets, so that the state depends on the multiset of
/// values alone: not on order, batches or merges. A bucket of numbers is at most 2^(d - 52) of its
/// values wide when d bits are dropped (half a per cent is usual for measured quantities): that
/// bounds the error of every quantile in value; none is made of values that are counted exactly.
public final class ValueCounts {
  /// The most buckets.
  public static final int MOST = 4096;

  private static final int SLOTS = 4 * MOST;

  private int dropped;
  private long[] keys = new long[64];
  private long[] counts = new long[64];
  private int size;
  private long total;

  /// A double as a long of the same order; -0 is 0.
  public static long ordered(double value) {
    long bits = Double.doubleToRawLongBits(value + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  /// The double that was [#ordered].
  public static double number(long ordered) {
    return Double.longBitsToDouble(ordered ^ ((ordered >> 63) & Long.MAX_VALUE));
  }

  public void add(long ordered, long times) {
    long key = ordered >> dropped;
    int slot = slot(key);
    if (counts[slot] == 0) {
      keys[slot] = key;
      size++;
    }
    counts[slot] += times;
    total += times;
    if (size > MOST) {
      coarsen(dropped + 1);
    } else if (size * 2 > keys.length && keys.length < SLOTS) {
      rebuild(keys.length * 2, 0);
    }
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) SmallestHashes.mix(key) & mask;
    while (counts[slot] != 0 && keys[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /// Drops at least so many bits, and more while there are too many buckets.
  private void coarsen(int least) {
    int wanted = least;
    while (dropped < wanted) {
      rebuild(keys.length, wanted - dropped);
      dropped = wanted;
      if (size > MOST) {
        wanted++;
      }
    }
  }

  private void rebuild(int capacity, int drop) {
    long[] oldKeys = keys;
    long[] oldCounts = counts;
    keys = new long[capacity];
    counts = new long[capacity];
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldCounts[i] != 0) {
        long key = oldKeys[i] >> drop;
        int slot = slot(key);
        if (counts[slot] == 0) {
          keys[slot] = key;
          size++;
        }
        counts[slot] += oldCounts[i];
      }
    }
  }

  public void merge(ValueCounts other) {
    coarsen(other.dropped);
    for (int i = 0; i < other.keys.length; i++) {
      if (other.counts[i] != 0) {
        add(other.keys[i] << other.dropped, other.counts[i]);
      }
    }
  }

  /// Whether every distinct value is counted by itself.
  public boolean exact() {
    return dropped == 0;
  }

  public int buckets() {
    return size;
  }

  public long total() {
    return total;
  }

  /// The buckets in order.
  ///
  /// @param least the smallest (ordered) value of each
  /// @param greatest the greatest
  public record Buckets(long[] least, long[] greatest, long[] counts) {
    /// The value in the middle of a bucket, within the bounds of all values.
    public long middle(int bucket, long min, long max) {
      long low = Math.max(least[bucket], min);
      long high = Math.min(greatest[bucket], max);
      return low + ((high - low) >>> 1);
    }
  }

  public Buckets sorted() {
    long[] order = new long[size];
    int n = 0;
    for (int i = 0; i < keys.length; i++) {
      if (counts[i] != 0) {
        order[n++] = keys[i];
      }
    }
    Arrays.sort(order);
    long[] least = new long[n];
    long[] greatest = new long[n];
    long[] sorted = new long[n];
    for (int i = 0; i < n; i++) {
      least[i] = order[i] << dropped;
      greatest[i] = least[i] | ((1L << dropped) - 1);
      sorted[i] = counts[slot(order[i])];
    }
    return new Buckets(least, greatest, sorted);
  }

  void write(DataOutput out) throws IOException {
    out.writeByte(dropped);
    Buckets sorted = sorted();
    out.writeInt(sorted.counts.length);
    for (int i = 0; i < sorted.counts.length; i++) {
      out.writeLong(sorted.least[i]);
      out.writeLong(sorted.counts[i]);
    }
  }

  static ValueCounts read(DataInput in) throws IOException {
    ValueCounts read = new ValueCounts();
    read.dropped = in.readByte();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      long least = in.readLong();
      read.add(least, in.readLong());
    }
    return read;
  }
}
