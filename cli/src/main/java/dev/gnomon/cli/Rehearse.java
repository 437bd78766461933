package dev.gnomon.cli;

import dev.gnomon.core.Problem;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Does once what the start of the commands does, while the launcher records the start-up cache.
///
/// What a command loads before its first useful act belongs here, as long as it takes well under a
/// second and leaves nothing behind.
@Command(
    name = "rehearse",
    hidden = true,
    mixinStandardHelpOptions = true,
    description = "Load what starts load; the launcher records it for faster starts.",
    footer = "gnomon rehearse")
final class Rehearse implements Callable<Integer> {
  @Override
  public Integer call() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    Terminal silent = new Terminal(nowhere, nowhere, true, true, 80);
    CommandLine line = Main.commandLine(silent, InstantSource.system());
    line.execute("--version");
    line.execute("--help");
    line.getSubcommands().keySet().forEach(name -> line.execute(name, "--help"));
    line.execute("no-such-command");
    silent.json(List.of(new Problem("rehearsal", "nothing", "nothing")));
    try (ProgressBar progress = silent.progress()) {
      progress.stage("rehearsing", 2);
      progress.advance(1);
    }
    return ExitCode.DONE;
  }
}
