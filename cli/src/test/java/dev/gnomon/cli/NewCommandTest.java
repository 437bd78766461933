package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NewCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir private Path folder;
  private final Recorded recorded = new Recorded(false);

  /// Runs `gnomon new` with lines as from a pipe.
  private int answer(String... lines) {
    String text = Stream.of(lines).map(line -> line + "\n").collect(Collectors.joining());
    CommandLine line =
        new CommandLine(
            new NewCommand(
                recorded.terminal,
                CLOCK,
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
    line.setExecutionExceptionHandler(new Failures(recorded.terminal, CLOCK));
    return line.execute();
  }

  private void check(Path file) {
    Recorded checked = new Recorded(false);
    assertThat(Main.run(checked.terminal, CLOCK, "check", file.toString()))
        .as(checked.err())
        .isZero();
  }

  private Path table() throws IOException {
    StringBuilder text = new StringBuilder("id,plan,months,clv,churn\n");
    for (int i = 0; i < 300; i++) {
      text.append(
          "k%d,%s,%d,%d,%s\n"
              .formatted(
                  i, i % 3 == 0 ? "pro" : "basic", i % 60, 50 + i, i % 5 == 0 ? "ja" : "nein"));
    }
    return Files.writeString(folder.resolve("t.csv"), text);
  }

  @Test
  void theEightStepsOfATableOverAPipe() throws IOException {
    Path table = table();
    Path file = folder.resolve("usecase.yaml");
    int exitCode =
        answer(
            table.toString(), // exists
            file.toString(),
            "My Case", // no name
            "offers",
            folder.resolve("absent.csv").toString(),
            table.toString(),
            "chrun", // no column
            "",
            "",
            "Offer: a \"discount\" # now",
            "growth@example.com",
            "10",
            "clw", // no column
            "clv",
            "10 + 0.7 * clv",
            "EUR",
            "100", // no unit
            "100ms",
            "required",
            "",
            "customer",
            "yes", // no row is
            "",
            "",
            "",
            "",
            "logistik", // no model
            "",
            "",
            "",
            "",
            "plan",
            "0.1",
            "",
            "");
    assertThat(exitCode).as(recorded.err()).isZero();
    assertThat(recorded.err())
        .contains("exists, and nothing is overwritten")
        .contains("'My Case'; as in telco-churn")
        .contains("no file '" + folder.resolve("absent.csv"))
        .contains("no column 'chrun'; did you mean 'churn'? there are id, plan, months, clv, churn")
        .contains("clw")
        .contains("a duration, as in 100ms or 2s")
        .contains("no row is 'yes'; one of ja, nein")
        .contains("logistic");
    UseCase read = UseCaseReader.read(file);
    assertThat(read.name()).isEqualTo("offers");
    assertThat(read.problem().decision()).contains("Offer: a \"discount\" # now");
    assertThat(read.problem().costs().orElseThrow().truePositive().text())
        .isEqualTo("10 + 0.7 * clv");
    assertThat(read.frame().target())
        .isEqualTo(new Frame.Target.InColumn("churn", java.util.Optional.of("ja")));
    assertThat(read.data().require("table").key()).contains("id");
    assertThat(read.evaluation().segments()).containsExactly("plan");
    assertThat(read.production().holdOut()).isEqualTo(0.1);
    check(file);
    assertThat(recorded.out())
        .contains("offers, read as churn: 300 rows of 3 features")
        .contains("act from a probability of about");
  }

  @Test
  void aNumberIsForeseenWithoutCosts() throws IOException {
    Path file = folder.resolve("number.yaml");
    String[] answers = new String[30];
    java.util.Arrays.fill(answers, "");
    answers[0] = file.toString();
    answers[1] = "worth";
    answers[2] = table().toString();
    answers[3] = "clv";
    assertThat(answer(answers)).as(recorded.err()).isZero();
    assertThat(UseCaseReader.read(file).frame().task()).isEqualTo(Frame.Task.REGRESSION);
    check(file);
    assertThat(recorded.err()).doesNotContain("act needlessly");
  }

  @Test
  void theEightStepsOfSourcesOverAPipe() throws IOException {
    SmallWorld.write(folder);
    Path file = folder.resolve("mine.yaml");
    int exitCode =
        answer(
            file.toString(),
            "small-churn",
            "sources",
            "customers, logins, left",
            folder.resolve("customers.csv").toString(),
            "",
            "customer",
            "since",
            folder.resolve("logins.csv").toString(),
            "",
            "customer",
            "at",
            "loaded",
            folder.resolve("left.csv").toString(),
            "events",
            "customer",
            "at",
            "Call a customer",
            "",
            "1",
            "5",
            "",
            "",
            "",
            "",
            "",
            "customer",
            "",
            "customers", // no source of events
            "left",
            "7", // no unit
            "7d",
            "",
            "",
            "2024-02-01",
            "2024-01-01", // before
            "2024-04-20",
            "7d, 30d",
            "",
            "",
            "",
            "",
            "plan",
            "",
            "");
    assertThat(exitCode).as(recorded.err()).isZero();
    UseCase read = UseCaseReader.read(file);
    assertThat(read.data().sources().keySet()).containsExactly("customers", "logins", "left");
    assertThat(read.data().require("logins").knownAt()).contains("loaded");
    assertThat(read.frame().observe()).isInstanceOf(Frame.Observe.Grid.class);
    assertThat(recorded.err())
        .contains("'customers'; one of logins, left")
        .contains("a duration")
        .contains("'to' is before 'from'");
    check(file);
  }

  @Test
  void answersThatEndTooEarlyWriteNothing() throws IOException {
    Path file = folder.resolve("usecase.yaml");
    assertThat(answer(file.toString(), "offers", table().toString())).isEqualTo(2);
    assertThat(recorded.err()).contains("they end at 'Which column says how it turned out?'");
    assertThat(file).doesNotExist();
  }

  @Test
  void anExampleToChangeIsValidAndIsNeverOverwritten() throws IOException {
    String directory = folder.resolve("start").toString();
    assertThat(Main.run(recorded.terminal, CLOCK, "new", directory)).as(recorded.err()).isZero();
    Path file = folder.resolve("start/usecase.yaml");
    check(file);
    Recorded advised = new Recorded(false);
    assertThat(Main.run(advised.terminal, CLOCK, "advise", file.toString(), "--strict"))
        .as(advised.out())
        .isZero();
    Files.writeString(file, "mine");
    assertThat(Main.run(recorded.terminal, CLOCK, "new", directory)).isEqualTo(2);
    assertThat(recorded.err()).contains("it exists, and nothing is overwritten");
    assertThat(Files.readString(file)).isEqualTo("mine");
  }

  @Test
  void aSolutionBringsItsData() {
    String directory = folder.resolve("mine").toString();
    assertThat(Main.run(recorded.terminal, CLOCK, "new", "churn", directory, "--customers", "1000"))
        .as(recorded.err())
        .isZero();
    assertThat(folder.resolve("mine/data/payments.csv")).exists();
    check(folder.resolve("mine/usecase.yaml"));
    assertThat(Main.run(recorded.terminal, CLOCK, "new", "churn", directory)).isEqualTo(2);
    assertThat(Main.run(recorded.terminal, CLOCK, "new", "chrun", directory)).isEqualTo(2);
    assertThat(Main.run(recorded.terminal, CLOCK, "new", "churn")).isEqualTo(2);
    assertThat(recorded.err())
        .contains("there is no solution 'chrun'; one of churn")
        .contains("gnomon new churn DIR, or ./churn");
  }
}
