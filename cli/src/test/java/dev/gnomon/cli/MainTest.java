package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
  private static final List<Problem> TWO =
      List.of(
          new Problem("usecase.yaml:3 frame.task", "'binry'", "did you mean 'binary'?"),
          new Problem("usecase.yaml:9 data", "missing", "give 'table' or 'sources'"));

  private final Recorded recorded = new Recorded(false);
  @TempDir Path folder;

  /// A command of a user's making.
  @Command(name = "act", description = "Throw.", footer = "gnomon act")
  private static final class Act implements Callable<Integer> {
    private final Exception thrown;

    @Mixin
    @SuppressWarnings("UnusedVariable") // picocli fills it
    private CommonOptions common = new CommonOptions();

    Act(Exception thrown) {
      this.thrown = thrown;
    }

    @Override
    public Integer call() throws Exception {
      throw thrown;
    }
  }

  private int act(Exception thrown, String... options) {
    CommandLine line = Main.commandLine(recorded.terminal, CLOCK);
    line.addSubcommand(new Act(thrown));
    String[] arguments =
        Stream.concat(Stream.of("act", "--home", folder.toString()), Stream.of(options))
            .toArray(String[]::new);
    return line.execute(arguments);
  }

  @Test
  void aRefusalIsOneAndListsEveryReason() {
    assertThat(act(new Refusal(TWO))).isEqualTo(1);
    assertThat(recorded.err())
        .isEqualTo(
            """
            usecase.yaml:3 frame.task: 'binry'; did you mean 'binary'?
            usecase.yaml:9 data: missing; give 'table' or 'sources'
            """);
    assertThat(recorded.out()).isEmpty();
  }

  @Test
  void badInputIsTwoAlsoWhenAnotherThreadFoundIt() {
    assertThat(act(new CompletionException(new BadInput(TWO)))).isEqualTo(2);
    assertThat(recorded.err()).contains("usecase.yaml:3").contains("usecase.yaml:9");
  }

  @Test
  void anythingElseIsThreeOneLineAndAFileWithTheTrace() throws IOException {
    assertThat(act(new IllegalStateException("the disk said no"))).isEqualTo(3);

    Path details = folder.resolve("last-error.txt");
    assertThat(recorded.err())
        .isEqualTo("gnomon act: the disk said no; details are in " + details + "\n");
    assertThat(Files.readString(details))
        .startsWith("2026-03-01T12:00:00Z")
        .contains("java.lang.IllegalStateException: the disk said no")
        .contains("at dev.gnomon.cli.MainTest");
  }

  @Test
  void detailsGoElsewhereWhenTheHomeCanNotBeMade() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    CommandLine line = Main.commandLine(recorded.terminal, CLOCK);
    line.addSubcommand(new Act(new IllegalStateException("no")));

    assertThat(line.execute("act", "--home", folder.resolve("file/home").toString())).isEqualTo(3);
    Path details = Path.of(recorded.err().strip().replaceFirst(".*details are in ", ""));
    assertThat(Files.readString(details)).contains("IllegalStateException");
    Files.delete(details);
  }

  @Test
  void errorsAreJsonOnTheErrorStreamWhenAskedFor() {
    assertThat(act(new Refusal(TWO), "--json")).isEqualTo(1);
    JsonNode report = JsonMapper.shared().readTree(recorded.err());
    assertThat(report.get("status").asString()).isEqualTo("refused");
    assertThat(report.get("problems")).hasSize(2);
    assertThat(report.get("problems").get(0).get("valid").asString())
        .isEqualTo("did you mean 'binary'?");
    assertThat(recorded.out()).isEmpty();
  }

  @Test
  void anUnknownCommandNamesTheNearest() {
    assertThat(Main.run(recorded.terminal, CLOCK, "docter")).isEqualTo(2);
    assertThat(recorded.err())
        .startsWith("gnomon: no command 'docter'; did you mean 'doctor'?")
        .hasLineCount(1);
  }

  @Test
  void anUnknownOptionNamesTheNearest() {
    assertThat(Main.run(recorded.terminal, CLOCK, "doctor", "--jsn")).isEqualTo(2);
    assertThat(recorded.err())
        .startsWith("gnomon doctor: no option '--jsn'; did you mean '--json'?")
        .hasLineCount(1);
  }

  @Test
  void aMissingValueOfAnOptionIsBadInput() {
    assertThat(Main.run(recorded.terminal, CLOCK, "doctor", "--home")).isEqualTo(2);
    assertThat(recorded.err()).contains("--home").hasLineCount(1);
  }

  @Test
  void withoutACommandTheHelpIsShown() {
    assertThat(Main.run(recorded.terminal, CLOCK)).isZero();
    assertThat(recorded.out()).contains("doctor").doesNotContain("rehearse");
  }

  @Test
  void theRehearsalRunsAndSaysNothing() {
    assertThat(Main.run(recorded.terminal, CLOCK, "rehearse")).isZero();
    assertThat(recorded.out() + recorded.err()).isEmpty();
  }

  @Test
  void doctorFindsTheEnginesTheHomeAndTheNativeLibraries() {
    int exitCode =
        Main.run(recorded.terminal, CLOCK, "doctor", "--json", "--home", folder.toString());
    assertThat(exitCode).as(recorded.err()).isZero();
    JsonNode finding = JsonMapper.shared().readTree(recorded.out());
    assertThat(finding.get("home").asString()).isEqualTo(folder.toString());
    assertThat(finding.get("homeExists").asBoolean()).isTrue();
    assertThat(finding.get("freeDiskBytes").asLong()).isPositive();
    assertThat(finding.get("nativeLibraries"))
        .extracting(library -> library.get("name").asString())
        .contains("duckdb", "sqlite", "xgboost");
  }

  /// Each command must have a description and examples, and the examples must parse.
  @TestFactory
  Stream<DynamicTest> everyExampleOfTheHelpIsValid() {
    return allCommands(Main.commandLine(recorded.terminal, CLOCK))
        .map(command ->
            DynamicTest.dynamicTest(
                command.getCommandSpec().qualifiedName(), () -> checkHelp(command)));
  }

  private void checkHelp(CommandLine command) {
    var usage = command.getCommandSpec().usageMessage();
    assertThat(usage.description()).as("description").isNotEmpty();
    assertThat(usage.footer()).as("examples, the footer of @Command").isNotEmpty();
    for (String example : usage.footer()) {
      // As a shell reads it: what stands in quotes is one word.
      String[] words =
          Pattern.compile("'([^']*)'|(\\S+)")
              .matcher(example.strip())
              .results()
              .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
              .toArray(String[]::new);
      assertThat(words[0]).isEqualTo("gnomon");
      CommandLine line = Main.commandLine(recorded.terminal, CLOCK);
      ParseResult parsed = line.parseArgs(Stream.of(words).skip(1).toArray(String[]::new));
      ParseResult deepest = parsed;
      while (deepest.hasSubcommand()) {
        deepest = deepest.subcommand();
      }
      assertThat(parsed.hasSubcommand() || command.getParent() == null).as(example).isTrue();
      assertThat(deepest.commandSpec().qualifiedName())
          .as("an example stands at the command it shows: " + example)
          .startsWith(command.getCommandSpec().qualifiedName());
    }
  }

  private static Stream<CommandLine> allCommands(CommandLine line) {
    return Stream.concat(
        Stream.of(line), line.getSubcommands().values().stream().flatMap(MainTest::allCommands));
  }
}
