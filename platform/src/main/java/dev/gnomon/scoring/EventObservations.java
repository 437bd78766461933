package dev.gnomon.scoring;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.SourceOpener;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.SourceScan;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Keys and times whose features the back-fill computes from the sources: listed in a file, or
/// everybody the population source knows. The features of all of them are held in memory.
final class EventObservations implements Observations {
  private static final String TIME = "observed_at";

  private final TrainingSet set;
  private final int[] order;

  private EventObservations(TrainingSet set, int[] order) {
    this.set = set;
    this.order = order;
  }

  /// Everybody in the population at one time, by key.
  static EventObservations population(
      UseCase useCase, SourceOpener sources, Home home, long at, Progress progress) {
    if (!(useCase.frame().observe() instanceof Frame.Observe.Grid grid)) {
      throw new BadInput(
          "--in",
          "the use case lists its observations, so that nothing says who is to be scored now",
          "--in FILE with the keys, and perhaps " + TIME);
    }
    Frame now =
        new Frame(
            useCase.frame().task(),
            useCase.frame().entity(),
            new Frame.Observe.Grid(
                grid.every(), at, at, grid.population(), grid.within(), grid.until()),
            useCase.frame().target(),
            useCase.frame().entities());
    TrainingSet set = build(with(useCase, now), sources, home, progress);
    int[] order = new int[set.size()];
    Arrays.setAll(order, i -> i);
    return new EventObservations(set, order);
  }

  /// Those listed in a file, in its order.
  ///
  /// @param at the time of rows when the file has no `observed_at`
  static EventObservations listed(
      UseCase useCase,
      SourceOpener sources,
      FileEngine engine,
      Home home,
      Path file,
      long at,
      Progress progress) {
    SourceSpec spec = spec(useCase, engine, file);
    Listed listed = Listed.read(SourceReader.of(engine, spec, List.of()), file, at);
    Frame frame =
        new Frame(
            useCase.frame().task(),
            useCase.frame().entity(),
            new Frame.Observe.Listed(listed.spec, Optional.empty()),
            new Frame.Target.InColumn("label", Optional.empty()),
            useCase.frame().entities());
    TrainingSet set = build(with(useCase, frame), listed.over(sources), home, progress);
    return new EventObservations(set, listed.order(set));
  }

  private static UseCase with(UseCase u, Frame frame) {
    return new UseCase(
        u.name(),
        u.problem(),
        frame,
        u.data(),
        u.features(),
        u.models(),
        u.training(),
        u.evaluation(),
        u.production(),
        u.file(),
        u.source());
  }

  private static TrainingSet build(
      UseCase useCase, SourceOpener sources, Home home, Progress progress) {
    return TrainingSets.build(
        useCase, sources, TrainingSets.Options.inDirectory(home.root().resolve("spill")), progress);
  }

  static String keyOf(UseCase useCase) {
    return switch (useCase.frame().observe()) {
      case Frame.Observe.Grid grid -> useCase.data().require(grid.population()).key().orElse("key");
      case Frame.Observe.Listed listed -> listed.table().key().orElse("key");
      case Frame.Observe.EachRow() -> "key";
    };
  }

  private static SourceSpec spec(UseCase useCase, FileEngine engine, Path file) {
    FileFormat format = FileFormat.of(file);
    List<String> there = engine.names(format);
    String key = keyOf(useCase);
    if (!there.contains(key)) {
      throw new BadInput(
          List.of(
              new Problem(
                  file.toString(),
                  "no column '%s', the key".formatted(key),
                  Nearest.to(key, there)
                          .map(near -> "did you mean '%s'? ".formatted(near))
                          .orElse("")
                      + "there are "
                      + String.join(", ", there))));
    }
    return new SourceSpec(
        DataSection.TABLE,
        SourceSpec.Kind.TABLE,
        format,
        Optional.of(key),
        there.contains(TIME) ? Optional.of(TIME) : Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of(),
        List.of(),
        Optional.empty(),
        false,
        List.of());
  }

  /// The list as it came.
  private record Listed(SourceSpec spec, Dictionary texts, int[] keys, long[] times) {
    static Listed read(SourceReader reader, Path file, long at) {
      String key = reader.spec().key().orElseThrow();
      Optional<String> time = reader.spec().eventTime();
      List<String> columns = new ArrayList<>(List.of(key));
      time.ifPresent(columns::add);
      Dictionary texts = new Dictionary();
      int[] keys = new int[1024];
      long[] times = new long[1024];
      int n = 0;
      try (SourceScan scan = reader.open(columns)) {
        for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
          Table table = next.get();
          Column.Texts from = (Column.Texts) table.column(0);
          for (int i = 0; i < table.rows(); i++) {
            if (n == keys.length) {
              keys = Arrays.copyOf(keys, 2 * n);
              times = Arrays.copyOf(times, 2 * n);
            }
            keys[n] = texts.code(from.dictionary().text(from.codes()[i]));
            times[n++] = time.isPresent() ? ((Column.Moments) table.column(1)).micros()[i] : at;
          }
        }
        if (scan.withoutKey() + scan.withoutTime() > 0) {
          throw new BadInput(
              file.toString(),
              "%,d rows without %s, %,d without %s"
                  .formatted(scan.withoutKey(), key, scan.withoutTime(), TIME),
              "both in every row");
        }
      }
      SourceSpec s = reader.spec();
      SourceSpec timed =
          new SourceSpec(
              s.name(),
              s.kind(),
              s.format(),
              s.key(),
              Optional.of(TIME),
              s.knownAt(),
              s.id(),
              s.where(),
              s.columns(),
              s.knownAfter(),
              s.deleted(),
              s.isStatic(),
              s.checks());
      return new Listed(timed, texts, Arrays.copyOf(keys, n), Arrays.copyOf(times, n));
    }

    /// The sources, and this list under its own specification.
    SourceOpener over(SourceOpener sources) {
      Schema schema =
          new Schema(
              List.of(
                  new Field(spec.key().orElseThrow(), Type.TEXT),
                  new Field(TIME, Type.TIME),
                  new Field("label", Type.NUMBER)));
      double[] unknown = new double[keys.length];
      Arrays.fill(unknown, Double.NaN);
      Table whole =
          new Table(
              schema,
              List.of(
                  new Column.Texts(keys, texts),
                  new Column.Moments(times),
                  new Column.Numbers(unknown)),
              keys.length);
      return new SourceOpener() {
        @Override
        public Schema schema(SourceSpec source) {
          return source.equals(spec) ? schema : sources.schema(source);
        }

        @Override
        public TableScan open(SourceSpec source, List<String> columns) {
          if (!source.equals(spec)) {
            return sources.open(source, columns);
          }
          Table asked =
              new Table(
                  new Schema(columns.stream().map(c -> schema.field(schema.require(c))).toList()),
                  columns.stream().map(whole::column).toList(),
                  whole.rows());
          return new TableScan() {
            private boolean given = asked.rows() == 0;

            @Override
            public Optional<Table> next() {
              if (given) {
                return Optional.empty();
              }
              given = true;
              return Optional.of(asked);
            }

            @Override
            public void close() {}
          };
        }
      };
    }

    /// For each listed row, the row of the set that holds its features.
    int[] order(TrainingSet set) {
      int mask = Integer.highestOneBit(Math.max(1, keys.length)) * 4 - 1;
      int[] slots = new int[mask + 1];
      int[] codeOf = new int[set.keys().dictionary().size()];
      for (int c = 0; c < codeOf.length; c++) {
        codeOf[c] = texts.find(set.keys().dictionary().text(c));
      }
      for (int row = 0; row < set.size(); row++) {
        int key = codeOf[set.keys().codes()[row]];
        int slot = slot(key, set.observedAt()[row]) & mask;
        while (slots[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[slot] = row + 1;
      }
      int[] order = new int[keys.length];
      for (int i = 0; i < keys.length; i++) {
        int slot = slot(keys[i], times[i]) & mask;
        while (slots[slot] == 0
            || set.observedAt()[slots[slot] - 1] != times[i]
            || codeOf[set.keys().codes()[slots[slot] - 1]] != keys[i]) {
          slot = (slot + 1) & mask;
        }
        order[i] = slots[slot] - 1;
      }
      return order;
    }

    private static int slot(int key, long time) {
      long h = (time + key * 0x9E37_79B9_7F4A_7C15L) * 0xBF58_476D_1CE4_E5B9L;
      return (int) (h ^ h >>> 32);
    }
  }

  /// A second after the newest row of the sources.
  static long latest(List<Long> lasts) {
    long newest = lasts.stream().mapToLong(l -> l).max().orElse(Times.MISSING);
    if (newest == Times.MISSING) {
      throw new BadInput("--at", "no source has rows with a time", "--at TIME");
    }
    return (Math.floorDiv(newest, Times.SECOND) + 1) * Times.SECOND;
  }

  @Override
  public String keyName() {
    return set.keyName();
  }

  @Override
  public boolean timed() {
    return true;
  }

  @Override
  public String identity() {
    long h = order.length;
    for (int row : order) {
      h = (h ^ row) * 0x100_0000_01B3L;
    }
    return set.plan().hash() + " " + set.hash() + " " + Long.toHexString(h);
  }

  @Override
  public long size() {
    return order.length;
  }

  @Override
  public Pass open(int chunk) {
    return new Pass() {
      private int from;

      @Override
      public Optional<Chunk> next() {
        if (from == order.length) {
          return Optional.empty();
        }
        int[] rows = Arrays.copyOfRange(order, from, Math.min(order.length, from + chunk));
        from += rows.length;
        return Optional.of(
            new Chunk(
                new Column.Texts(
                    Arrays.stream(rows).map(r -> set.keys().codes()[r]).toArray(),
                    set.keys().dictionary()),
                Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).toArray(),
                Slices.gather(set.rows(), rows)));
      }

      @Override
      public void close() {}
    };
  }
}
