package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.solutions.churn.ChurnScenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The whole loop on generated data, then a server to look around in.
@Command(
    name = "demo",
    description = "Go round the whole loop on generated data; leave server and pages running.",
    footer = {"gnomon demo", "gnomon demo churn --exit --json"})
final class Demo implements Callable<Integer> {
  private static final int USUAL_PORT = 8080;

  private final Terminal terminal;
  private final InstantSource clock;

  @Parameters(arity = "0..1", paramLabel = "SOLUTION", description = "Which one: churn (default).")
  private String solution = "churn";

  @Option(names = "--exit", description = "Stop when done instead of serving until Ctrl-C.")
  private boolean exit;

  @Option(names = "--json", description = "Print the result as one JSON document.")
  private boolean json;

  @Option(
      names = "--port",
      description = "Default: 8080 if it is free, else any free one; 0 for any free one.")
  private Optional<Integer> port = Optional.empty();

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Folder of everything, emptied first (default: ./gnomon-demo).")
  private Optional<Path> chosen = Optional.empty();

  @Option(names = "--seed", description = "Of the generated data (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--customers",
      description = "How many at a time (default: ${DEFAULT-VALUE}); fewer is faster.")
  private int customers = ChurnScenario.standard(1).customers();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  Demo(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (!solution.equals("churn")) {
      throw new BadInput("SOLUTION", "there is no solution '" + solution + "'", "churn");
    }
    if (customers < 1_000 || customers > 99_999) {
      throw new BadInput(
          "--customers", Integer.toString(customers), "1000 to 99999; fewer teach nothing");
    }
    try {
      return run(new ChurnScenario(seed, customers));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int run(ChurnScenario scenario) throws IOException {
    Path folder = chosen.orElse(Path.of("gnomon-demo")).toAbsolutePath().normalize();
    // A home that was named holds the state itself; otherwise it lies where `gnomon up` looks.
    Home home = new Home(chosen.isPresent() ? folder : folder.resolve(".gnomon"));
    DemoFolder.renew(folder, home);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    try (DemoRun demo = new DemoRun(folder, home, port(), clock)) {
      DemoRun.Outcome outcome;
      try (ProgressBar bar = terminal.progress()) {
        outcome = demo.run(scenario, json && !terminal.interactive() ? Progress.NONE : bar);
      }
      DemoResult result =
          DemoResult.of(scenario, folder.toString(), exit ? null : outcome.address(), outcome);
      if (json) {
        terminal.json(result);
      } else {
        new DemoText(terminal, result, outcome).print(folder, chosen.isPresent(), exit);
      }
      terminal.out().flush();
      if (!exit) {
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread(() -> {
                  stop.countDown();
                  await(closed);
                }));
        await(stop);
      }
    } finally {
      closed.countDown();
    }
    return ExitCode.DONE;
  }

  private int port() {
    if (port.isPresent()) {
      return port.get();
    }
    try (ServerSocket free = new ServerSocket(USUAL_PORT, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException taken) {
      return 0;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
