package dev.gnomon.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Says what this installation consists of and what of it does not work.
@Command(
    name = "doctor",
    description = "Show versions, the engines found, native libraries, the home folder and disk.",
    footer = {"gnomon doctor", "gnomon doctor --json", "gnomon doctor --home /srv/gnomon"})
final class Doctor implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common = new CommonOptions();

  Doctor(Terminal terminal) {
    this.terminal = terminal;
  }

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
      List<Engines.Service> engines,
      List<NativeLibraries.Library> nativeLibraries) {
    boolean healthy() {
      return homeWritable
          && nativeLibraries.stream().allMatch(NativeLibraries.Library::works)
          && engines.stream()
              .flatMap(service -> service.providers().stream())
              .allMatch(provider -> provider.problem().isEmpty());
    }
  }

  @Override
  public Integer call() throws IOException {
    Finding finding = examine(common.home().root());
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

  private static Finding examine(Path home) throws IOException {
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
        Engines.found(),
        NativeLibraries.tried());
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

  private static String line(String name, String value) {
    return String.format(Locale.ROOT, "%-18s %s", name, value);
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
