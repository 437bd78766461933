package dev.gnomon.cli;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.artifacts.Verified;
import dev.gnomon.backup.Backup;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.LedgerCheck;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Says what this installation consists of and what of it does not work.
@Command(
    name = "doctor",
    description =
        "Show versions, the engines found, native libraries, the home folder, disk, ledger and"
            + " files of runs.",
    footer = {
      "gnomon doctor",
      "gnomon doctor --json",
      "gnomon doctor --quick --artifacts s3://bucket/gnomon",
      "gnomon doctor --home /srv/gnomon --backup monday.zip"
    })
final class Doctor implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--backup",
      paramLabel = "ZIP",
      description = "A backup whose end of the ledger must still be in the ledger.")
  private Optional<Path> backup = Optional.empty();

  @Option(
      names = "--quick",
      description = "Only look whether files of runs are there, instead of reading them all.")
  private boolean quick;

  @Mixin private ArtifactPlace artifacts = new ArtifactPlace();

  Doctor(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// How the ledger is.
  ///
  /// @param badEntry the first entry that is not as it was written; null when all are
  record Ledger(
      long entries,
      String head,
      boolean anchored,
      @Nullable Long badEntry,
      @Nullable String problem) {}

  /// Whether studies and runs can be read.
  ///
  /// @param kind of the store
  record Studies(String kind, @Nullable String problem) {}

  /// How files of runs and models are.
  ///
  /// @param read whether all bytes were compared, and not only lengths
  /// @param damaged a line each
  record Kept(
      String place,
      long files,
      long bytes,
      boolean read,
      List<String> damaged,
      @Nullable String problem) {}

  /// What `--json` prints.
  ///
  /// @param home the folder of all state; created when something is first stored
  record Finding(
      String gnomon,
      String java,
      String javaHome,
      String os,
      int processors,
      long maxHeapBytes,
      String home,
      boolean homeExists,
      boolean homeWritable,
      long freeDiskBytes,
      @Nullable Ledger ledger,
      @Nullable Studies tracking,
      @Nullable Kept artifacts,
      SecurityState security,
      List<Engines.Service> engines,
      List<NativeLibraries.Library> nativeLibraries) {
    boolean healthy() {
      return homeWritable
          && (ledger == null || ledger.problem() == null)
          && (tracking == null || tracking.problem() == null)
          && (artifacts == null || (artifacts.problem() == null && artifacts.damaged().isEmpty()))
          && security.healthy()
          && nativeLibraries.stream().allMatch(NativeLibraries.Library::works)
          && engines.stream()
              .flatMap(service -> service.providers().stream())
              .allMatch(provider -> provider.problem().isEmpty());
    }
  }

  @Override
  public Integer call() throws IOException {
    Finding finding = examine(common.home());
    if (common.json()) {
      terminal.json(finding);
    } else {
      print(finding);
    }
    if (!finding.healthy()) {
      throw new IllegalStateException("something above does not work");
    }
    return ExitCode.DONE;
  }

  private Finding examine(Home of) throws IOException {
    Path home = of.root();
    Path existing = nearestExisting(home);
    return new Finding(
        Main.version(),
        Runtime.version() + " (" + System.getProperty("java.vendor") + ")",
        System.getProperty("java.home"),
        "%s %s, %s"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        Runtime.getRuntime().maxMemory(),
        home.toString(),
        existing.equals(home),
        Files.isDirectory(existing) && Files.isWritable(existing),
        Files.getFileStore(existing).getUsableSpace(),
        ledger(of),
        studies(of),
        files(of),
        security(of),
        Engines.found(),
        NativeLibraries.tried());
  }

  private @Nullable Ledger ledger(Home home) throws IOException {
    if (common.registryInHome() && !Files.exists(home.registry())) {
      return Files.exists(home.ledgerHead())
          ? new Ledger(0, "", true, 1L, "%s is gone".formatted(home.registry()))
          : null;
    }
    try (Registry registry = common.registry(home, clock)) {
      LedgerCheck check = registry.verifyLedger();
      if (check.intact() && backup.isPresent()) {
        check = Backup.ledgerOf(backup.get()).check(registry, check);
      }
      return new Ledger(
          check.entries(),
          check.head(),
          Files.exists(home.ledgerHead()),
          check.bad().map(LedgerCheck.Bad::entry).orElse(null),
          check.problem().orElse(null));
    } catch (UncheckedIOException unreadable) {
      return new Ledger(0, "", false, null, "it can't be read: " + unreadable.getMessage());
    }
  }

  private SecurityState security(Home home) throws IOException {
    if (common.registryInHome() && !Files.exists(home.registry())) {
      return SecurityState.of(home, null, clock.instant());
    }
    try (Registry registry = common.registry(home, clock)) {
      return SecurityState.of(home, registry, clock.instant());
    } catch (UncheckedIOException told) { // of the ledger
      return SecurityState.of(home, null, clock.instant());
    }
  }

  /// Null where nothing is tracked yet.
  private @Nullable Studies studies(Home home) {
    if (common.registryInHome() && !Files.exists(home.tracking())) {
      return null;
    }
    String kind = common.address(home.tracking()).kind();
    try (Tracking tracking = common.tracking(home, clock)) {
      tracking.study("0");
      return new Studies(kind, null);
    } catch (UncheckedIOException | TrackingError | Refusal unreadable) {
      return new Studies(kind, unreadable.getMessage());
    }
  }

  /// Null where none were kept yet.
  private @Nullable Kept files(Home home) {
    Optional<Artifacts> existing = artifacts.existing(home, clock);
    if (existing.isEmpty()) {
      return null;
    }
    String place = artifacts.of(home);
    try (Artifacts kept = existing.get()) {
      Verified found = kept.verify(quick);
      return new Kept(place, found.files(), found.bytes(), !quick, found.damaged(), null);
    } catch (IOException | UncheckedIOException unreadable) {
      return new Kept(place, 0, 0, !quick, List.of(), unreadable.getMessage());
    }
  }

  private static Path nearestExisting(Path path) {
    Path candidate = path;
    while (!Files.exists(candidate)) {
      Path parent = candidate.getParent();
      if (parent == null) {
        return candidate;
      }
      candidate = parent;
    }
    return candidate;
  }

  private void print(Finding finding) {
    List<String> lines = new ArrayList<>();
    lines.add(line("gnomon", finding.gnomon()));
    lines.add(line("java", finding.java() + ", " + finding.javaHome()));
    lines.add(line("system", finding.os() + ", " + finding.processors() + " processors"));
    lines.add(line("heap", "at most " + gigabytes(finding.maxHeapBytes())));
    String state =
        !finding.homeWritable()
            ? " (can't be written)"
            : finding.homeExists() ? "" : " (not created yet)";
    lines.add(line("home", finding.home() + state));
    lines.add(line("disk", gigabytes(finding.freeDiskBytes()) + " free"));
    Ledger ledger = finding.ledger();
    if (ledger != null) {
      lines.add(
          line(
              "ledger",
              ledger.problem() != null
                  ? "BROKEN: " + ledger.problem()
                  : String.format(
                      Locale.ROOT,
                      "%,d entries, the chain holds%s",
                      ledger.entries(),
                      ledger.anchored() || ledger.entries() == 0
                          ? ""
                          : "; no ledger.head to compare its end with")));
    }
    Studies tracking = finding.tracking();
    if (tracking != null) {
      lines.add(
          line(
              "tracking",
              tracking.kind()
                  + (tracking.problem() == null ? "" : " can't be read: " + tracking.problem())));
    }
    Kept artifacts = finding.artifacts();
    if (artifacts != null) {
      lines.add(line("artifacts", told(artifacts)));
      artifacts.damaged().forEach(one -> lines.add(line("", one)));
    }
    finding.security().lines().forEach(one -> lines.add(line(one.getFirst(), one.getLast())));
    lines.add("");
    lines.add(terminal.bold("engines"));
    finding
        .engines()
        .forEach(service ->
            service
                .providers()
                .forEach(provider ->
                    lines.add(
                        line(
                            "  " + service.name(),
                            provider.name() + provider.problem().map(p -> ": " + p).orElse("")))));
    if (finding.engines().isEmpty()) {
      lines.add("  none on the class path");
    }
    lines.add("");
    lines.add(terminal.bold("native libraries"));
    finding
        .nativeLibraries()
        .forEach(library -> lines.add(line("  " + library.name(), library.answer())));
    lines.forEach(terminal.out()::println);
  }

  private static String told(Kept artifacts) {
    if (artifacts.problem() != null) {
      return "%s can't be read: %s".formatted(artifacts.place(), artifacts.problem());
    }
    return String.format(
        Locale.ROOT,
        "%,d files, %s, %s",
        artifacts.files(),
        gigabytes(artifacts.bytes()),
        artifacts.damaged().isEmpty()
            ? artifacts.read() ? "all as they were put" : "all there"
            : "%d DAMAGED: send them again, restore artifacts from a backup, or delete them"
                .formatted(artifacts.damaged().size()));
  }

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-18s %s", name, value);
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
