package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.Refusal;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.scoring.BatchScoring;
import dev.gnomon.scoring.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Scores many rows, from a file or a database into a file or a table.
@Command(
    name = "predict",
    description = {
      "Score rows or keys with a registered version and write one line for each.",
      "A run that is killed goes on where it was when started again with the same arguments.",
      "Nothing goes into the decision log unless --log asks for it."
    },
    footer = {
      "gnomon predict usecase.yaml --in customers.csv --out scores.csv",
      "gnomon predict usecase.yaml --in 'jdbc:postgresql://db/crm?table=customers' --out 'jdbc:postgresql://db/crm' --table scores",
      "gnomon predict usecase.yaml --out this-week.parquet --at 2024-11-04 --explain"
    })
final class Predict implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--in",
      paramLabel = "FROM",
      description =
          "A CSV or Parquet file, or jdbc:…?table=NAME: the columns of the flat table; or, with sources, the key column and, if wanted, observed_at. Without it everybody the population source knows.")
  private Optional<String> in = Optional.empty();

  @Option(
      names = "--query",
      paramLabel = "SELECT",
      description = "With --in jdbc:… the statement that gives the rows, instead of a table.")
  private Optional<String> query = Optional.empty();

  @Option(
      names = "--out",
      required = true,
      paramLabel = "TO",
      description =
          "A .csv, .csv.gz or .parquet file, which appears when it is whole, or jdbc:… with --table. What is there already is refused unless it is this run's.")
  private String out = "";

  @Option(names = "--table", paramLabel = "NAME", description = "With --out jdbc:… the table.")
  private Optional<String> table = Optional.empty();

  @Option(names = "--overwrite", description = "Replace an output that is there already.")
  private boolean overwrite;

  @Option(names = "--version", paramLabel = "N", description = "Default: the champion.")
  private Optional<Integer> version = Optional.empty();

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "As of when, a date or a time in UTC, for rows without observed_at. Default: the second after the newest row of the sources.")
  private Optional<String> at = Optional.empty();

  @Option(
      names = "--explain",
      description = "Write the three strongest reasons (always so with `reasons: required`).")
  private boolean explain;

  @Option(
      names = "--log",
      description =
          "Also append the decisions to the decision log, each once, so that they are watched and can be joined with outcomes; not while a server uses the home.")
  private boolean log;

  @Option(
      names = "--chunk-rows",
      paramLabel = "N",
      description = "Rows per resumable chunk (default: ${DEFAULT-VALUE}).")
  private int chunk = BatchScoring.CHUNK;

  Predict(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints.
  ///
  /// @param expectedCost of all decisions as they are; null without costs
  record Summary(
      String out,
      int version,
      String bundle,
      long rows,
      long yes,
      long beyondCapacity,
      long heldOut,
      @Nullable Double expectedCost,
      long reused,
      long logged,
      double seconds) {}

  @Override
  public Integer call() {
    if (query.isPresent() && in.isEmpty()) {
      throw new BadInput("--query", "nothing says of which database", "--in jdbc:…");
    }
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    if (!Files.exists(home.registry())) { // opening the registry would make one
      throw new Refusal(
          useCase.name(),
          "there is no version of it in " + home.root(),
          "train first: gnomon train " + file + ", or name another --home");
    }
    Instant start = clock.instant();
    BatchScoring.Result result;
    try (ProgressBar bar = terminal.progress();
        Registry registry = common.registry(home, clock)) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      result =
          BatchScoring.run(
              useCase,
              FileEngines.find(),
              home,
              registry,
              clock,
              progress,
              new BatchScoring.Options(
                  in.map(from -> Place.of("--in", from, query)),
                  Place.of("--out", out, table),
                  overwrite,
                  version.isPresent() ? OptionalInt.of(version.get()) : OptionalInt.empty(),
                  at.isPresent() ? OptionalLong.of(time(at.get())) : OptionalLong.empty(),
                  explain,
                  log,
                  chunk,
                  Runtime.getRuntime().availableProcessors()));
    }
    double seconds = java.time.Duration.between(start, clock.instant()).toMillis() / 1e3;
    if (common.json()) {
      terminal.json(
          new Summary(
              result.out(),
              result.version(),
              result.bundle(),
              result.rows(),
              result.yes(),
              result.beyondCapacity(),
              result.heldOut(),
              Double.isNaN(result.expectedCost()) ? null : result.expectedCost(),
              result.reused(),
              result.logged(),
              seconds));
    } else {
      print(useCase, result);
    }
    return ExitCode.DONE;
  }

  private void print(UseCase useCase, BatchScoring.Result result) {
    StringBuilder line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "%s: %,d rows by version %d",
            result.out(),
            result.rows(),
            result.version()));
    if (result.decides()) {
      line.append(String.format(Locale.ROOT, ", %,d yes", result.yes()));
    }
    if (result.beyondCapacity() > 0) {
      line.append(
          String.format(Locale.ROOT, ", %,d more beyond the capacity", result.beyondCapacity()));
    }
    if (result.heldOut() > 0) {
      line.append(String.format(Locale.ROOT, ", %,d held out", result.heldOut()));
    }
    useCase
        .problem()
        .costs()
        .ifPresent(costs ->
            line.append(
                String.format(
                    Locale.ROOT,
                    "; expected cost %,.0f %s",
                    result.expectedCost(),
                    costs.currency())));
    if (result.logged() > 0) {
      line.append(String.format(Locale.ROOT, "; %,d logged", result.logged()));
    }
    terminal.out().println(line);
  }

  private static long time(String text) {
    try {
      if (text.length() == 10) {
        return Times.micros(LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
      }
      boolean zoned = text.endsWith("Z") || text.lastIndexOf('+') > 0 || text.lastIndexOf('-') > 9;
      return Times.micros(OffsetDateTime.parse(zoned ? text : text + "Z").toInstant());
    } catch (DateTimeParseException e) {
      throw new BadInput("--at", "'" + text + "'", "2024-11-01 or 2024-11-01T12:00:00Z");
    }
  }
}
