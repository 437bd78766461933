package dev.gnomon.cli;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.solutions.churn.ChurnEvents;
import dev.gnomon.solutions.churn.ChurnFiles;
import dev.gnomon.solutions.churn.ChurnScenario;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Starts a use case: by asking, from an example, or from a solution. Never overwrites a file.
@Command(
    name = "new",
    description = {
      "Start a use case. Without arguments the eight steps are asked; a folder gets an",
      "example to change, or a solution (churn) with generated data."
    },
    footer = {"gnomon new", "gnomon new my-use-case", "gnomon new churn my-churn"})
final class NewCommand implements Callable<Integer> {
  private static final List<String> SOLUTIONS = List.of("churn");
  private static final String FILE = "usecase.yaml";

  private final Terminal terminal;
  private final InstantSource clock;
  private final InputStream answers;

  @Parameters(
      arity = "0..2",
      paramLabel = "WHAT",
      description = "DIR, or SOLUTION DIR; the solution there is: churn.")
  private List<String> arguments = List.of();

  @Option(names = "--seed", description = "Of generated data (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--customers",
      description = "Of generated data: how many at a time (default: ${DEFAULT-VALUE}).")
  private int customers = ChurnScenario.standard(1).customers();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  /// @param answers where the answers come from: the input of the process
  NewCommand(Terminal terminal, InstantSource clock, InputStream answers) {
    this.terminal = terminal;
    this.clock = clock;
    this.answers = answers;
  }

  @Override
  public Integer call() throws IOException {
    switch (arguments.size()) {
      case 0 -> ask();
      case 1 -> example(arguments.getFirst());
      default -> solution(arguments.getFirst(), Path.of(arguments.get(1)));
    }
    return ExitCode.DONE;
  }

  private void ask() throws IOException {
    Questions questions = new Questions(terminal.err(), answers);
    questions.say("Eight steps; an empty line takes what stands in brackets.\n");
    String written =
        questions.ask(
            "Where shall the use case be written?",
            "a file that is not there yet",
            FILE,
            answer -> free(Path.of(answer)));
    Path file = Path.of(written).toAbsolutePath().normalize();
    String text = Interview.hold(questions, file);
    UseCase useCase = UseCaseReader.parse(text, file);
    write(file, text);
    terminal.out().println("written: " + written + "\n");
    Home home = new Home(file.resolveSibling(".gnomon"));
    try (ProgressBar progress = terminal.progress()) {
      AdviseCommand.print(terminal, AdviseCommand.advice(useCase, home, progress, clock));
    }
    next(written);
  }

  private static Optional<String> free(Path file) {
    if (Files.exists(file)) {
      return Optional.of("'" + file + "' exists, and nothing is overwritten; another name");
    }
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return Optional.of("there is no folder '" + folder + "'; a file in a folder that exists");
    }
    return file.toString().endsWith(".yaml") || file.toString().endsWith(".yml")
        ? Optional.empty()
        : Optional.of("'" + file + "'; a name that ends with .yaml");
  }

  private void example(String folder) throws IOException {
    if (SOLUTIONS.contains(folder)) {
      throw new BadInput(
          "DIR",
          "'" + folder + "' is a solution, and no folder follows",
          "gnomon new %s DIR, or ./%s for a folder of that name".formatted(folder, folder));
    }
    Path directory = Path.of(folder);
    requireFree(directory, FILE, "offers.csv");
    Files.createDirectories(directory);
    write(directory.resolve("offers.csv"), Example.table());
    write(directory.resolve(FILE), Example.useCase());
    next(directory.resolve(FILE).toString());
  }

  private void solution(String name, Path directory) throws IOException {
    if (!SOLUTIONS.contains(name)) {
      throw new BadInput(
          "SOLUTION",
          "there is no solution '" + name + "'",
          "one of " + String.join(", ", SOLUTIONS));
    }
    if (customers < 1_000 || customers > 99_999) {
      throw new BadInput(
          "--customers", Integer.toString(customers), "1000 to 99999; fewer teach nothing");
    }
    requireFree(directory, FILE, "data");
    try (ProgressBar progress = terminal.progress()) {
      progress.stage("a year of a subscription business", 0);
      new ChurnFiles(ChurnEvents.generate(new ChurnScenario(seed, customers))).write(directory);
    }
    next(directory.resolve(FILE).toString());
  }

  private static void requireFree(Path directory, String... names) {
    if (Files.exists(directory) && !Files.isDirectory(directory)) {
      throw new BadInput(directory.toString(), "it is a file", "a folder");
    }
    for (String name : names) {
      if (Files.exists(directory.resolve(name))) {
        throw new BadInput(
            directory.resolve(name).toString(),
            "it exists, and nothing is overwritten",
            "another folder");
      }
    }
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFiles.writeString(file, text);
  }

  private void next(String file) {
    terminal
        .out()
        .printf("%nnext: gnomon check %s, gnomon advise %s, gnomon train %s%n", file, file, file);
  }
}
