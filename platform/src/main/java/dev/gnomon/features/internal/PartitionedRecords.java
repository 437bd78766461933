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
import org.jspecify.annotations.Nullable;

/// Records of a fixed number of longs in 256 partitions, in memory up to a budget that several of
/// them share, then on disk.
///
/// A partition is read back whole and must fit in memory; with 256 of them that is a small part of
/// the data unless one key holds most of it. Appending is for one thread, loading for any number,
/// and no record is appended after the first load. Where a block lies never changes what is read.
final class PartitionedRecords implements AutoCloseable {
  static final int PARTITIONS = 256;

  private static final int BLOCK_LONGS = 4096;

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
    this.width = width;
    this.blockLongs = Math.max(1, BLOCK_LONGS / width) * width;
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

  int size(int partition) {
    return partitions[partition].size;
  }

  /// All records of a partition, one after the other; what is in memory of them is let go.
  long[] take(int partition) {
    Partition p = partitions[partition];
    letGoOfSpares();
    long[] all = new long[Math.multiplyExact(p.size, width)];
    int at = 0;
    try {
      if (p.onDiskCount > 0) {
        FileChannel in = java.util.Objects.requireNonNull(file);
        ByteBuffer bytes =
            ByteBuffer.allocate(blockLongs * Long.BYTES).order(ByteOrder.nativeOrder());
        for (int i = 0; i < p.onDiskCount; i++) {
          bytes.clear();
          long from = p.onDisk[i];
          while (bytes.hasRemaining()) {
            int read = in.read(bytes, from + bytes.position());
            if (read < 0) {
              throw new IOException("the file of spilled records was cut short");
            }
          }
          bytes.flip();
          bytes.asLongBuffer().get(all, at, blockLongs);
          at += blockLongs;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't read spilled records from " + budget.directory, e);
    }
    for (long[] block : p.full) {
      System.arraycopy(block, 0, all, at, block.length);
      at += block.length;
    }
    System.arraycopy(p.current, 0, all, at, p.filled);
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
