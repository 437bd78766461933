package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// A source with its schema settled: what every reader of its rows goes through, so that `where`,
/// computed columns and rows set aside mean the same everywhere.
///
/// ```java
/// SourceReader logins = SourceReader.of(engine, useCase.data().require("logins"), List.of());
/// try (SourceScan scan = logins.open(List.of("customer_id", "at", "minutes"))) { … }
/// ```
///
/// Rows come in the order of the files. Left out, and counted by [SourceScan]: rows for which
/// `where` is not true (also when it is missing), rows without key or without event time (where the
/// source has one), and rows in quarantine. The key and the id are always text, event time and
/// known-at always times. Immutable; safe for use by several threads.
public final class SourceReader {
  /// The column every source has besides its own: the position of the row in the files, a number
  /// from 1, counted before anything is left out. The key of a table without one.
  public static final String ROW = "file_row";

  private final FileEngine engine;
  private final SourceSpec spec;
  private final Schema file;
  private final Schema schema;
  private final Map<String, Expression> computed;
  private final BitSet setAside;
  private final BitSet forgotten;

  private SourceReader(
      FileEngine engine,
      SourceSpec spec,
      Schema file,
      Schema schema,
      Map<String, Expression> computed,
      BitSet setAside,
      BitSet forgotten) {
    this.engine = engine;
    this.spec = spec;
    this.file = file;
    this.schema = schema;
    this.computed = computed;
    this.setAside = setAside;
    this.forgotten = forgotten;
  }

  /// Looks at the files (text files are read once, whole) and settles names and types. A source
  /// that comes from a stream alone has the columns and types that the use case states.
  ///
  /// @param asText further columns whose source text is compared, such as a target with `positive`
  /// @throws BadInput naming every column that is stated but absent, does not parse, or is computed
  ///   by an expression that does not fit
  public static SourceReader of(FileEngine engine, SourceSpec spec, List<String> asText) {
    Set<String> texts = new LinkedHashSet<>(asText);
    spec.key().ifPresent(texts::add);
    spec.id().ifPresent(texts::add);
    texts.addAll(spec.entities().values());
    texts.removeAll(spec.columns().keySet());
    Map<String, Type> types = new LinkedHashMap<>(spec.format().types());
    spec.eventTime().ifPresent(column -> types.put(column, Type.TIME));
    spec.knownAt().ifPresent(column -> types.put(column, Type.TIME));
    FileFormat stated = spec.format();
    FileFormat format =
        new FileFormat(
            stated.paths(),
            stated.delimiter(),
            stated.encoding(),
            stated.header(),
            stated.missing(),
            types,
            stated.zone(),
            stated.quotes());
    Schema file =
        format.paths().isEmpty()
            ? stated(spec, types, texts)
            : engine.resolve(format, List.copyOf(texts));
    List<Problem> problems = new ArrayList<>();
    Schema schema = withComputed(spec, file, problems);
    Map<String, Expression> computed = new LinkedHashMap<>(spec.columns());
    requireColumns(spec, schema, problems);
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new SourceReader(engine, spec, file, schema, computed, new BitSet(), new BitSet());
  }

  /// The columns of a source that has no files: those that the use case names, in the order of
  /// their names.
  private static Schema stated(SourceSpec spec, Map<String, Type> types, Set<String> texts) {
    Map<String, Type> columns = new TreeMap<>(types);
    spec.deleted().ifPresent(column -> columns.putIfAbsent(column, Type.TEXT));
    texts.forEach(column -> columns.put(column, Type.TEXT));
    columns.keySet().removeAll(spec.columns().keySet());
    List<Field> fields = new ArrayList<>();
    columns.forEach((name, type) -> fields.add(new Field(name, type)));
    return new Schema(fields);
  }

  public SourceSpec spec() {
    return spec;
  }

  /// The columns of the files, then the computed ones, then [#ROW].
  public Schema schema() {
    return schema;
  }

  /// Rows the files hold, where that is known without reading them.
  public Optional<Long> rowCount() {
    return spec.format().paths().isEmpty() ? Optional.of(0L) : engine.rowCount(spec.format());
  }

  /// The same source without these rows too.
  ///
  /// @param rows positions as in [#ROW]; bit 0 is not used
  public SourceReader without(BitSet rows) {
    BitSet both = (BitSet) setAside.clone();
    both.or(rows);
    return new SourceReader(engine, spec, file, schema, computed, both, forgotten);
  }

  /// The same source as if these rows were not there, for checks too.
  ///
  /// @param rows as in [#without]
  SourceReader forgetting(BitSet rows) {
    BitSet both = (BitSet) forgotten.clone();
    both.or(rows);
    return new SourceReader(engine, spec, file, schema, computed, setAside, both);
  }

  /// Reads the named columns, in the order asked for.
  public SourceScan open(List<String> columns) {
    return open(columns, false);
  }

  /// Also gives rows that are otherwise left out for want of a key or event time, or because they
  /// are set aside; `where` still applies. For checks.
  SourceScan openEverything(List<String> columns) {
    return open(columns, true);
  }

  private SourceScan open(List<String> columns, boolean everything) {
    requireKnown(columns);
    // Computed columns may use those before them, so that what is needed is found from the end.
    Set<String> needed = new LinkedHashSet<>(columns);
    spec.where().ifPresent(where -> needed.addAll(where.columns()));
    if (!everything) {
      spec.key().ifPresent(needed::add);
      spec.eventTime().ifPresent(needed::add);
    }
    List<String> order = new ArrayList<>(computed.keySet());
    for (String name : order.reversed()) {
      if (needed.contains(name)) {
        needed.addAll(requireComputed(name).columns());
      }
    }
    List<String> stored = file.names().stream().filter(needed::contains).toList();
    Map<String, Expression> used = new LinkedHashMap<>();
    order.stream().filter(needed::contains).forEach(name -> used.put(name, requireComputed(name)));
    TableScan rows =
        spec.format().paths().isEmpty()
            ? TableScan.EMPTY
            : engine.scan(spec.format(), file, stored, List.of());
    return new SourceScan(
        rows,
        new SourceScan.Plan(
            columns,
            schema,
            stored,
            used,
            spec.where(),
            everything ? Optional.empty() : spec.key(),
            everything ? Optional.empty() : spec.eventTime(),
            everything ? new BitSet() : setAside,
            forgotten));
  }

  private Expression requireComputed(String name) {
    Expression found = computed.get(name);
    if (found == null) {
      throw new IllegalStateException("no computed column '" + name + "'");
    }
    return found;
  }

  private void requireKnown(List<String> columns) {
    List<Problem> problems = new ArrayList<>();
    for (String column : columns) {
      if (!schema.has(column)) {
        problems.add(absent(place(spec), column, schema));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private static Schema withComputed(SourceSpec spec, Schema file, List<Problem> problems) {
    List<Field> fields = new ArrayList<>(file.fields());
    for (Map.Entry<String, Expression> column : spec.columns().entrySet()) {
      String name = column.getKey();
      if (file.has(name)) {
        problems.add(
            new Problem(
                place(spec) + ", columns",
                "'" + name + "' is also a column of the file",
                "another name for the computed column"));
        continue;
      }
      try {
        Expression.Kind kind = column.getValue().bind(new Schema(fields)).kind();
        fields.add(new Field(name, kind == Expression.Kind.TEXT ? Type.TEXT : Type.NUMBER));
      } catch (ExpressionException e) {
        problems.add(
            new Problem(
                "%s, column '%s'".formatted(place(spec), name),
                String.valueOf(e.getMessage()),
                "an expression over the columns before it"));
      }
    }
    if (!file.has(ROW) && !spec.columns().containsKey(ROW)) {
      fields.add(new Field(ROW, Type.NUMBER));
    }
    return new Schema(fields);
  }

  private static void requireColumns(SourceSpec spec, Schema schema, List<Problem> problems) {
    spec.where()
        .ifPresent(where -> {
          try {
            var _ = where.bind(schema, Expression.Kind.TRUTH);
          } catch (ExpressionException e) {
            problems.add(
                new Problem(
                    place(spec) + ", where",
                    String.valueOf(e.getMessage()),
                    "a condition over the columns of the source"));
          }
        });
    List<String> stated = new ArrayList<>(spec.knownAfter());
    spec.key().ifPresent(stated::add);
    spec.deleted().ifPresent(stated::add);
    for (String column : stated) {
      if (!schema.has(column)) {
        problems.add(absent(place(spec), column, schema));
      }
    }
    spec.key()
        .filter(key -> schema.has(key) && schema.field(schema.require(key)).type() != Type.TEXT)
        .ifPresent(key ->
            problems.add(
                new Problem(
                    place(spec) + ", key",
                    "the computed column '" + key + "' is no text",
                    "a column of the file, or an expression that yields text")));
  }

  static Problem absent(String place, String column, Schema schema) {
    String near =
        Nearest.to(column, schema.names()).map(name -> "did you mean '" + name + "'? ").orElse("");
    return new Problem(
        place,
        "no column '" + column + "'",
        near + "there are " + String.join(", ", schema.names()));
  }

  static String place(SourceSpec spec) {
    return "source '" + spec.name() + "'";
  }
}
