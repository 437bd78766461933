package dev.gnomon.features.internal;

import dev.gnomon.data.Dictionary;
import dev.gnomon.features.internal.PartitionWorker.Part;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.operators.IndexSort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The finished rows of partitions in one file, each partition a run in the order of a training
/// set: by time, then by the text of the key. Blocks carry their own texts, so that a reader holds
/// one block and nothing else, and a run outlives the process that wrote it.
///
/// The file is a sequence of pieces, appended as they come: partition, kind, length of the body,
/// CRC-32C of the body, body. A run is a begin, blocks, and an end; a piece that a crash cut short
/// ends the file, and a run without its end is none. A block is: rows, number of texts, texts,
/// records. A record is: time, label, reason and key, one long per column. An end is: rows, how
/// many target events the partition has, the delays of the late ones.
///
/// Nothing is forced to disk: sums tell what a loss of power left.
final class RunFile implements AutoCloseable {
  /// Longs of a record before its columns.
  static final int HEAD = 3;

  private static final int BLOCK_BYTES = 1 << 16;
  private static final int HEADER = 4 * Integer.BYTES;
  private static final int BEGIN = 0;
  private static final int BLOCK = 1;
  private static final int END = 2;

  private final FileChannel file;
  private final int columns;
  private final Run[] runs;
  private long end;

  /// Where a run lies, and what its end says.
  private static final class Run {
    private long[] blocks = {};
    private int count;
    private boolean whole;
    private int rows;
    private long targetEvents;
    private long[] lateDelays = {};

    void add(long block) {
      if (count == blocks.length) {
        blocks = Arrays.copyOf(blocks, Math.max(4, count * 2));
      }
      blocks[count++] = block;
    }
  }

  /// Opens the file, made when there is none, with all whole runs that are in it.
  ///
  /// @param columns of a row
  RunFile(Path path, int partitions, int columns) throws IOException {
    this.columns = columns;
    this.runs = new Run[partitions];
    for (int p = 0; p < partitions; p++) {
      runs[p] = new Run();
    }
    Files.createDirectories(path.toAbsolutePath().getParent());
    this.file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean read = false;
    try {
      recover();
      read = true;
    } finally {
      if (!read) {
        file.close();
      }
    }
  }

  private void recover() throws IOException {
    long size = file.size();
    while (end + HEADER <= size) {
      ByteBuffer header = read(end, HEADER);
      int partition = header.getInt();
      int kind = header.getInt();
      int length = header.getInt();
      int sum = header.getInt();
      if (partition < 0 || partition >= runs.length || length < 0 || end + HEADER + length > size) {
        break;
      }
      ByteBuffer body = read(end + HEADER, length);
      if (sum(body) != sum) {
        break;
      }
      note(partition, kind, end, body);
      end += HEADER + length;
    }
    file.truncate(end);
    for (int p = 0; p < runs.length; p++) {
      if (!runs[p].whole) {
        runs[p] = new Run();
      }
    }
  }

  private void note(int partition, int kind, long at, ByteBuffer body) {
    switch (kind) {
      case BEGIN -> runs[partition] = new Run();
      case BLOCK -> runs[partition].add(at);
      default -> {
        Run run = runs[partition];
        run.whole = true;
        run.rows = body.getInt();
        run.targetEvents = body.getLong();
        run.lateDelays = new long[body.getInt()];
        body.asLongBuffer().get(run.lateDelays);
      }
    }
  }

  private ByteBuffer read(long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("a run of rows was cut short");
      }
    }
    return bytes.flip();
  }

  private static int sum(ByteBuffer body) {
    CRC32C sum = new CRC32C();
    sum.update(body.duplicate());
    return (int) sum.getValue();
  }

  private void append(int partition, int kind, ByteBuffer body) throws IOException {
    int sum = sum(body);
    ByteBuffer header =
        ByteBuffer.allocate(HEADER)
            .putInt(partition)
            .putInt(kind)
            .putInt(body.remaining())
            .putInt(sum)
            .flip();
    synchronized (this) {
      long at = end;
      ByteBuffer noted = body.duplicate();
      put(header, at);
      put(body, at + HEADER);
      end = at + HEADER + noted.remaining();
      note(partition, kind, at, noted);
    }
  }

  private void put(ByteBuffer bytes, long from) throws IOException {
    long at = from;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }

  /// Whether the run of a partition is there, whole.
  synchronized boolean has(int partition) {
    return runs[partition].whole;
  }

  synchronized long targetEvents(int partition) {
    return runs[partition].targetEvents;
  }

  synchronized long[] lateDelays(int partition) {
    return runs[partition].lateDelays;
  }

  /// Appends the run of a partition. Several threads may write runs of different partitions.
  void write(
      int partition, Part part, Dictionary keys, IntFunction<@Nullable Dictionary> dictionaries)
      throws IOException {
    RowColumns rows = part.rows();
    int[] order = order(rows, keys);
    int most = Math.max(1, BLOCK_BYTES / (Long.BYTES * (HEAD + columns)));
    append(partition, BEGIN, ByteBuffer.allocate(0));
    for (int from = 0; from < order.length; from += most) {
      append(
          partition,
          BLOCK,
          block(rows, order, from, Math.min(order.length, from + most), keys, dictionaries));
    }
    long[] delays = part.lateDelays();
    ByteBuffer last =
        ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES * (1 + delays.length))
            .putInt(rows.size())
            .putLong(part.targetEvents())
            .putInt(delays.length);
    for (long delay : delays) {
      last.putLong(delay);
    }
    append(partition, END, last.flip());
  }

  private static ByteBuffer block(
      RowColumns rows,
      int[] order,
      int from,
      int to,
      Dictionary keys,
      IntFunction<@Nullable Dictionary> dictionaries) {
    int width = rows.width();
    ByteBuffer records = ByteBuffer.allocate((to - from) * (HEAD + width) * Long.BYTES);
    Map<String, Integer> codes = new HashMap<>();
    for (int i = from; i < to; i++) {
      int row = order[i];
      records.putLong(rows.times[row]);
      records.putLong(Double.doubleToRawLongBits(rows.labels[row]));
      int key = code(codes, keys.text(rows.keys[row]));
      records.putLong((long) key << 8 | rows.reasons[row]);
      for (int c = 0; c < width; c++) {
        if (rows.numbers[c] != null) {
          records.putLong(Double.doubleToRawLongBits(rows.numbers[c][row]));
        } else if (rows.moments[c] != null) {
          records.putLong(rows.moments[c][row]);
        } else {
          records.putLong(code(codes, text(rows, c, row, dictionaries)));
        }
      }
    }
    byte[][] texts = new byte[codes.size()][];
    codes.forEach((text, code) -> texts[code] = text.getBytes(StandardCharsets.UTF_8));
    int bytes = 0;
    for (byte[] text : texts) {
      bytes = Math.addExact(bytes, Integer.BYTES + text.length);
    }
    ByteBuffer block = ByteBuffer.allocate(2 * Integer.BYTES + bytes + records.position());
    block.putInt(to - from).putInt(texts.length);
    for (byte[] text : texts) {
      block.putInt(text.length).put(text);
    }
    return block.put(records.flip()).flip();
  }

  private static @Nullable String text(
      RowColumns rows, int c, int row, IntFunction<@Nullable Dictionary> dictionaries) {
    if (rows.texts[c] != null) {
      return rows.texts[c][row];
    }
    Dictionary texts = dictionaries.apply(c);
    return texts == null ? null : texts.text(rows.codes[c][row]);
  }

  private static int code(Map<String, Integer> codes, @Nullable String text) {
    if (text == null) {
      return Dictionary.MISSING;
    }
    Integer known = codes.get(text);
    if (known != null) {
      return known;
    }
    codes.put(text, codes.size());
    return codes.size() - 1;
  }

  /// By time, then by the text of the key; rows of one key and time keep their order.
  private static int[] order(RowColumns rows, Dictionary keys) {
    int n = rows.size();
    int[] order = new int[n];
    // The rows of a key stand together: sort the keys, then number their rows.
    int[] firsts = new int[16];
    int groups = 0;
    for (int i = 0; i < n; i++) {
      if (i == 0 || rows.keys[i] != rows.keys[i - 1]) {
        if (groups == firsts.length) {
          firsts = Arrays.copyOf(firsts, groups * 2);
        }
        firsts[groups++] = i;
      }
    }
    IndexSort.merge(
        firsts,
        new int[groups],
        0,
        groups,
        (a, b) -> CanonicalOrder.compare(keys.text(rows.keys[a]), keys.text(rows.keys[b])));
    int at = 0;
    for (int g = 0; g < groups; g++) {
      int key = rows.keys[firsts[g]];
      for (int i = firsts[g]; i < n && rows.keys[i] == key; i++) {
        order[at++] = i;
      }
    }
    IndexSort.radix(order, new int[n], n, rows.times);
    return order;
  }

  /// Reads a run block by block, once all runs are written.
  final class Reader {
    private final Run run;
    private final int width = HEAD + columns;
    private @Nullable String[] texts = {};
    private long[] records = {};
    private int block;
    private int size;
    private int at = -1;

    Reader(int partition) {
      this.run = runs[partition];
    }

    int rows() {
      return run.rows;
    }

    /// Moves on to the next row; false at the end.
    boolean next() {
      if (++at < size) {
        return true;
      }
      if (block == run.count) {
        return false;
      }
      try {
        load(run.blocks[block++]);
      } catch (IOException e) {
        throw new UncheckedIOException("can't read a run of rows", e);
      }
      at = 0;
      return true;
    }

    private void load(long from) throws IOException {
      int length = read(from, HEADER).getInt(2 * Integer.BYTES);
      ByteBuffer body = read(from + HEADER, length);
      size = body.getInt();
      texts = new @Nullable String[body.getInt()];
      for (int i = 0; i < texts.length; i++) {
        int bytes = body.getInt();
        byte[] text = new byte[bytes];
        body.get(text);
        texts[i] = new String(text, StandardCharsets.UTF_8);
      }
      int longs = size * width;
      if (records.length < longs) {
        records = new long[longs];
      }
      body.asLongBuffer().get(records, 0, longs);
    }

    long time() {
      return records[at * width];
    }

    double label() {
      return Double.longBitsToDouble(records[at * width + 1]);
    }

    int reason() {
      return (int) records[at * width + 2] & 0xFF;
    }

    String key() {
      return java.util.Objects.requireNonNull(text(records[at * width + 2] >> 8));
    }

    long word(int column) {
      return records[at * width + HEAD + column];
    }

    @Nullable String text(long code) {
      return code < 0 ? null : texts[(int) code];
    }
  }

  List<Reader> readers() {
    List<Reader> readers = new ArrayList<>();
    for (int p = 0; p < runs.length; p++) {
      readers.add(new Reader(p));
    }
    return readers;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
