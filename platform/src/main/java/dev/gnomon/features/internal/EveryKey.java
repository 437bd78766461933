package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Listed observations that stand in no file: every key that a source of the frame's entity knew at
/// one time, observed at that time. What else would come with an observation is missing.
public final class EveryKey implements SourceOpener {
  private static final int BATCH = 4096;
  private static final String TIME = "observed_at";
  private static final String LABEL = "label";

  private final FeatureProgram program;
  private final SourceOpener keys;
  private final SourceOpener sources;
  private final long at;
  private final SourceSpec table;

  /// @param keys where the keys are looked for
  /// @param sources all other reading goes there
  /// @param at the time of the observations, microseconds
  public EveryKey(FeatureProgram program, SourceOpener keys, SourceOpener sources, long at) {
    this.program = program;
    this.keys = keys;
    this.sources = sources;
    this.at = at;
    this.table =
        new SourceSpec(
            "every key",
            SourceSpec.Kind.TABLE,
            FileFormat.of(Path.of("every-key")),
            Optional.of(Backfill.keyName(program)),
            Optional.of(TIME),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            Optional.empty(),
            false,
            List.of());
  }

  /// The same program, observing these keys; it has no outcomes.
  public FeatureProgram observed() {
    UseCase of = program.useCase();
    Frame frame =
        new Frame(
            of.frame().task(),
            of.frame().entity(),
            new Observe.Listed(table, Optional.empty()),
            new Target.InColumn(LABEL, Optional.empty()),
            of.frame().entities());
    UseCase useCase =
        new UseCase(
            of.name(),
            of.problem(),
            frame,
            of.data(),
            of.features(),
            of.models(),
            of.training(),
            of.evaluation(),
            of.production(),
            of.file(),
            of.source());
    return new FeatureProgram(
        useCase,
        program.schemas(),
        program.row(),
        program.inputs(),
        program.sources(),
        program.flat(),
        program.derived(),
        program.observedAt(),
        program.notes(),
        program.hash(),
        program.observed(),
        program.groups(),
        program.views());
  }

  @Override
  public Schema schema(SourceSpec source) {
    if (!source.equals(table)) {
      return sources.schema(source);
    }
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(table.key().orElseThrow(), Type.TEXT));
    fields.add(new Field(TIME, Type.TIME));
    fields.add(new Field(LABEL, Type.NUMBER));
    program
        .observed()
        .forEach(
            one -> fields.add(new Field(one.name(), program.row().field(one.column()).type())));
    return new Schema(fields);
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    return source.equals(table) ? new Keys(known(), columns) : sources.open(source, columns);
  }

  @Override
  public void requireUsable() {
    sources.requireUsable();
  }

  private Dictionary known() {
    Map<String, SourceSpec> about = new LinkedHashMap<>();
    program.sources().forEach(source -> about.put(source.spec().name(), source.spec()));
    if (program.useCase().frame().observe() instanceof Observe.Grid grid) {
      about.put(grid.population(), program.useCase().data().require(grid.population()));
    }
    KeyCodes codes = new KeyCodes();
    about.values().stream()
        .filter(SourceSpec::isOfPrimaryEntity)
        .forEach(source -> known(source, codes));
    return codes.dictionary();
  }

  /// Adds the keys of a source with a row that an observation sees.
  private void known(SourceSpec source, KeyCodes codes) {
    List<String> columns = new ArrayList<>(List.of(source.key().orElseThrow()));
    source.eventTime().filter(c -> !columns.contains(c)).ifPresent(columns::add);
    source.knownAt().filter(c -> !columns.contains(c)).ifPresent(columns::add);
    int eventTime = columns.indexOf(source.eventTime().orElse(""));
    int knownAt = columns.indexOf(source.knownAt().orElse(""));
    KeyCodes.Translation translation = codes.new Translation(true);
    try (TableScan scan = keys.open(source, columns)) {
      Optional<Table> batch = scan.next();
      while (batch.isPresent()) {
        Table rows = batch.get();
        long[] happened =
            source.isStatic() || eventTime < 0 ? null : moments(rows.column(eventTime));
        long[] known = knownAt < 0 ? scan.arrivals().orElse(null) : moments(rows.column(knownAt));
        for (int i = 0; i < rows.rows(); i++) {
          if (happened == null || sees(happened[i], known == null ? happened[i] : known[i])) {
            translation.code(rows.column(0), i);
          }
        }
        batch = scan.next();
      }
    }
  }

  private static long[] moments(Column column) {
    return ((Column.Moments) column).micros();
  }

  private boolean sees(long happened, long known) {
    return happened != Times.MISSING && known != Times.MISSING && happened < at && known <= at;
  }

  /// The observations, batch by batch.
  private final class Keys implements TableScan {
    private final Dictionary known;
    private final Schema schema;
    private int next;

    Keys(Dictionary known, List<String> columns) {
      this.known = known;
      Schema all = schema(table);
      this.schema = new Schema(columns.stream().map(c -> all.field(all.require(c))).toList());
    }

    @Override
    public Optional<Table> next() {
      int n = Math.min(BATCH, known.size() - next);
      if (n <= 0) {
        return Optional.empty();
      }
      List<Column> columns = new ArrayList<>();
      for (Field field : schema.fields()) {
        columns.add(
            switch (field.type()) {
              case NUMBER -> {
                double[] none = new double[n];
                Arrays.fill(none, Double.NaN);
                yield new Column.Numbers(none);
              }
              case TIME -> {
                long[] times = new long[n];
                Arrays.fill(times, field.name().equals(TIME) ? at : Times.MISSING);
                yield new Column.Moments(times);
              }
              case TEXT -> {
                int[] codes = new int[n];
                boolean key = columns.isEmpty();
                for (int i = 0; i < n; i++) {
                  codes[i] = key ? next + i : Dictionary.MISSING;
                }
                yield new Column.Texts(codes, key ? known : new Dictionary());
              }
            });
      }
      next += n;
      return Optional.of(new Table(schema, columns, n));
    }

    @Override
    public void close() {}
  }
}
