package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Digests of what every chunk of observation time depends on, taken while the sources are read.
///
/// Rows are summed up as 128-bit hashes per cell: by the chunk of their event time and by the chunk
/// from which on an observation may see them, max(known-at, event time + 1). Sums do not depend on
/// order, and those of the cells that a chunk can see change exactly when a row it can see comes,
/// goes or changes. A digest tells whether something is the same, not to an adversary.
public final class InputDigests implements SourceOpener {
  private final SourceOpener sources;
  private final long chunk;
  private final long asOf;
  private final Map<String, Cells> cells = new HashMap<>();

  /// @param chunk the length of a chunk, microseconds; chunks are aligned to the epoch
  /// @param asOf rows known later are told apart: no outcome, and nothing an observation at that
  ///   time can see; the greatest long when nothing is known later
  public InputDigests(SourceOpener sources, long chunk, long asOf) {
    this.sources = sources;
    this.chunk = chunk;
    this.asOf = asOf;
  }

  @Override
  public Schema schema(SourceSpec source) {
    return sources.schema(source);
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    Cells fresh = new Cells(chunk, asOf);
    cells.put(name(source), fresh);
    return new Counted(sources.open(source, columns), fresh, source, columns);
  }

  /// A table of observations may be called like a source.
  private static String name(SourceSpec source) {
    return source.kind() == SourceSpec.Kind.TABLE ? "table " + source.name() : source.name();
  }

  /// The rows of a source as far as observations of one chunk may see them.
  ///
  /// @param reach how far back an event may matter, [SourceProgram#FOR_EVER] for all
  String seen(String source, long index, long reach) {
    long oldest =
        reach == SourceProgram.FOR_EVER
            ? Long.MIN_VALUE
            : Math.floorDiv(index * chunk - reach, chunk);
    return require(source).sum(cell -> cell.active() <= index && cell.event() >= oldest);
  }

  /// The rows of a source that happened before a time, of those known by as-of.
  String happened(String source, long before) {
    long last = Math.floorDiv(before, chunk);
    return require(source).sum(cell -> cell.event() <= last && cell.age() != Age.LATER);
  }

  /// The listed observations of one chunk.
  String listed(String table, long index) {
    return require("table " + table).sum(cell -> cell.event() == index);
  }

  /// The chunks in which there are listed observations, ascending.
  long[] listedChunks(String table) {
    return require("table " + table).events();
  }

  /// The rows that an observation at as-of may see, by source.
  public SortedMap<String, String> visible() {
    SortedMap<String, String> visible = new TreeMap<>();
    cells.forEach((name, all) -> visible.put(name, all.sum(cell -> cell.age() == Age.VISIBLE)));
    return visible;
  }

  /// Everything that was read of all sources.
  public String all() {
    StringBuilder all = new StringBuilder();
    cells.keySet().stream()
        .sorted()
        .forEach(name ->
            all.append(name).append('=').append(require(name).sum(cell -> true)).append(';'));
    return all.toString();
  }

  private Cells require(String source) {
    Cells found = cells.get(source);
    if (found == null) {
      throw new IllegalStateException("source %s was not read".formatted(source));
    }
    return found;
  }

  /// What a row is at as-of.
  private enum Age {
    /// An observation at that time sees it.
    VISIBLE,
    /// It was known, though not before that time.
    KNOWN,
    LATER
  }

  private record Cell(long event, long active, Age age) {}

  /// Sums of the rows of one source.
  private static final class Cells {
    private final long chunk;
    private final long asOf;
    private final Map<Cell, long[]> sums = new HashMap<>();
    private Cell last = new Cell(Long.MIN_VALUE, Long.MIN_VALUE, Age.LATER);
    private long[] lastSums = new long[3];
    private long lowEvent = Long.MAX_VALUE;
    private long lowActive = Long.MAX_VALUE;

    Cells(long chunk, long asOf) {
      this.chunk = chunk;
      this.asOf = asOf;
    }

    void add(long eventTime, long knownAt, long active, long high, long low) {
      Age age = active <= asOf ? Age.VISIBLE : knownAt <= asOf ? Age.KNOWN : Age.LATER;
      // Rows come roughly in order of time: mostly the cell is the one before.
      boolean same =
          age == last.age()
              && eventTime >= lowEvent
              && eventTime - lowEvent < chunk
              && active >= lowActive
              && active - lowActive < chunk;
      if (!same) {
        last = new Cell(Math.floorDiv(eventTime, chunk), Math.floorDiv(active, chunk), age);
        lastSums = sums.computeIfAbsent(last, cell -> new long[3]);
        // The first time of a cell before all time may be none; then the next row looks again.
        lowEvent = last.event() * chunk;
        lowActive = last.active() * chunk;
      }
      lastSums[0] += high;
      lastSums[1] += low;
      lastSums[2]++;
    }

    String sum(Predicate<Cell> seen) {
      long high = 0;
      long low = 0;
      long count = 0;
      for (Map.Entry<Cell, long[]> cell : sums.entrySet()) {
        if (seen.test(cell.getKey())) {
          high += cell.getValue()[0];
          low += cell.getValue()[1];
          count += cell.getValue()[2];
        }
      }
      return "%016x%016x-%d".formatted(high, low, count);
    }

    long[] events() {
      return sums.keySet().stream().mapToLong(Cell::event).distinct().sorted().toArray();
    }
  }

  /// A scan whose rows are summed up as they pass.
  private static final class Counted implements TableScan {
    private final TableScan scan;
    private final Cells cells;
    private final boolean timeless;
    private final int eventTime;
    private final int knownAt;
    private final long[][] textHashes;
    private final int[] textsKnown;
    private final Hash128 hash = new Hash128();

    Counted(TableScan scan, Cells cells, SourceSpec source, List<String> columns) {
      this.scan = scan;
      this.cells = cells;
      this.timeless = source.isStatic();
      boolean table = source.kind() == SourceSpec.Kind.TABLE;
      this.eventTime =
          columns.indexOf(
              table ? source.eventTime().orElse("observed_at") : source.eventTime().orElse(""));
      this.knownAt = columns.indexOf(source.knownAt().orElse(""));
      this.textHashes = new long[columns.size()][0];
      this.textsKnown = new int[columns.size()];
    }

    @Override
    public Optional<Table> next() {
      Optional<Table> next = scan.next();
      next.ifPresent(this::count);
      return next;
    }

    private void count(Table table) {
      int n = table.rows();
      long[] high = new long[n];
      long[] low = new long[n];
      for (int c = 0; c < table.columns().size(); c++) {
        column(table.column(c), c, high, low);
      }
      long[] arrivals = arrivals().orElse(null);
      long[] happened = eventTime < 0 ? null : ((Column.Moments) table.column(eventTime)).micros();
      long[] known = knownAt < 0 ? arrivals : ((Column.Moments) table.column(knownAt)).micros();
      for (int i = 0; i < n; i++) {
        long event = timeless || happened == null ? Times.MISSING : happened[i];
        long active =
            timeless || happened == null
                ? Times.MISSING
                : Math.max(known == null ? event : known[i], event + 1);
        if (!timeless && (event == Times.MISSING || (known != null && known[i] == Times.MISSING))) {
          continue;
        }
        long since = timeless || known == null ? event : known[i];
        cells.add(
            event, since, active, Hash128.mix(high[i] ^ active), Hash128.mix(low[i] + active));
      }
    }

    private void column(Column column, int c, long[] high, long[] low) {
      switch (column) {
        case Column.Numbers numbers -> {
          double[] values = numbers.values();
          for (int i = 0; i < high.length; i++) {
            fold(high, low, i, Double.doubleToLongBits(values[i] + 0.0));
          }
        }
        case Column.Moments moments -> {
          long[] values = moments.micros();
          for (int i = 0; i < high.length; i++) {
            fold(high, low, i, values[i]);
          }
        }
        case Column.Texts texts -> {
          int[] codes = texts.codes();
          long[] known = known(c, texts.dictionary());
          for (int i = 0; i < high.length; i++) {
            fold(high, low, i, codes[i] < 0 ? -1 : known[codes[i]]);
          }
        }
      }
    }

    private static void fold(long[] high, long[] low, int i, long value) {
      high[i] = (high[i] ^ value) * 0x9E37_79B9_7F4A_7C15L + 0x632B_E59B_D9B4_E019L;
      high[i] ^= high[i] >>> 32;
      low[i] = (low[i] + value) * 0xC2B2_AE3D_27D4_EB4FL;
      low[i] ^= low[i] >>> 29;
    }

    private long[] known(int c, Dictionary texts) {
      int size = texts.size();
      if (textHashes[c].length < size) {
        textHashes[c] = Arrays.copyOf(textHashes[c], Math.max(size, textHashes[c].length * 2));
      }
      while (textsKnown[c] < size) {
        textHashes[c][textsKnown[c]] = textHash(texts.text(textsKnown[c]));
        textsKnown[c]++;
      }
      return textHashes[c];
    }

    private long textHash(@Nullable String text) {
      hash.of(text);
      return hash.high() ^ Long.rotateLeft(hash.low(), 32);
    }

    @Override
    public Optional<long[]> arrivals() {
      return scan.arrivals();
    }

    @Override
    public void close() {
      scan.close();
    }
  }
}
