package dev.gnomon.data;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// How often values occur, exactly for at most `k` distinct ones; beyond that for the `k` whose
/// hashes are smallest, which are a uniform sample of the distinct values and tell how many there
/// are.
///
/// A value among the `k` smallest of everything was among the `k` smallest of every part, so that
/// its count is exact and the state depends on the multiset of values alone: not on order, batches
/// or merges. The estimate of distinct values, (k - 1) / the k-th smallest hash, has a relative
/// standard error of 1 / sqrt(k - 2): Bar-Yossef et al., "Counting distinct elements in a data
/// stream" (2002); Giroire, "Order statistics and estimating cardinalities" (2009).
final class SmallestHashes {
  private final int k;
  private final boolean withTexts;
  private long[] hashes;
  private long[] counts;
  private @Nullable String[] texts;
  private int size;

  /// Hashes above this one (unsigned) are not kept.
  private long threshold = -1L;

  SmallestHashes(int k, boolean withTexts) {
    this.k = k;
    this.withTexts = withTexts;
    this.hashes = new long[64];
    this.counts = new long[64];
    this.texts = new String[withTexts ? 64 : 0];
  }

  /// Whether a value of this hash is looked at: saves making its text.
  boolean takes(long hash) {
    return Long.compareUnsigned(hash, threshold) <= 0;
  }

  /// @param text may be shortened; kept with the hash the first time
  void add(long hash, @Nullable String text, long times) {
    if (!takes(hash)) {
      return;
    }
    int slot = slot(hash);
    if (counts[slot] == 0) {
      hashes[slot] = hash;
      if (withTexts) {
        texts[slot] = text;
      }
      size++;
    }
    counts[slot] += times;
    if (size * 2 > hashes.length) {
      if (size >= 2 * k) {
        prune();
      } else {
        rebuild(hashes.length * 2, -1L);
      }
    }
  }

  private int slot(long hash) {
    int mask = hashes.length - 1;
    int slot = (int) (hash ^ (hash >>> 29)) & mask;
    while (counts[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  void merge(SmallestHashes other) {
    for (int i = 0; i < other.hashes.length; i++) {
      if (other.counts[i] != 0) {
        add(other.hashes[i], other.withTexts ? other.texts[i] : null, other.counts[i]);
      }
    }
    // What the other one let go may be among what is kept here by now only.
    if (Long.compareUnsigned(other.threshold, threshold) < 0) {
      threshold = other.threshold;
      rebuild(hashes.length, threshold);
    }
    prune();
  }

  /// Leaves the `k` smallest.
  private void prune() {
    if (size <= k) {
      return;
    }
    threshold = sorted()[k - 1] ^ Long.MIN_VALUE;
    rebuild(hashes.length, threshold);
  }

  private void rebuild(int capacity, long most) {
    long[] oldHashes = hashes;
    long[] oldCounts = counts;
    @Nullable String[] oldTexts = texts;
    hashes = new long[capacity];
    counts = new long[capacity];
    texts = new String[withTexts ? capacity : 0];
    size = 0;
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldCounts[i] != 0 && Long.compareUnsigned(oldHashes[i], most) <= 0) {
        int slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        counts[slot] = oldCounts[i];
        if (withTexts) {
          texts[slot] = oldTexts[i];
        }
        size++;
      }
    }
  }

  /// Whether every value is kept, so that counts and [#distinct] are exact.
  boolean exact() {
    prune();
    return threshold == -1L;
  }

  /// How many distinct values there are; an estimate unless [#exact].
  double distinct() {
    if (exact()) {
      return size;
    }
    // The k-th smallest as a share of all hashes.
    double share = ((threshold >>> 11) + 0.5) * 0x1p-53;
    return (k - 1) / share;
  }

  /// Whether no kept value occurs twice.
  boolean allOnce() {
    prune();
    for (long count : counts) {
      if (count > 1) {
        return false;
      }
    }
    return true;
  }

  /// What is kept, by hash: text and count.
  interface Visitor {
    void value(long hash, @Nullable String text, long count) throws IOException;
  }

  void forEach(Visitor visitor) throws IOException {
    prune();
    for (long flipped : sorted()) {
      long hash = flipped ^ Long.MIN_VALUE;
      int slot = slot(hash);
      visitor.value(hash, withTexts ? texts[slot] : null, counts[slot]);
    }
  }

  /// All hashes in unsigned order, with the sign flipped.
  private long[] sorted() {
    long[] all = new long[size];
    int n = 0;
    for (int i = 0; i < hashes.length; i++) {
      if (counts[i] != 0) {
        all[n++] = hashes[i] ^ Long.MIN_VALUE;
      }
    }
    Arrays.sort(all);
    return all;
  }

  void write(DataOutput out) throws IOException {
    prune();
    out.writeLong(threshold);
    out.writeInt(size);
    forEach((hash, text, count) -> {
      out.writeLong(hash);
      out.writeLong(count);
      if (withTexts) {
        out.writeUTF(text == null ? "" : text);
      }
    });
  }

  static SmallestHashes read(int k, boolean withTexts, DataInput in) throws IOException {
    SmallestHashes read = new SmallestHashes(k, withTexts);
    long threshold = in.readLong();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      long hash = in.readLong();
      long count = in.readLong();
      read.add(hash, withTexts ? in.readUTF() : null, count);
    }
    read.threshold = threshold;
    return read;
  }

  /// A hash of 64 bits that are all as good: the finish of MurmurHash3 (Appleby, public domain).
  static long mix(long value) {
    long x = value;
    x = (x ^ (x >>> 33)) * 0xFF51AFD7ED558CCDL;
    x = (x ^ (x >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return x ^ (x >>> 33);
  }

  static long mix(String text) {
    long hash = text.length();
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 31;
    }
    return mix(hash);
  }
}
