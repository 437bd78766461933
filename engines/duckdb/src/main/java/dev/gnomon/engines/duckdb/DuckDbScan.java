package dev.gnomon.engines.duckdb;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a statement's result in batches; many of DuckDB's chunks make one batch.
final class DuckDbScan implements TableScan {
  private static final int BATCH = 32_768;

  private final Reading reading;
  private final Chunks chunks;
  private final Schema schema;
  private final @Nullable TextCodes[] codes;
  private final Dictionary[] dictionaries;
  private long row;
  private int from;
  private boolean ended;

  DuckDbScan(Reading reading, String sql, Schema schema) {
    this.reading = reading;
    this.schema = schema;
    this.codes = new TextCodes[schema.size()];
    this.dictionaries = new Dictionary[schema.size()];
    forget(0);
    try {
      this.chunks = reading.session.stream(sql);
    } catch (DuckDbException e) {
      BadInput explained = Trouble.explained(e, reading);
      reading.close();
      throw explained;
    }
  }

  @Override
  public Optional<Table> next() {
    if (ended) {
      return Optional.empty();
    }
    Object[] arrays = new Object[schema.size()];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] =
          switch (schema.field(i).type()) {
            case NUMBER -> new double[BATCH];
            case TEXT -> new int[BATCH];
            case TIME -> new long[BATCH];
          };
    }
    int filled = fill(arrays);
    if (filled == 0) {
      return Optional.empty();
    }
    List<Column> columns = new ArrayList<>(arrays.length);
    for (int i = 0; i < arrays.length; i++) {
      columns.add(column(i, arrays[i], filled));
    }
    row += filled;
    return Optional.of(new Table(schema, columns, filled));
  }

  /// Distinct texts of a column that are few enough to keep.
  private static final int FEW = 65_536;

  @Override
  public void forgetTexts() {
    forget(FEW);
  }

  private void forget(int few) {
    for (int i = 0; i < codes.length; i++) {
      if (few == 0 || dictionaries[i].size() > few) {
        dictionaries[i] = new Dictionary();
        codes[i] = new TextCodes(dictionaries[i]);
      }
    }
  }

  private int fill(Object[] arrays) {
    int filled = 0;
    try {
      while (filled < BATCH) {
        if (from == chunks.size()) {
          from = 0;
          if (!chunks.next()) {
            ended = true;
            break;
          }
        }
        int count = Math.min(BATCH - filled, chunks.size() - from);
        for (int i = 0; i < arrays.length; i++) {
          switch (arrays[i]) {
            case double[] numbers -> chunks.numbers(i, from, count, numbers, filled);
            case long[] times -> chunks.times(i, from, count, times, filled);
            case int[] texts -> {
              TextCodes table = codes[i];
              if (table != null) {
                chunks.texts(i, from, count, table, texts, filled);
              }
            }
            default -> throw new AssertionError(arrays[i]);
          }
        }
        from += count;
        filled += count;
      }
    } catch (DuckDbException e) {
      throw Trouble.of(e, reading.source);
    }
    return filled;
  }

  private Column column(int index, Object array, int filled) {
    return switch (array) {
      case double[] numbers -> {
        double[] kept = filled == BATCH ? numbers : Arrays.copyOf(numbers, filled);
        refuseInfinite(schema.field(index), kept);
        yield new Column.Numbers(kept);
      }
      case long[] times -> {
        long[] kept = filled == BATCH ? times : Arrays.copyOf(times, filled);
        refuseInfinite(schema.field(index), kept);
        yield new Column.Moments(kept);
      }
      case int[] texts ->
          new Column.Texts(
              filled == BATCH ? texts : Arrays.copyOf(texts, filled), dictionaries[index]);
      default -> throw new AssertionError(array);
    };
  }

  private void refuseInfinite(Field field, double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (Double.isInfinite(values[i])) {
        throw refused(field, row + i + 1, "an infinite number");
      }
    }
  }

  /// DuckDB writes the two infinite times as the greatest long and its negative.
  private void refuseInfinite(Field field, long[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == Long.MAX_VALUE || values[i] == -Long.MAX_VALUE) {
        throw refused(field, row + i + 1, "an infinite time");
      }
    }
  }

  private BadInput refused(Field field, long at, String what) {
    return new BadInput(
        "%s, row %d, column '%s'".formatted(reading.source.files().getFirst(), at, field.name()),
        what,
        "a finite value, or a missing one");
  }

  @Override
  public void close() {
    ended = true;
    chunks.close();
    reading.close();
  }
}
