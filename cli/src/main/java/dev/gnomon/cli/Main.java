package dev.gnomon.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.UsageMessageSpec;

/// Entry point of `gnomon`.
@Command(
    name = "gnomon",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "From data to decisions that stay right.",
    footer = {"gnomon doctor", "gnomon doctor --help"})
public final class Main implements Callable<Integer> {
  private final Terminal terminal;

  private Main(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String... arguments) {
    Terminal terminal = Terminal.ofProcess(System.getenv());
    int exitCode = run(terminal, InstantSource.system(), arguments);
    terminal.out().flush();
    System.exit(exitCode);
  }

  /// The commands, in the order of the help. A new one is a class and a line here.
  private static List<Callable<Integer>> commands(Terminal terminal, InstantSource clock) {
    return List.of(
        new Demo(terminal, clock),
        new ProfileCommand(terminal, clock),
        new CheckCommand(terminal, clock),
        new AdviseCommand(terminal, clock),
        new NewCommand(terminal, clock, System.in),
        new QuarantineCommand(terminal, clock),
        new FeaturesCommand(terminal, clock),
        new Train(terminal, clock),
        new Predict(terminal, clock),
        new Up(terminal, clock),
        new TokenCommand(terminal, clock),
        new Evaluate(terminal, clock),
        new Compare(terminal, clock),
        new Reproduce(terminal, clock),
        new ModelsCommand(terminal, clock),
        new RunsCommand(terminal, clock),
        new LedgerCommand(terminal, clock),
        new BundleCommand(terminal, clock),
        new MonitorCommand(terminal, clock),
        new LogsCommand(terminal),
        new EraseCommand(terminal, clock),
        new BackupCommand(terminal, clock),
        new RestoreCommand(terminal, clock),
        new SchemaCommand(terminal),
        new Doctor(terminal, clock),
        new Rehearse());
  }

  /// Runs one command line in this process.
  ///
  /// @return the exit code, see [ExitCode]
  static int run(Terminal terminal, InstantSource clock, String... arguments) {
    CommandLine line = commandLine(terminal, clock);
    try {
      return line.execute(arguments);
    } catch (Error broken) { // out of memory, a native library that does not load
      return new Failures(terminal, clock).handle(broken, line);
    }
  }

  static CommandLine commandLine(Terminal terminal, InstantSource clock) {
    CommandLine line = new CommandLine(new Main(terminal));
    for (Callable<Integer> command : commands(terminal, clock)) {
      CommandLine one = new CommandLine(command);
      if (command instanceof FeaturesCommand features) {
        features.parts().forEach(one::addSubcommand);
      }
      if (command instanceof QuarantineCommand quarantine) {
        quarantine.parts().forEach(one::addSubcommand);
      }
      if (command instanceof ModelsCommand models) {
        models.parts().forEach(one::addSubcommand);
      }
      if (command instanceof RunsCommand runs) {
        runs.parts().forEach(one::addSubcommand);
      }
      if (command instanceof TokenCommand tokens) {
        tokens.parts().forEach(one::addSubcommand);
      }
      if (command instanceof BundleCommand bundle) {
        bundle.parts().forEach(one::addSubcommand);
      }
      if (command instanceof LogsCommand) {
        one.addSubcommand(new LogsCompact(terminal));
      }
      line.addSubcommand(one);
    }
    Failures failures = new Failures(terminal, clock);
    line.setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8));
    line.setExecutionExceptionHandler(failures);
    line.setParameterExceptionHandler(failures);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(terminal.colour() ? Ansi.ON : Ansi.OFF));
    line.setUsageHelpWidth(Math.max(terminal.width(), 60));
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setAbbreviatedOptionsAllowed(false);
    layOutHelp(line);
    return line;
  }

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public Integer call() {
    CommandLine.usage(this, terminal.out());
    return ExitCode.DONE;
  }

  private static void layOutHelp(CommandLine line) {
    UsageMessageSpec usage = line.getCommandSpec().usageMessage();
    usage.sortOptions(false);
    usage.footerHeading("%nExamples:%n");
    usage.footer(Stream.of(usage.footer()).map(example -> "  " + example).toArray(String[]::new));
    line.getSubcommands().values().forEach(Main::layOutHelp);
  }

  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"gnomon " + version() + " (Java " + Runtime.version().feature() + ")"};
    }
  }
}
