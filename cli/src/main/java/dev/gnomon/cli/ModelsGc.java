package dev.gnomon.cli;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.Collected;
import dev.gnomon.artifacts.DamagedArtifact;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.Retention;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Removes the bundles of versions that nothing needs any more.
@Command(
    name = "gc",
    description = {
      "Remove the bundles of versions that nothing needs: no alias, no way back, no approval or stage,"
          + " not live lately, not among the newest.",
      "Versions, their metrics and the ledger stay; the ledger says which bundles went."
    },
    footer = {
      "gnomon models gc --dry-run",
      "gnomon models gc --files",
      "gnomon models gc churn --keep-last 10 --older-than 180d"
    })
final class ModelsGc implements Callable<Integer> {
  private static final Duration GRACE = Duration.ofDays(2);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([hdw])");

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "NAME",
      description = "A use case (default: all of the home).")
  private Optional<String> useCase = Optional.empty();

  @Option(
      names = "--keep-last",
      paramLabel = "N",
      description = "Keep the newest N versions (default: 5).")
  private int keepLast = Retention.DEFAULT.keepLast();

  @Option(
      names = "--older-than",
      paramLabel = "D",
      description = "Keep what was registered or live within this time (default: 90d).")
  private String olderThan = "90d";

  @Option(names = "--dry-run", description = "Say what would go, and remove nothing.")
  private boolean dryRun;

  @Option(
      names = "--files",
      description =
          "Also remove contents of files of runs that no file names any more; without it they are"
              + " only counted.")
  private boolean files;

  @Mixin private ArtifactPlace artifacts = new ArtifactPlace();

  ModelsGc(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What `--json` prints, one per version.
  ///
  /// @param bytes of its bundle; 0 when that is gone
  record Line(
      String useCase,
      int version,
      boolean stays,
      List<String> because,
      long bytes,
      String bundle) {}

  @Override
  public Integer call() throws IOException {
    if (keepLast < 1) {
      throw new BadInput("--keep-last", Integer.toString(keepLast), "1 or more");
    }
    Retention retention = new Retention(keepLast, duration(olderThan));
    Home home = common.home();
    BundleStore bundles = new BundleStore(home.bundles());
    List<Line> lines = new ArrayList<>();
    long freed = 0;
    try (Registry registry = Versions.open(common, home, clock)) {
      List<String> names = useCase.map(List::of).orElseGet(registry::useCases);
      if (useCase.isPresent()) {
        Versions.find(registry, useCase.get(), home);
      }
      Set<String> needed = new HashSet<>();
      List<Retention.Verdict> all = new ArrayList<>();
      for (String name : registry.useCases()) {
        List<Retention.Verdict> verdicts =
            dryRun || !names.contains(name)
                ? registry.judge(name, retention)
                : registry.collect(name, retention, Person.name(), "gc");
        verdicts.stream()
            .filter(verdict -> verdict.stays() || !names.contains(name))
            .forEach(verdict -> needed.add(verdict.version().bundleHash()));
        if (names.contains(name)) {
          all.addAll(verdicts);
        }
      }
      for (Retention.Verdict verdict : all) {
        ModelVersion version = verdict.version();
        long bytes = bundles.size(version.bundleHash());
        lines.add(
            new Line(
                version.useCase(),
                version.version(),
                verdict.stays(),
                verdict.reasons(),
                bytes,
                version.bundleHash()));
        if (!verdict.stays() && !needed.contains(version.bundleHash())) {
          if (dryRun) {
            freed += bytes;
          } else if (registry.isRemoved(version.useCase(), version.version())) {
            freed += bundles.remove(version.bundleHash()); // and was not stored again meanwhile
          }
        }
      }
    }
    Optional<Collected> collected = useCase.isPresent() && !files ? Optional.empty() : files(home);
    if (common.json()) {
      Map<String, Object> all =
          new LinkedHashMap<>(Map.of("dryRun", dryRun, "bytes", freed, "versions", lines));
      collected.ifPresent(one -> all.put("files", one));
      terminal.json(all);
      return ExitCode.DONE;
    }
    for (Line line : lines) {
      terminal
          .out()
          .printf(
              "%s@%d  %s%n",
              line.useCase(),
              line.version(),
              line.stays()
                  ? "stays: " + String.join("; ", line.because())
                  : line.bytes() == 0
                      ? "is gone"
                      : "%s: %,d bytes".formatted(dryRun ? "would go" : "removed", line.bytes()));
    }
    terminal.out().printf("%s %,d bytes%n", dryRun ? "would free" : "freed", freed);
    collected.ifPresent(one ->
        terminal
            .out()
            .printf(
                "files of runs: %s %,d contents that no file names (%,d bytes), %,d uploads and %,d"
                    + " drafts that were never finished; %,d contents stay%s%n",
                one.dryRun() ? "would remove" : "removed",
                one.contents(),
                one.bytes(),
                one.uploads(),
                one.drafts(),
                one.kept(),
                files || one.contents() + one.uploads() + one.drafts() == 0
                    ? ""
                    : "; --files removes them"));
    return ExitCode.DONE;
  }

  /// What no path names, and nobody touched for longer than an upload may last. Empty where no
  /// files were kept yet.
  private Optional<Collected> files(Home home) throws IOException {
    Optional<Artifacts> existing = artifacts.existing(home, clock);
    if (existing.isEmpty()) {
      return Optional.empty();
    }
    try (Artifacts kept = existing.get()) {
      return Optional.of(kept.collect(GRACE, dryRun || !files));
    } catch (DamagedArtifact e) {
      throw new Refusal(
          "files of runs",
          "%s; nothing is removed while it is not known what it needs".formatted(e.getMessage()),
          e.remedy() + "; 'gnomon doctor' lists all");
    }
  }

  static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new BadInput("--older-than", "'" + text + "'", "12h, 30d or 8w");
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "h" -> Duration.ofHours(count);
      case "w" -> Duration.ofDays(7 * count);
      default -> Duration.ofDays(count);
    };
  }
}
