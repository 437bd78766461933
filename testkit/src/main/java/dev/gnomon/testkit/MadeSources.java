package dev.gnomon.testkit;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Sources whose rows a test made, in place of files.
public final class MadeSources implements SourceOpener {
  private final Map<String, Schema> schemas = new HashMap<>();
  private final Map<String, List<FeatureRow>> rows = new HashMap<>();

  public void clear() {
    schemas.clear();
    rows.clear();
  }

  /// @param fields such as `customer:s, at:t, amount:n` for texts, times and numbers
  public void put(String source, String fields) {
    List<Field> all = new ArrayList<>();
    for (String field : fields.split(",", -1)) {
      String[] parts = field.strip().split(":", -1);
      Type type =
          switch (parts[1]) {
            case "n" -> Type.NUMBER;
            case "t" -> Type.TIME;
            default -> Type.TEXT;
          };
      all.add(new Field(parts[0], type));
    }
    schemas.put(source, new Schema(all));
    rows.put(source, new ArrayList<>());
  }

  public void add(String source, FeatureRow row) {
    Objects.requireNonNull(rows.get(source)).add(row);
  }

  public Map<String, Schema> schemas() {
    return Map.copyOf(schemas);
  }

  public Schema schema(String source) {
    return Objects.requireNonNull(schemas.get(source));
  }

  @Override
  public Schema schema(SourceSpec source) {
    return schema(source.name());
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    Schema all = schema(source);
    List<FeatureRow> data = Objects.requireNonNull(rows.get(source.name()));
    List<Field> fields = columns.stream().map(c -> all.field(all.require(c))).toList();
    List<Column> made = fields.stream().map(f -> column(data, all.require(f.name()), f)).toList();
    Table whole = new Table(new Schema(fields), made, data.size());
    return new TableScan() {
      private boolean done = data.isEmpty();

      @Override
      public Optional<Table> next() {
        boolean now = done;
        done = true;
        return now ? Optional.empty() : Optional.of(whole);
      }

      @Override
      public void close() {}
    };
  }

  private static Column column(List<FeatureRow> rows, int column, Field field) {
    return switch (field.type()) {
      case NUMBER ->
          new Column.Numbers(rows.stream().mapToDouble(row -> row.number(column)).toArray());
      case TIME -> new Column.Moments(rows.stream().mapToLong(row -> row.time(column)).toArray());
      case TEXT -> {
        Dictionary texts = new Dictionary();
        int[] codes = rows.stream().mapToInt(row -> texts.code(row.text(column))).toArray();
        yield new Column.Texts(codes, texts);
      }
    };
  }
}
