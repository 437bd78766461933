package dev.gnomon.cli;

import dev.gnomon.core.usecase.UseCaseSchema;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Prints the JSON Schema of the use-case file, for editors that complete and check while typing.
@Command(
    name = "schema",
    description = "Print the JSON Schema of the use-case file, for editors.",
    footer = {"gnomon schema", "gnomon schema --json"})
final class SchemaCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin
  @SuppressWarnings("UnusedVariable") // the schema is JSON with and without --json
  private CommonOptions common = new CommonOptions();

  SchemaCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().print(UseCaseSchema.json());
    return ExitCode.DONE;
  }
}
