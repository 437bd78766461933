package dev.gnomon.scoring;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.SourceReport;
import dev.gnomon.data.SqlEngines;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.LoggedSources;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Policy;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.scoring.Verdicts.Verdict;
import dev.gnomon.serving.BatchLog;
import dev.gnomon.serving.DecisionRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Collectors;

/// Scores a file, rows of a database, or everybody in the population with a registered version.
///
/// The rows are the same bits as online: the same features, preprocessing, model, calibration and
/// policy. They are worked off in chunks; a chunk that is done is kept beside the output until the
/// whole is written, so that a killed run goes on where it was and each row is there once. What the
/// policy may act on is ranked over the whole batch where the use case states a capacity. The
/// limits of `repeat` are not applied: a batch is one decision per row.
public final class BatchScoring {
  /// Rows per chunk unless told otherwise.
  public static final int CHUNK = 65_536;

  /// What is asked for.
  ///
  /// @param in rows of a flat table, or keys; empty for the whole population
  /// @param out a `.csv`, `.csv.gz` or `.parquet`, or a table
  /// @param overwrite whether what is there and not of this run may go
  /// @param version the champion when empty
  /// @param at the time of rows without one, microseconds
  /// @param explain whether to say why although the use case does not ask for it
  /// @param log whether the decisions go into the decision log too
  /// @param chunk rows per chunk
  /// @param threads at least 1; the result does not depend on it
  public record Options(
      Optional<Place> in,
      Place out,
      boolean overwrite,
      OptionalInt version,
      OptionalLong at,
      boolean explain,
      boolean log,
      int chunk,
      int threads) {
    public Options {
      if (chunk < 1 || threads < 1) {
        throw new BadInput("--chunk-rows", chunk + " rows, " + threads + " threads", "at least 1");
      }
    }
  }

  /// What came of it.
  ///
  /// @param rows written, one per row of the input
  /// @param decides whether rows were decided; false where a number is predicted
  /// @param yes how many are to be acted on
  /// @param beyondCapacity how many would have paid but were not among the most valuable
  /// @param heldOut how many are withheld so that the effect can be measured
  /// @param expectedCost of the decisions as they are; NaN without costs
  /// @param reused rows that a killed run had scored already
  /// @param logged records added to the decision log
  public record Result(
      String out,
      int version,
      String bundle,
      long rows,
      boolean decides,
      long yes,
      long beyondCapacity,
      long heldOut,
      double expectedCost,
      long reused,
      long logged) {}

  private final UseCase useCase;
  private final FileEngine engine;
  private final Home home;
  private final InstantSource clock;
  private final Progress progress;
  private final Options options;

  /// By which the features of the rows at hand were computed; set when they are opened.
  private String definition = "";

  private BatchScoring(
      UseCase useCase,
      FileEngine engine,
      Home home,
      InstantSource clock,
      Progress progress,
      Options options) {
    this.useCase = useCase;
    this.engine = engine;
    this.home = home;
    this.clock = clock;
    this.progress = progress;
    this.options = options;
  }

  /// Scores and writes; the output appears when it is whole.
  ///
  /// @throws BadInput naming everything that is wrong with input and output
  /// @throws Refusal when there is no such version, or it was made for other features
  public static Result run(
      UseCase useCase,
      FileEngine engine,
      Home home,
      Registry registry,
      InstantSource clock,
      Progress progress,
      Options options) {
    try {
      return new BatchScoring(useCase, engine, home, clock, progress, options).run(registry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Result run(Registry registry) throws IOException {
    Target target = target();
    try (Parts parts = Parts.open(partsFolder(), engine)) {
      try {
        target.require(parts.begun(), options.overwrite);
        ModelVersion version = version(registry);
        Bundle bundle = Bundle.load(new BundleStore(home.bundles()).open(version.bundleHash()));
        return run(target, parts, version, bundle);
      } catch (RuntimeException e) {
        parts.deleteUnlessBegun();
        throw e;
      }
    } finally {
      for (AutoCloseable one : Target.resources(target)) {
        closed(one);
      }
    }
  }

  private static void closed(AutoCloseable one) {
    try {
      one.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private Result run(Target target, Parts parts, ModelVersion version, Bundle bundle)
      throws IOException {
    Optional<Path> in = input(parts);
    Observations rows;
    try {
      rows = observations(bundle, in);
    } catch (BadInput e) {
      throw in.isPresent() ? Staging.named(e, in.get(), options.in.orElseThrow()) : e;
    }
    boolean explain =
        options.explain || useCase.problem().constraints().reasons() == Stakes.Reasons.REQUIRED;
    String identity =
        "%s\nbundle %s version %d\nexplain %s chunk %d\n"
            .formatted(
                rows.identity(), version.bundleHash(), version.version(), explain, options.chunk);
    target.require(parts.isOf(identity), options.overwrite);
    Writing writing = new Writing(rows, bundle.policy(), version.version());
    target.begin(Hash.of(identity), writing.schema, options.overwrite);
    parts.claim(identity);
    Verdicts verdicts = new Verdicts(useCase);
    Scored scored;
    try {
      scored = score(rows, parts, new ChunkScorer(bundle, explain), verdicts);
    } catch (Parts.NotKept e) {
      throw e.told();
    } catch (BadInput e) {
      parts.delete();
      throw in.isPresent() ? Staging.named(e, in.get(), options.in.orElseThrow()) : e;
    }
    if (scored.rows == 0) {
      parts.delete();
      throw new BadInput(
          options.in.map(Place::shown).orElse("population"), "no rows", "at least one row");
    }
    progress.stage("writing " + options.out.shown(), scored.rows);
    verdicts.begin();
    target.write(
        Hash.of(identity),
        writing.schema,
        writing.tables(parts, scored.parts, verdicts),
        options.overwrite);
    long logged = options.log ? log(rows, parts, verdicts, bundle, version, identity) : 0;
    parts.delete();
    return new Result(
        options.out.shown(),
        version.version(),
        version.bundleHash(),
        scored.rows,
        bundle.policy().decides(),
        writing.yes,
        writing.beyond,
        writing.heldOut,
        bundle.policy().hasCosts() ? writing.cost : Double.NaN,
        scored.reused,
        logged);
  }

  private Target target() throws IOException {
    if (options.in.isEmpty() && useCase.data().isFlatTable()) {
      throw new BadInput(
          "--in", "nothing says which rows to score", "--in FILE with the columns of the table");
    }
    if (options.in.isPresent()
        && options.in.get() instanceof Place.OfFile(Path in)
        && !Files.isRegularFile(in)) {
      throw new BadInput("--in", "there is no file " + in, "a CSV or Parquet file");
    }
    return switch (options.out) {
      case Place.OfFile(Path path) -> {
        Target target = Target.OfFile.of(path.toAbsolutePath(), engine);
        if (options.in.isPresent()
            && options.in.get() instanceof Place.OfFile(Path in)
            && Files.exists(path)
            && Files.isSameFile(in, path)) {
          throw new BadInput("--out", "it is the input, " + in, "another file");
        }
        yield target;
      }
      case Place.OfDatabase(String address, String table) ->
          new Target.OfTable(SqlEngines.find(address).table(address, table, System.getenv()));
    };
  }

  /// Where finished chunks are kept until the whole is written.
  private Path partsFolder() {
    return switch (options.out) {
      case Place.OfFile(Path path) -> Parts.beside(path.toAbsolutePath());
      case Place.OfDatabase(String address, String table) ->
          home.root().resolve("predict").resolve(Hash.of(address + "\n" + table).substring(0, 16));
    };
  }

  private Optional<Path> input(Parts parts) throws IOException {
    if (options.in.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        switch (options.in.get()) {
          case Place.OfFile(Path path) -> path;
          case Place.OfDatabase from ->
              new Staging(parts.folder(), engine)
                  .rows(from, SqlEngines.find(from.address()), clock, progress);
        });
  }

  private ModelVersion version(Registry registry) {
    String name = useCase.name();
    List<ModelVersion> all = registry.versions(name);
    if (all.isEmpty()) {
      throw new Refusal(
          name, "it has no version yet", "train first: gnomon train " + useCase.file());
    }
    String there =
        all.stream().map(v -> Integer.toString(v.version())).collect(Collectors.joining(", "));
    if (options.version.isPresent()) {
      int number = options.version.getAsInt();
      return registry
          .version(name, number)
          .orElseThrow(() ->
              new BadInput("--version", name + " has no version " + number, "one of " + there));
    }
    return registry
        .alias(name, "champion")
        .orElseThrow(() -> new Refusal(name, "it has no champion", "--version, one of " + there));
  }

  private Observations observations(Bundle bundle, Optional<Path> in) {
    if (useCase.data().isFlatTable()) {
      return TableObservations.of(useCase, bundle.manifest(), engine, in.orElseThrow(), options.at);
    }
    Frame frame = useCase.frame();
    if (frame.observe() instanceof Frame.Observe.Listed) {
      // The list it was trained on is not needed to score another.
      frame =
          new Frame(
              frame.task(),
              frame.entity(),
              new Frame.Observe.EachRow(),
              frame.target(),
              frame.entities());
    }
    DataCheck.Outcome checked =
        DataCheck.run(useCase.name(), useCase.data(), frame, engine, home, progress, clock);
    checked.report().requireUsable();
    LoggedSources sources =
        new LoggedSources(SourceReaders.checked(checked, engine, useCase), home, progress);
    FeaturePlan plan = FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, sources));
    Schema row = plan.row();
    definition = plan.hash();
    if (!row.fields().equals(bundle.manifest().row().fields())) {
      throw new Refusal(
          "version",
          "it was made for other features than %s states now"
              .formatted(useCase.file().getFileName()),
          "train again, or score with the file the version was trained from");
    }
    long at = options.at.orElseGet(() -> EventObservations.latest(lasts(checked, sources)));
    return in.isPresent()
        ? EventObservations.listed(useCase, sources, engine, home, in.get(), at, progress)
        : EventObservations.population(useCase, sources, home, at, progress);
  }

  private List<Long> lasts(DataCheck.Outcome checked, LoggedSources sources) {
    List<Long> lasts = new ArrayList<>();
    for (SourceReport report : checked.report().sources()) {
      SourceSpec spec = useCase.data().sources().get(report.name());
      if (spec != null && !spec.isStatic()) {
        report.last().ifPresent(last -> lasts.add(Times.micros(last)));
      }
    }
    for (SourceSpec spec : useCase.data().sources().values()) {
      lasts.add(sources.latest(spec));
    }
    return lasts;
  }

  private record Scored(int parts, long rows, long reused) {}

  private Scored score(Observations rows, Parts parts, ChunkScorer scorer, Verdicts verdicts) {
    progress.stage("scoring", rows.size());
    long[] total = new long[2];
    Pace pace = new Pace(clock, rows.size());
    int number =
        new Pipeline(parts, scorer, options.threads)
            .run(
                rows,
                options.chunk,
                (part, reused) -> {
                  verdicts.rank(part);
                  total[0] += part.rows();
                  total[1] += reused ? part.rows() : 0;
                  progress.status(pace.text(total[0], total[1]));
                  progress.advance(part.rows());
                });
    if (total[1] > 0) {
      progress.note("%,d rows were scored by a run before".formatted(total[1]));
    }
    return new Scored(number, total[0], total[1]);
  }

  /// Turns parts into what is written, and counts.
  private final class Writing {
    final Schema schema;
    private final OutputTable output;
    long yes;
    long beyond;
    long heldOut;
    double cost;

    Writing(Observations rows, Policy policy, int version) {
      this.output =
          new OutputTable(
              rows.keyName(), rows.timed(), policy.hasCosts(), policy.decides(), version);
      this.schema = output.schema();
    }

    Iterator<Table> tables(Parts parts, int count, Verdicts verdicts) {
      return new Iterator<>() {
        private int number;

        @Override
        public boolean hasNext() {
          return number < count;
        }

        @Override
        public Table next() {
          if (!hasNext()) {
            throw new NoSuchElementException();
          }
          Table part = parts.read(number++);
          Verdict[] answers = verdicts.next(part);
          double[] costs = OutputTable.costs(part, answers);
          for (int i = 0; i < answers.length; i++) {
            yes += answers[i] == Verdict.YES ? 1 : 0;
            beyond += answers[i] == Verdict.NO_CAPACITY ? 1 : 0;
            heldOut += answers[i] == Verdict.HOLD_OUT ? 1 : 0;
            cost += costs[i];
          }
          progress.advance(part.rows());
          return output.of(part, answers, costs);
        }
      };
    }
  }

  /// Appends each decision once; a repeated run finds what is there by its id.
  private long log(
      Observations rows,
      Parts parts,
      Verdicts verdicts,
      Bundle bundle,
      ModelVersion version,
      String identity)
      throws IOException {
    String prefix =
        "batch-" + UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)) + "-";
    long now = Times.micros(clock.instant());
    Schema schema = bundle.manifest().row();
    long added = 0;
    verdicts.begin();
    progress.stage("logging", rows.size());
    try (BatchLog log = new BatchLog(home, useCase.name(), schema, definition, prefix, now);
        Observations.Pass pass = rows.open(options.chunk)) {
      Decision decision = new Decision();
      int number = 0;
      long line = 0;
      for (Optional<Observations.Chunk> next = pass.next(); next.isPresent(); next = pass.next()) {
        Observations.Chunk chunk = next.get();
        Table part = parts.read(number++);
        Verdict[] answers = verdicts.next(part);
        double[] scores = Verdicts.numbers(part, "score");
        double[] costs = OutputTable.costs(part, answers);
        Table.Cursor cursor = chunk.rows().cursor();
        Table.Cursor scored = part.cursor();
        for (int i = 0; i < chunk.size(); i++) {
          cursor.at(i);
          double score = scores[i];
          bundle.policy().decide(score, cursor, decision);
          // Rows of a table have no time of their own: they were decided now.
          long at = rows.timed() ? chunk.at()[i] : options.at.orElse(now);
          DecisionRecord record =
              new DecisionRecord(
                  0,
                  String.valueOf(scored.at(i).text(0)),
                  at,
                  now,
                  Optional.of(prefix + line++),
                  score,
                  decision.acts(),
                  answers[i] == Verdict.YES,
                  answers[i] == Verdict.HOLD_OUT
                      ? DecisionRecord.Variant.HOLD_OUT
                      : DecisionRecord.Variant.CHAMPION,
                  Verdicts.cause(answers[i]),
                  decision.band(),
                  version.version(),
                  decision.threshold(),
                  costs[i],
                  new double[] {
                    bundle.policy().cost(true, true, cursor),
                    bundle.policy().cost(true, false, cursor),
                    bundle.policy().cost(false, true, cursor),
                    bundle.policy().cost(false, false, cursor)
                  },
                  copied(schema, cursor),
                  answers[i] == Verdict.REVIEW,
                  0,
                  false);
          added += log.append(record) ? 1 : 0;
        }
        progress.advance(chunk.size());
      }
    }
    AtomicFiles.forceDirectory(home.decisions(useCase.name()));
    return added;
  }

  private static FeatureRow copied(Schema schema, Table.Cursor from) {
    FeatureRow row = new FeatureRow(schema);
    for (int c = 0; c < schema.size(); c++) {
      switch (schema.field(c).type()) {
        case NUMBER -> row.number(c, from.number(c));
        case TEXT -> row.text(c, from.text(c));
        case TIME -> row.time(c, from.time(c));
      }
    }
    return row;
  }
}
