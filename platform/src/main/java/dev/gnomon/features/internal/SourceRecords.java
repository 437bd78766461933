package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.internal.PartitionedRecords.MemoryBudget;
import dev.gnomon.observations.Truth;
import dev.gnomon.operators.TextCodes;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of one source as compact records, partitioned by key.
final class SourceRecords implements AutoCloseable {
  /// The event time and known-at of rows that were always there.
  static final long ALWAYS = Times.MISSING;

  private final RecordLayout layout;
  private final PartitionedRecords records;
  private final @Nullable Dictionary[] dictionaries;
  private final @Nullable TextCodes[] codes;
  private long greatestKnownAt = Times.MISSING;
  private long rows;
  private long withoutKey;
  private long withoutTime;

  /// Which rows can matter; the others are not kept.
  ///
  /// @param addsKeys whether rows of keys not met so far are kept
  /// @param from the oldest useful event time
  /// @param before event times from here on are useless, as are rows not known before
  record Bounds(boolean addsKeys, long from, long before) {
    static final Bounds ALL = new Bounds(true, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  private SourceRecords(RecordLayout layout, MemoryBudget budget) {
    this.layout = layout;
    this.records = new PartitionedRecords(layout.width(), budget);
    this.dictionaries = new @Nullable Dictionary[layout.carried().size()];
    this.codes = new @Nullable TextCodes[layout.carried().size()];
  }

  RecordLayout layout() {
    return layout;
  }

  PartitionedRecords records() {
    return records;
  }

  /// The dictionary behind a carried text column; null before any row was read.
  @Nullable Dictionary dictionary(int carried) {
    return dictionaries[carried];
  }

  /// The texts of a carried column as operators see them. For after the reading.
  synchronized TextCodes texts(int carried) {
    TextCodes known = codes[carried];
    if (known == null) {
      Dictionary dictionary = dictionaries[carried];
      known = new DictionaryCodes(dictionary == null ? new Dictionary() : dictionary);
      codes[carried] = known;
    }
    return known;
  }

  /// [Times#MISSING] without rows.
  long greatestKnownAt() {
    return greatestKnownAt;
  }

  long rows() {
    return rows;
  }

  /// Reads a source whole.
  ///
  /// @throws BadInput if one id stands on rows of different content
  static SourceRecords read(
      RecordLayout layout,
      SourceOpener opener,
      KeyCodes keys,
      Bounds bounds,
      MemoryBudget budget,
      Progress progress) {
    SourceSpec spec = layout.program().spec();
    SourceRecords result = new SourceRecords(layout, budget);
    boolean whole = false;
    progress.stage("reading " + spec.name(), 0);
    try (TableScan scan = opener.open(spec, layout.columns());
        IdCheck ids = new IdCheck(layout.hasId(), budget)) {
      new Reading(result, keys.new Translation(bounds.addsKeys()), bounds, ids).all(scan, progress);
      long conflicts = ids.conflicts();
      if (conflicts > 0) {
        throw new BadInput(
            "data.sources." + spec.name(),
            "%d values of '%s' stand on rows of different content"
                .formatted(conflicts, spec.id().orElseThrow()),
            "an id names one event; drop the wrong rows, or the `id` if it is none");
      }
      whole = true;
    } finally {
      if (!whole) {
        result.close();
      }
    }
    if (result.withoutKey > 0) {
      progress.note(
          "%s: %d of %d rows have no %s and count for nobody"
              .formatted(spec.name(), result.withoutKey, result.rows, spec.key().orElse("key")));
    }
    if (result.withoutTime > 0) {
      progress.note(
          "%s: %d of %d rows have no event time or no known-at and are left out"
              .formatted(spec.name(), result.withoutTime, result.rows));
    }
    return result;
  }

  @Override
  public void close() {
    records.close();
  }

  /// The state of one pass.
  private static final class Reading {
    private final SourceRecords result;
    private final KeyCodes.Translation translation;
    private final Bounds bounds;
    private final IdCheck ids;
    private final RecordLayout layout;
    private final boolean timeless;
    private final int keyColumn;
    private final int eventTimeColumn;
    private final int knownAtColumn;
    private final int idColumn;
    private final int deletedColumn;
    private final int[] carriedColumns;
    private final Expression.Bound[] filters;
    private final long[] record;
    private final Hash128 hash = new Hash128();
    private long arrived;

    Reading(SourceRecords result, KeyCodes.Translation translation, Bounds bounds, IdCheck ids) {
      this.result = result;
      this.translation = translation;
      this.bounds = bounds;
      this.ids = ids;
      this.layout = result.layout;
      SourceSpec spec = layout.program().spec();
      this.keyColumn = layout.inScan(spec.key());
      this.eventTimeColumn = layout.inScan(spec.eventTime());
      this.knownAtColumn = layout.inScan(spec.knownAt());
      this.idColumn = layout.inScan(spec.id());
      this.deletedColumn = layout.inScan(spec.deleted());
      this.timeless = spec.isStatic();
      Schema schema = layout.program().schema();
      List<Integer> carried = layout.carried();
      this.carriedColumns = new int[carried.size()];
      for (int i = 0; i < carriedColumns.length; i++) {
        carriedColumns[i] = layout.inScan(Optional.of(schema.field(carried.get(i)).name()));
      }
      Schema scanned = layout.scanSchema();
      this.filters =
          layout.program().events().filters().stream()
              .map(f -> f.bind(scanned))
              .toArray(Expression.Bound[]::new);
      this.record = new long[layout.width()];
    }

    void all(TableScan scan, Progress progress) {
      Optional<Table> batch = scan.next();
      while (batch.isPresent()) {
        Table table = batch.get();
        batch(table, scan.arrivals().orElse(null), scan.posted().orElse(null));
        progress.advance(table.rows());
        batch = scan.next();
      }
    }

    private void batch(Table table, long @Nullable [] arrivals, long @Nullable [] posted) {
      Column keys = table.column(keyColumn);
      long @Nullable [] eventTimes = moments(table, eventTimeColumn);
      long @Nullable [] knownAts = knownAtColumn < 0 ? arrivals : moments(table, knownAtColumn);
      Table.Cursor cursor = table.cursor();
      for (int c = 0; c < carriedColumns.length; c++) {
        if (table.column(carriedColumns[c]) instanceof Column.Texts texts) {
          result.dictionaries[c] = texts.dictionary();
        }
      }
      result.rows += table.rows();
      for (int row = 0; row < table.rows(); row++) {
        long eventTime = eventTimes == null ? ALWAYS : eventTimes[row];
        long knownAt = knownAts == null ? eventTime : knownAts[row];
        if (!timeless && (eventTime == Times.MISSING || knownAt == Times.MISSING)) {
          result.withoutTime++;
          continue;
        }
        if (keys.missing(row)) {
          result.withoutKey++;
          continue;
        }
        result.greatestKnownAt = Math.max(result.greatestKnownAt, knownAt);
        int key = translation.code(keys, row);
        boolean useful =
            key >= 0
                && (timeless
                    || (eventTime >= bounds.from
                        && eventTime < bounds.before
                        && knownAt <= bounds.before));
        if (!useful && !layout.hasId()) {
          continue;
        }
        record[RecordLayout.EVENT_TIME] = eventTime;
        record[RecordLayout.KNOWN_AT] = knownAt;
        if (layout.arrivalAt() >= 0) {
          record[layout.arrivalAt()] = posted == null ? Times.MISSING : posted[row];
          record[layout.arrivalAt() + 1] = posted == null ? 0 : ++arrived;
        }
        carry(table, row);
        mask(table, cursor.at(row), row, key);
        if (layout.hasId()) {
          id(table.column(idColumn), row);
          ids.add(record, layout);
        }
        if (useful) {
          result.records.add(translation.partition(key), record);
        }
      }
    }

    private static long @Nullable [] moments(Table table, int column) {
      return column < 0 ? null : ((Column.Moments) table.column(column)).micros();
    }

    private void carry(Table table, int row) {
      int at = layout.columnsAt();
      for (int c = 0; c < carriedColumns.length; c++) {
        Column values = table.column(carriedColumns[c]);
        record[at++] =
            switch (layout.kept(c)) {
              case NUMBER ->
                  values instanceof Column.Moments moments
                      ? Double.doubleToRawLongBits(
                          moments.missing(row) ? Double.NaN : (double) moments.micros()[row])
                      : bits(((Column.Numbers) values).values()[row]);
              case PRESENCE -> Double.doubleToRawLongBits(values.missing(row) ? Double.NaN : 1.0);
              case AS_IS ->
                  switch (values) {
                    case Column.Numbers numbers -> bits(numbers.values()[row]);
                    case Column.Texts texts -> texts.codes()[row];
                    case Column.Moments moments -> moments.micros()[row];
                  };
            };
      }
    }

    private static long bits(double value) {
      // +0 and -0 are one value; what is not finite counts as missing.
      return Double.doubleToLongBits(
          Math.abs(value) <= Double.MAX_VALUE ? value + 0.0 : Double.NaN);
    }

    private void mask(Table table, Table.Cursor row, int index, int key) {
      int word = 0;
      if (deletedColumn >= 0 && isTrue(table.column(deletedColumn), index)) {
        word = 1;
      }
      int at = -1;
      for (int f = 0; f < filters.length; f++) {
        if (f > 0 && f % 32 == 0) {
          store(at, word, key);
          at++;
          word = 0;
        }
        if (filters[f].holds(row)) {
          word |= 1 << (f % 32);
        }
      }
      store(at, word, key);
    }

    private void store(int at, int word, int key) {
      if (at < 0) {
        record[RecordLayout.KEY] = (long) key << 32 | (word & 0xFFFF_FFFFL);
      } else {
        record[layout.maskAt() + at] = word;
      }
    }

    private void id(Column column, int row) {
      switch (column) {
        case Column.Texts texts -> hash.of(texts.dictionary().text(texts.codes()[row]));
        case Column.Numbers numbers -> hash.of(bits(numbers.values()[row]));
        case Column.Moments moments -> hash.of(moments.micros()[row]);
      }
      record[layout.idAt()] = hash.high();
      record[layout.idAt() + 1] = hash.low();
    }
  }

  /// Whether a value of a `deleted` column ends the state.
  static boolean isTrue(Column column, int row) {
    return switch (column) {
      case Column.Numbers numbers -> isTrue(numbers.values()[row]);
      case Column.Texts texts -> isTrue(texts.dictionary().text(texts.codes()[row]));
      // A moment of deletion: there, or not.
      case Column.Moments moments -> !moments.missing(row);
    };
  }

  static boolean isTrue(double value) {
    return Truth.of(value);
  }

  static boolean isTrue(@Nullable String value) {
    return Truth.of(value);
  }

  Type carriedType(int index) {
    return layout.carriedType(index);
  }
}
