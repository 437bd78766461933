package dev.gnomon.scoring;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SqlEngines;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.models.Bundle;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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
    Inputs inputs = new Inputs(useCase, engine, home, clock, progress, options);
    Optional<Path> in = inputs.file(parts);
    Observations rows;
    try {
      rows = inputs.rows(bundle, in);
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
    Writing writing = new Writing(rows, bundle.policy(), version.version(), progress);
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
    long logged =
        options.log
            ? new LoggedBatch(useCase, home, clock, progress, options)
                .add(rows, parts, verdicts, bundle, version, inputs.definition(), identity)
            : 0;
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
}
