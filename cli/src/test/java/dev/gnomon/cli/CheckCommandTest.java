package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));

  @TempDir Path folder = Path.of("");

  private Recorded check(int exitCode, String onFailure, String... options) throws IOException {
    Files.writeString(folder.resolve("t.csv"), "k,x,y\n1,2,Yes\n,3,No\n3,200,No\n");
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: t
        frame: {task: binary, target: {column: y, positive: "Yes"}}
        data:
          table: t.csv
          key: k
          checks: {table: [{column: x, between: [0, 100], on-failure: %s}]}
        """
            .formatted(onFailure));
    Recorded recorded = new Recorded(false);
    String[] arguments = new String[options.length + 2];
    arguments[0] = "check";
    arguments[1] = file.toString();
    System.arraycopy(options, 0, arguments, 2, options.length);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  @Test
  void whatIsFoundIsReportedAndTheExitCodeSaysWhetherTheDataMayBeUsed() throws IOException {
    assertThat(check(0, "quarantine").out())
        .contains("table: 3 rows")
        .contains("x between 0 and 100: 1 of 3 rows fail -> quarantine (row 3: 200)")
        .contains("2 rows set aside");
    assertThat(check(1, "block").err()).contains("1 of 3 rows fail");
    JsonNode json = JsonMapper.shared().readTree(check(0, "warn", "--json").out());
    assertThat(json.at("/sources/0/withoutKey").asInt()).isEqualTo(1);
    assertThat(json.at("/sources/0/checks/0/examples/0/row").asInt()).isEqualTo(3);
    assertThat(json.at("/sources/0/target/Yes").asInt()).isEqualTo(1);
    Files.delete(folder.resolve("t.csv"));
    Recorded recorded = new Recorded(false);
    assertThat(
            Main.run(recorded.terminal, CLOCK, "check", folder.resolve("usecase.yaml").toString()))
        .isEqualTo(2);
    assertThat(recorded.err()).contains("t.csv: no such file");
  }
}
