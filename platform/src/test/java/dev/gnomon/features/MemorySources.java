package dev.gnomon.features;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sources whose rows are lists, delivered in batches of a stated size.
final class MemorySources implements SourceOpener {
  private final Map<String, Schema> schemas = new HashMap<>();
  private final Map<String, List<@Nullable Object[]>> rows = new HashMap<>();
  private final int batch;

  MemorySources(int batch) {
    this.batch = batch;
  }

  /// Rows hold a Double, Long (micros) or String per column; null is missing.
  MemorySources with(String name, Schema schema, List<@Nullable Object[]> data) {
    schemas.put(name, schema);
    rows.put(name, data);
    return this;
  }

  @Override
  public Schema schema(SourceSpec source) {
    return Objects.requireNonNull(schemas.get(source.name()));
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    Schema all = schema(source);
    List<Field> fields = columns.stream().map(c -> all.field(all.require(c))).toList();
    Schema schema = new Schema(fields);
    List<@Nullable Object[]> data = Objects.requireNonNull(rows.get(source.name()));
    List<Dictionary> dictionaries = columns.stream().map(c -> new Dictionary()).toList();
    return new TableScan() {
      private int next;

      @Override
      public Optional<Table> next() {
        if (next >= data.size()) {
          return Optional.empty();
        }
        int from = next;
        int n = Math.min(batch, data.size() - from);
        next += n;
        List<Column> made = new ArrayList<>();
        for (int c = 0; c < fields.size(); c++) {
          int source = all.require(fields.get(c).name());
          made.add(column(data, from, n, source, fields.get(c), dictionaries.get(c)));
        }
        return Optional.of(new Table(schema, made, n));
      }

      @Override
      public void close() {}
    };
  }

  private static Column column(
      List<@Nullable Object[]> data, int from, int n, int source, Field field, Dictionary texts) {
    return switch (field.type()) {
      case NUMBER -> {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
          Object value = data.get(from + i)[source];
          values[i] = value == null ? Double.NaN : (Double) value;
        }
        yield new Column.Numbers(values);
      }
      case TIME -> {
        long[] values = new long[n];
        for (int i = 0; i < n; i++) {
          Object value = data.get(from + i)[source];
          values[i] = value == null ? Times.MISSING : (Long) value;
        }
        yield new Column.Moments(values);
      }
      case TEXT -> {
        int[] codes = new int[n];
        for (int i = 0; i < n; i++) {
          codes[i] = texts.code((String) data.get(from + i)[source]);
        }
        yield new Column.Texts(codes, texts);
      }
    };
  }
}
