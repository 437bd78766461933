package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.DirectoryLock;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.registry.Registry;
import dev.gnomon.serving.Erasure;
import dev.gnomon.serving.ErasureReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Erases a person by key.
@Command(
    name = "erase",
    description = {
      "Erase what the home knows of a key: posted rows, features, decisions, outcomes, rows set",
      "aside. The ledger keeps that it was done, under a keyed hash of the key. Not while a server",
      "uses the home: ask it with POST /v1/erasures. Files of sources are yours: they are named,",
      "and their rows of the key are not read any more."
    },
    footer = {
      "gnomon erase usecase.yaml --key c42 --dry-run",
      "gnomon erase churn.yaml fraud.yaml --key c42 --reason 'request of 3 May' --json"
    })
final class EraseCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Use-case files of the home. The key is one of the entity of the first; the others are"
              + " looked through for the same entity. The name of a use case with a version does"
              + " too.")
  private List<Path> files = List.of();

  @Option(names = "--key", required = true, description = "The key, as it stands in the rows.")
  private String key = "";

  @Option(names = "--reason", description = "Why, for the ledger; nothing about the person.")
  private String reason = "";

  @Option(names = "--dry-run", description = "Only say what there is.")
  private boolean dryRun;

  EraseCommand(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws IOException {
    Home home =
        Files.exists(files.getFirst()) ? common.homeBeside(files.getFirst()) : common.home();
    if (!Files.isDirectory(home.root())) { // taking the lock would make one
      throw new BadInput(
          home.root().toString(), "no such folder", "--home DIR, one that holds state");
    }
    ErasureReport report;
    try (DirectoryLock _ = home.lock();
        Registry registry = common.registry(home, clock)) {
      List<UseCase> useCases = new ArrayList<>();
      for (Path file : files) {
        useCases.add(UseCaseReader.read(file(file, home, registry)));
      }
      report =
          Erasure.ofHeld(home, registry)
              .erase(
                  useCases.getFirst(),
                  useCases,
                  key,
                  Person.name(),
                  reason,
                  dryRun,
                  clock.instant());
    }
    if (common.json()) {
      terminal.json(report);
    } else {
      print(report);
    }
    return ExitCode.DONE;
  }

  /// The file itself, or the one in the newest version of the use case of that name.
  private static Path file(Path given, Home home, Registry registry) {
    if (Files.exists(given)) {
      return given;
    }
    var versions = registry.versions(given.toString());
    if (versions.isEmpty()) {
      throw new BadInput(
          given.toString(),
          "there is no such file, and no use case of that name has a version",
          "a use-case file");
    }
    return home.bundles().resolve(versions.getLast().bundleHash()).resolve("usecase.yaml");
  }

  private void print(ErasureReport report) {
    String did = report.dryRun() ? "would go" : "gone";
    report
        .rows()
        .forEach(
            (source, rows) -> terminal.out().printf("%s: %,d posted rows %s%n", source, rows, did));
    terminal
        .out()
        .printf(
            "%,d decisions, %,d outcomes, %,d rows set aside %s%n",
            report.decisions(), report.outcomes(), report.setAside(), did);
    if (report.copies() > 0) {
      terminal.out().printf("%,d Parquet files written again without them%n", report.copies());
    }
    for (ErasureReport.Touched one : report.versions()) {
      terminal
          .out()
          .printf(
              "%s version %d is not reproducible %s%n",
              one.useCase(), one.version(), report.dryRun() ? "then" : "since now");
    }
    report.left().forEach(line -> terminal.out().println("left: " + line));
    if (!report.dryRun()) {
      terminal.out().printf("in the ledger as %s%n", report.subject());
    }
  }
}
