package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.ChunkManifest;
import dev.gnomon.features.ChunkedBackfill;
import dev.gnomon.schema.Times;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Writes the training set of a use case in chunks; goes on where a killed run was, and computes
/// only what new, late or corrected data touches.
@Command(
    name = "backfill",
    description = "Write the training set in chunks of time; resumable, and only what changed.",
    footer = {
      "gnomon features backfill usecase.yaml --out chunks",
      "gnomon features backfill usecase.yaml --out chunks --chunk 7d --json",
      "gnomon features backfill usecase.yaml --out chunks --restart"
    })
final class FeaturesBackfill implements Callable<Integer> {
  private static final Pattern LENGTH = Pattern.compile("([0-9]{1,6})([smhdw])");

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "FILE", description = "The use-case file.")
  private Path file = Path.of("usecase.yaml");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The folder of the chunks and their manifest.json.")
  private Path out = Path.of("");

  @Option(
      names = "--chunk",
      paramLabel = "DURATION",
      description = "Observation time per chunk, such as 12h or 30d (default: ${DEFAULT-VALUE}).")
  private String chunk = "30d";

  @Option(
      names = "--as-of",
      paramLabel = "TIME",
      description = "Up to when outcomes are known: a date or a time in UTC.")
  private Optional<String> asOf = Optional.empty();

  @Option(names = "--restart", description = "Delete what the folder holds and begin anew.")
  private boolean restart;

  FeaturesBackfill(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints.
  ///
  /// @param computed the chunks that this run computed
  /// @param unlabelled why labels are missing, with counts
  /// @param hash of the whole training set
  /// @param before what the hash was before this run, or null
  record Result(
      String out,
      long rows,
      long labelled,
      long positive,
      int features,
      int chunks,
      List<Computed> computed,
      Map<String, Long> unlabelled,
      String view,
      String hash,
      @Nullable String before) {}

  /// @param why `new`, or what it depends on that changed
  /// @param changed whether rows that were there before are others now
  record Computed(
      String file, String from, String to, long rows, List<String> why, boolean changed) {
    static Computed of(ChunkedBackfill.Done done) {
      ChunkManifest.Chunk chunk = done.chunk();
      return new Computed(
          chunk.file(),
          Times.instant(chunk.fromMicros()).toString(),
          Times.instant(chunk.toMicros()).toString(),
          chunk.rows(),
          done.why(),
          done.changed());
    }
  }

  @Override
  public Integer call() {
    Duration length = length();
    Home home = common.homeBeside(file);
    UseCase useCase = UseCaseReader.read(file);
    FileEngine engine = FileEngines.find();
    ChunkedBackfill.Result done;
    try (CommandLineage lineage = new CommandLineage("backfill", useCase, home, clock, terminal);
        ProgressBar bar = terminal.progress()) {
      Progress progress = common.json() && !terminal.interactive() ? Progress.NONE : bar;
      done =
          lineage.during(() ->
              ChunkedBackfill.run(
                  useCase,
                  lineage.sources(engine, progress),
                  engine,
                  out.toAbsolutePath(),
                  length,
                  restart,
                  UsableSources.options(home, AsOf.micros(asOf)),
                  progress));
      lineage.wrote(out, done.plan(), done.manifest().hash().orElseThrow(), done.manifest().rows());
    }
    ChunkManifest manifest = done.manifest();
    Result result =
        new Result(
            out.toString(),
            manifest.rows(),
            manifest.labelled(),
            manifest.positive(),
            done.plan().inputs(),
            manifest.chunks().size(),
            done.computed().stream().map(Computed::of).toList(),
            manifest.unlabelled(),
            done.plan().hash(),
            manifest.hash().orElseThrow(),
            done.before().orElse(null));
    if (common.json()) {
      terminal.json(result);
    } else {
      print(result);
    }
    return ExitCode.DONE;
  }

  private Duration length() {
    Matcher parts = LENGTH.matcher(chunk);
    if (!parts.matches()) {
      throw new BadInput(
          "--chunk", "'" + chunk + "'", "a whole number with s, m, h, d or w, such as 12h or 30d");
    }
    long count = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      case "d" -> Duration.ofDays(count);
      default -> Duration.ofDays(7 * count);
    };
  }

  private void print(Result result) {
    PrintStream print = terminal.out();
    print.printf(
        "%s: %,d observations of %d features in %d chunks, %,d with a label, %,d of them positive%n",
        result.out(),
        result.rows(),
        result.features(),
        result.chunks(),
        result.labelled(),
        result.positive());
    result
        .unlabelled()
        .forEach((reason, count) -> print.printf("  %,d without a label: %s%n", count, reason));
    if (result.computed().isEmpty()) {
      print.println("  nothing to compute: no chunk sees anything new");
    }
    for (Computed one : result.computed()) {
      print.printf(
          "  %s: %,d rows, %s%s%n",
          one.file(),
          one.rows(),
          String.join("; ", one.why()),
          one.why().contains("new") ? "" : one.changed() ? " (rows differ)" : " (same rows)");
    }
    print.printf("  content %s%n", result.hash());
    if (result.before() != null && !result.hash().equals(result.before())) {
      print.printf("  before  %s%n", result.before());
    }
  }
}
