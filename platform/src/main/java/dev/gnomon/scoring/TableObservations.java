package dev.gnomon.scoring;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.SourceScan;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.TableFeatures;
import dev.gnomon.models.Manifest;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// The rows of a file with the columns of a flat table, without the target. Types are those the
/// version was trained with, not what this file happens to look like.
final class TableObservations implements Observations {
  private final Path file;
  private final SourceReader reader;
  private final FeaturePlan plan;
  private final List<String> columns;
  private final Optional<String> time;
  private final long at;
  private long lines;

  private TableObservations(
      Path file,
      SourceReader reader,
      FeaturePlan plan,
      List<String> columns,
      Optional<String> time,
      long at) {
    this.file = file;
    this.reader = reader;
    this.plan = plan;
    this.columns = columns;
    this.time = time;
    this.at = at;
  }

  /// @param at the time of rows that have none
  /// @throws BadInput naming every column that is missing or does not parse
  /// @throws Refusal when the version was made for other features than the use case states
  static TableObservations of(
      UseCase useCase, Manifest manifest, FileEngine engine, Path file, OptionalLong at) {
    SourceSpec table = useCase.data().require(DataSection.TABLE);
    Schema row = manifest.row();
    Set<String> raw = new LinkedHashSet<>(row.names());
    raw.removeAll(useCase.features().derived().keySet());
    raw.remove("observed_at");
    Set<String> needed = new LinkedHashSet<>(row.names().subList(0, manifest.inputs()));
    expressions(useCase).forEach(e -> needed.addAll(e.columns()));
    needed.retainAll(raw);
    table
        .columns()
        .forEach((name, expression) -> {
          if (needed.remove(name)) {
            needed.addAll(expression.columns());
          }
        });
    needed.removeAll(table.columns().keySet());
    List<String> there = engine.names(bare(table, file));
    requireColumns(file, there, table, needed);
    Map<String, Type> types = new LinkedHashMap<>();
    for (Field field : row.fields()) {
      if (there.contains(field.name()) && raw.contains(field.name())) {
        types.put(field.name(), field.type());
      }
    }
    table
        .format()
        .types()
        .forEach((name, type) -> {
          if (there.contains(name)) {
            types.putIfAbsent(name, type);
          }
        });
    Optional<String> time = table.eventTime().filter(there::contains);
    Set<String> used = new LinkedHashSet<>(needed);
    used.addAll(raw);
    table.where().ifPresent(where -> used.addAll(where.columns()));
    table.columns().values().forEach(expression -> used.addAll(expression.columns()));
    time.ifPresent(used::add);
    for (String name : there) {
      if (!used.contains(name)) {
        types.putIfAbsent(name, Type.TEXT); // nobody asks what it could be
      }
    }
    SourceReader reader = SourceReader.of(engine, spec(table, file, types, time), List.of());
    FeaturePlan plan =
        FeaturePlan.compile(
            useCase, Map.of(DataSection.TABLE, schema(useCase, table, row, raw, reader.schema())));
    if (!plan.row().fields().equals(row.fields())) {
      throw new Refusal(
          "version",
          "it was made for other features than %s states now"
              .formatted(useCase.file().getFileName()),
          "train again, or score with the file the version was trained from");
    }
    List<String> read = new ArrayList<>(raw.stream().filter(reader.schema()::has).toList());
    table
        .key()
        .or(() -> Optional.of(SourceReader.ROW))
        .filter(k -> !read.contains(k))
        .ifPresent(read::add);
    time.filter(t -> !read.contains(t)).ifPresent(read::add);
    return new TableObservations(file, reader, plan, read, time, at.orElse(0));
  }

  private static List<Expression> expressions(UseCase useCase) {
    List<Expression> all = new ArrayList<>(useCase.features().derived().values());
    useCase
        .problem()
        .costs()
        .ifPresent(costs ->
            all.addAll(
                List.of(
                    costs.truePositive(),
                    costs.falsePositive(),
                    costs.falseNegative(),
                    costs.trueNegative())));
    return all;
  }

  /// A delimiter or encoding stated for the table holds for text files only.
  private static FileFormat bare(SourceSpec table, Path file) {
    FileFormat f = table.format();
    return new FileFormat(
        List.of(file),
        f.delimiter(),
        f.encoding(),
        f.header(),
        f.missing(),
        Map.of(),
        f.zone(),
        f.quotes());
  }

  private static void requireColumns(
      Path file, List<String> there, SourceSpec table, Set<String> needed) {
    Set<String> all = new LinkedHashSet<>();
    table.key().ifPresent(all::add);
    all.addAll(needed);
    List<Problem> problems = new ArrayList<>();
    for (String column : all) {
      if (!there.contains(column)) {
        problems.add(
            new Problem(
                file.toString(),
                "no column '%s'".formatted(column),
                Nearest.to(column, there)
                        .map(near -> "did you mean '%s'? ".formatted(near))
                        .orElse("")
                    + "there are "
                    + String.join(", ", there)));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private static SourceSpec spec(
      SourceSpec table, Path file, Map<String, Type> types, Optional<String> time) {
    FileFormat f = bare(table, file);
    FileFormat typed =
        new FileFormat(
            f.paths(),
            f.delimiter(),
            f.encoding(),
            f.header(),
            f.missing(),
            types,
            f.zone(),
            f.quotes());
    return new SourceSpec(
        table.name(),
        table.kind(),
        typed,
        table.key(),
        time,
        Optional.empty(),
        Optional.empty(),
        table.where(),
        table.columns(),
        List.of(),
        Optional.empty(),
        table.isStatic(),
        List.of());
  }

  /// The schema the version was trained under: its columns first and in their order, then what the
  /// definition names besides.
  private static Schema schema(
      UseCase useCase, SourceSpec table, Schema row, Set<String> raw, Schema found) {
    Map<String, Type> fields = new LinkedHashMap<>();
    raw.forEach(name -> fields.put(name, row.field(row.require(name)).type()));
    Optional.of(useCase.frame().target())
        .filter(Frame.Target.InColumn.class::isInstance)
        .map(Frame.Target.InColumn.class::cast)
        .ifPresent(target -> fields.putIfAbsent(target.column(), Type.TEXT));
    List<String> others = new ArrayList<>(table.knownAfter());
    table.key().ifPresent(others::add);
    table.id().ifPresent(others::add);
    table.deleted().ifPresent(others::add);
    useCase.features().columns().values().forEach(taken -> others.addAll(taken.except()));
    others.forEach(name -> fields.putIfAbsent(name, Type.TEXT));
    table.eventTime().ifPresent(name -> fields.putIfAbsent(name, Type.TIME));
    table.knownAt().ifPresent(name -> fields.putIfAbsent(name, Type.TIME));
    if (found.has(SourceReader.ROW)) {
      fields.putIfAbsent(SourceReader.ROW, Type.NUMBER);
    }
    List<Field> list = new ArrayList<>();
    fields.forEach((name, type) -> list.add(new Field(name, type)));
    return new Schema(list);
  }

  @Override
  public String keyName() {
    return reader.spec().key().orElse("key");
  }

  @Override
  public boolean timed() {
    return time.isPresent();
  }

  @Override
  public String identity() {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = Hash.begin();
      byte[] buffer = new byte[1 << 18];
      long found = 0;
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        for (int i = 0; i < n; i++) {
          found += buffer[i] == '\n' ? 1 : 0;
        }
      }
      lines = found;
      return plan.hash() + " " + at + " " + Hash.end(digest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long size() {
    // Of a text file about as many as it has lines: enough to say how long it will take.
    return reader
        .rowCount()
        .orElse(String.valueOf(file.getFileName()).endsWith(".gz") ? 0L : Math.max(0, lines - 1));
  }

  @Override
  public Pass open(int chunk) {
    SourceScan scan = reader.open(columns);
    Slices slices = new Slices(scan, chunk);
    TableFeatures features = new TableFeatures(plan);
    return new Pass() {
      @Override
      public Optional<Chunk> next() {
        Optional<Table> raw = slices.nextApart();
        if (raw.isEmpty()) {
          if (scan.withoutKey() + scan.withoutTime() > 0) {
            throw new BadInput(
                file.toString(),
                "%,d rows without key, %,d without time"
                    .formatted(scan.withoutKey(), scan.withoutTime()),
                "both in every row");
          }
          return Optional.empty();
        }
        Table table = raw.get();
        long[] times = new long[table.rows()];
        if (time.isPresent()) {
          times = ((Column.Moments) table.column(time.get())).micros();
        } else {
          Arrays.fill(times, at);
        }
        return Optional.of(new Chunk(keys(table), times, features.of(table, times)));
      }

      @Override
      public void close() {
        slices.close();
      }
    };
  }

  private Column.Texts keys(Table table) {
    if (reader.spec().key().isPresent()) {
      return (Column.Texts) table.column(keyName());
    }
    double[] rows = ((Column.Numbers) table.column(SourceReader.ROW)).values();
    Dictionary numbers = new Dictionary();
    int[] codes = new int[rows.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = numbers.code(Long.toString((long) rows[i]));
    }
    return new Column.Texts(codes, numbers);
  }
}
