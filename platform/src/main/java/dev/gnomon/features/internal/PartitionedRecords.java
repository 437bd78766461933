package dev.gnomon.features.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongToIntFunction;
import org.jspecify.annotations.Nullable;

/// Records of a fixed number of longs in 256 partitions, in memory up to a budget that several of
/// them share, then on disk.
///
/// A partition is read back whole and must fit in memory; one that is too large is split first, on
/// disk, into 256 others. Appending is for one thread, loading for any number, and no record is
/// appended after the first load. Where a block lies never changes what is read.
final class PartitionedRecords implements AutoCloseable {
  static final int PARTITIONS = 256;

  private static final int BLOCK_LONGS = 4096;

  /// Parts of a partition are written with less beside each other in memory: 1 MB in all.
  private static final int PART_BLOCK_LONGS = 512;

  private final int width;
  private final int blockLongs;
  private final MemoryBudget budget;
  private final Partition[] partitions = new Partition[PARTITIONS];
  private final ArrayDeque<long[]> spare = new ArrayDeque<>();
  private @Nullable FileChannel file;
  private @Nullable ByteBuffer transfer;
  private long fileEnd;
  private long records;

  /// How many bytes may be held before blocks go to files in `directory`.
  static final class MemoryBudget {
    private final long limit;
    private final Path directory;
    private long used;
    private long spilled;

    MemoryBudget(long limit, Path directory) {
      this.limit = limit;
      this.directory = directory;
    }

    /// Bytes that went to disk so far.
    long spilled() {
      return spilled;
    }
  }

  private static final class Partition {
    private final List<long[]> full = new ArrayList<>();
    private long[] current = {};
    private int filled;
    private long[] onDisk = {};
    private int onDiskCount;
    private int size;
  }

  PartitionedRecords(int width, MemoryBudget budget) {
    this(width, BLOCK_LONGS, budget);
  }

  private PartitionedRecords(int width, int blockLongs, MemoryBudget budget) {
    this.width = width;
    this.blockLongs = Math.max(1, blockLongs / width) * width;
    this.budget = budget;
    for (int i = 0; i < PARTITIONS; i++) {
      partitions[i] = new Partition();
    }
  }

  int width() {
    return width;
  }

  long records() {
    return records;
  }

  /// Appends a copy of the first `width` longs of `record`.
  void add(int partition, long[] record) {
    Partition p = partitions[partition];
    if (p.filled == p.current.length) {
      if (p.filled > 0) {
        p.full.add(p.current);
      }
      p.current = newBlock();
      p.filled = 0;
    }
    System.arraycopy(record, 0, p.current, p.filled, width);
    p.filled += width;
    p.size++;
    records++;
  }

  private long[] newBlock() {
    long[] reused = spare.poll();
    if (reused != null) {
      return reused;
    }
    if (budget.used + (long) blockLongs * Long.BYTES > budget.limit) {
      spill();
      reused = spare.poll();
      if (reused != null) {
        return reused;
      }
    }
    budget.used += (long) blockLongs * Long.BYTES;
    return new long[blockLongs];
  }

  /// Writes all full blocks out. The blocks being filled stay: they bound what can't be saved.
  private void spill() {
    try {
      for (Partition p : partitions) {
        for (long[] block : p.full) {
          write(p, block);
          spare.add(block);
        }
        p.full.clear();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't write to " + budget.directory, e);
    }
  }

  private void write(Partition p, long[] block) throws IOException {
    FileChannel out = file;
    ByteBuffer bytes = transfer;
    if (out == null || bytes == null) {
      Files.createDirectories(budget.directory);
      Path path = Files.createTempFile(budget.directory, "records", ".tmp");
      out =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
      bytes = ByteBuffer.allocateDirect(blockLongs * Long.BYTES).order(ByteOrder.nativeOrder());
      file = out;
      transfer = bytes;
    }
    bytes.clear();
    bytes.asLongBuffer().put(block);
    if (p.onDiskCount == p.onDisk.length) {
      p.onDisk = java.util.Arrays.copyOf(p.onDisk, Math.max(16, p.onDiskCount * 2));
    }
    p.onDisk[p.onDiskCount++] = fileEnd;
    while (bytes.hasRemaining()) {
      fileEnd += out.write(bytes, fileEnd);
    }
    budget.spilled += (long) blockLongs * Long.BYTES;
  }

  /// How many bytes the records of a partition take.
  long bytes(int partition) {
    return (long) partitions[partition].size * width * Long.BYTES;
  }

  /// Takes in the words of a block, a whole number of records.
  interface Words {
    void accept(long[] words, int count);
  }

  /// Passes over the records of a partition, block by block; they stay.
  void forEach(int partition, Words words) {
    Partition p = partitions[partition];
    long[] block = new long[p.onDiskCount > 0 ? blockLongs : 0];
    ByteBuffer bytes =
        ByteBuffer.allocate(block.length * Long.BYTES).order(ByteOrder.nativeOrder());
    try {
      for (int i = 0; i < p.onDiskCount; i++) {
        read(p.onDisk[i], bytes);
        bytes.asLongBuffer().get(block);
        words.accept(block, block.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read spilled records from " + budget.directory, e);
    }
    p.full.forEach(full -> words.accept(full, full.length));
    words.accept(p.current, p.filled);
  }

  /// Moves the records of a partition into 256 others, on disk but for the blocks being filled.
  ///
  /// @param part where a record belongs, by its first long
  PartitionedRecords split(int partition, LongToIntFunction part) {
    letGoOfSpares();
    PartitionedRecords parts =
        new PartitionedRecords(width, PART_BLOCK_LONGS, new MemoryBudget(0, budget.directory));
    boolean whole = false;
    try {
      long[] record = new long[width];
      forEach(
          partition,
          (words, count) -> {
            for (int at = 0; at < count; at += width) {
              System.arraycopy(words, at, record, 0, width);
              parts.add(part.applyAsInt(record[0]), record);
            }
          });
      whole = true;
    } finally {
      if (!whole) {
        parts.close();
      }
    }
    forget(partitions[partition]);
    return parts;
  }

  private static void forget(Partition p) {
    p.full.clear();
    p.current = new long[0];
    p.filled = 0;
    p.onDisk = new long[0];
    p.onDiskCount = 0;
    p.size = 0;
  }

  private void read(long from, ByteBuffer bytes) throws IOException {
    FileChannel in = java.util.Objects.requireNonNull(file);
    bytes.clear();
    while (bytes.hasRemaining()) {
      if (in.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the file of spilled records was cut short");
      }
    }
    bytes.flip();
  }

  /// All records of a partition, one after the other; what is in memory of them is let go.
  long[] take(int partition) {
    letGoOfSpares();
    long[] all = new long[Math.multiplyExact(partitions[partition].size, width)];
    int[] at = new int[1];
    forEach(
        partition,
        (words, count) -> {
          System.arraycopy(words, 0, all, at[0], count);
          at[0] += count;
        });
    Partition p = partitions[partition];
    p.full.clear();
    p.current = new long[0];
    p.filled = 0;
    return all;
  }

  /// Nothing is appended after the first load, so that blocks kept for reuse are of no use.
  private synchronized void letGoOfSpares() {
    spare.clear();
  }

  @Override
  public void close() {
    FileChannel open = file;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw new UncheckedIOException("can't remove spilled records in " + budget.directory, e);
      }
    }
  }
}
