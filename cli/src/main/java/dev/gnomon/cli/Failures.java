package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns whatever a command throws into lines for people (or, with `--json`, one JSON object on the
/// error stream) and an exit code. Nobody is ever shown a stack trace: it goes to a file.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final String DETAILS_FILE = "last-error.txt";

  private final Terminal terminal;
  private final InstantSource clock;

  Failures(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// What is printed with `--json`.
  record Report(String status, List<Problem> problems) {}

  @Override
  public int handleExecutionException(
      Exception thrown, CommandLine command, @Nullable ParseResult parsed) {
    return handle(thrown, command);
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] arguments) {
    return report("bad-input", List.of(wrongUse(thrown)), wantsJson(arguments), ExitCode.BAD_INPUT);
  }

  /// The exit code for anything thrown, errors of the Java machine included.
  int handle(Throwable thrown, CommandLine command) {
    CommonOptions common = common(command);
    boolean json = common != null && common.json();
    // Work on other threads arrives wrapped.
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof Refusal refusal) {
        return report("refused", refusal.reasons(), json, ExitCode.REFUSED);
      }
      if (cause instanceof BadInput badInput) {
        return report("bad-input", badInput.problems(), json, ExitCode.BAD_INPUT);
      }
      if (cause instanceof ParameterException wrongUse) {
        return report("bad-input", List.of(wrongUse(wrongUse)), json, ExitCode.BAD_INPUT);
      }
    }
    String name = command.getCommandSpec().qualifiedName();
    Path home = (common == null ? new CommonOptions() : common).home().root();
    Problem problem = new Problem(name, oneLine(thrown), writeDetails(thrown, name, home));
    return report("failed", List.of(problem), json, ExitCode.FAILED);
  }

  private int report(String status, List<Problem> problems, boolean json, int exitCode) {
    if (json) {
      terminal.err().println(Terminal.toJson(new Report(status, problems)));
    } else {
      problems.forEach(problem -> terminal.err().println(problem.line()));
    }
    return exitCode;
  }

  private static Problem wrongUse(ParameterException thrown) {
    CommandLine command = thrown.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String help = "'" + name + " --help' lists what there is";
    if (thrown instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().getFirst();
      boolean isOption = first.startsWith("-");
      List<String> near = unmatched.getSuggestions();
      String found = "no %s '%s'".formatted(isOption ? "option" : kind(command), first);
      String valid =
          near.isEmpty() ? help : "did you mean '%s'? %s".formatted(near.getFirst(), help);
      return new Problem(name, found, valid);
    }
    return new Problem(name, oneLine(thrown), help);
  }

  private static String kind(CommandLine command) {
    return command.getSubcommands().isEmpty() ? "such argument" : "command";
  }

  private static boolean wantsJson(String[] arguments) {
    return List.of(arguments).contains("--json");
  }

  private static @Nullable CommonOptions common(CommandLine command) {
    ParseResult parsed = command.getParseResult();
    CommandLine deepest = command;
    while (parsed != null && parsed.hasSubcommand()) {
      parsed = parsed.subcommand();
      deepest = parsed.commandSpec().commandLine();
    }
    return deepest.getMixins().values().stream()
        .filter(CommonOptions.class::isInstance)
        .map(CommonOptions.class::cast)
        .findFirst()
        .orElse(null);
  }

  private static String oneLine(Throwable thrown) {
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    String line = message.strip().lines().findFirst().orElseThrow();
    // Messages such as that of a missing file hold a bare path: the type is the better half.
    return thrown instanceof IOException || !line.contains(" ")
        ? thrown.getClass().getSimpleName() + " " + line
        : line;
  }

  private String writeDetails(Throwable thrown, String command, Path home) {
    StringWriter details = new StringWriter();
    PrintWriter writer = new PrintWriter(details);
    writer.printf(
        Locale.ROOT,
        "%s%n%s %s%nJava %s on %s %s%n%n",
        clock.instant(),
        command,
        Main.version(),
        Runtime.version(),
        System.getProperty("os.name"),
        System.getProperty("os.arch"));
    thrown.printStackTrace(writer);
    try {
      Files.createDirectories(home);
      Path file = home.resolve(DETAILS_FILE);
      Files.writeString(file, details.toString());
      return "details are in " + file;
    } catch (IOException unwritable) {
      try {
        Path file = Files.createTempFile("gnomon-last-error", ".txt");
        Files.writeString(file, details.toString());
        return "details are in " + file;
      } catch (IOException alsoUnwritable) {
        return "details could not be written: " + oneLine(alsoUnwritable);
      }
    }
  }
}
