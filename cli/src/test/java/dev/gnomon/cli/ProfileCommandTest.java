package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ProfileCommandTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T00:00:00Z"));
  private static final String HEADER = "id,at,loaded,age,amount,plan,flag,note,same,void";
  private static final String USE_CASE =
      """
      gnomon: 1
      name: t
      frame:
        task: binary
        observe: {every: 7d, from: 2024-03-01, to: 2024-03-20, population: {source: pays}}
        target: {event: pays, within: 7d}
      features: {pays: [{count: "*", windows: [7d]}]}
      """;

  @TempDir private Path folder;

  /// Rows as arrays of cells.
  private static List<String[]> rows() {
    Random random = new Random(7);
    List<String[]> rows = new ArrayList<>();
    String[] plans = {"basic", "plus", "pro: \"x\"", "öko"};
    for (int i = 0; i < 2_000; i++) {
      int hour = random.nextInt(20);
      rows.add(
          new String[] {
            "k" + i,
            "2024-03-%02dT%02d:00:00Z".formatted(1 + random.nextInt(28), hour),
            "2024-04-01T00:00:00Z",
            Integer.toString(18 + random.nextInt(70)),
            "%.2f".formatted(5 + 200 * random.nextDouble()),
            plans[random.nextInt(4)],
            Integer.toString(random.nextInt(2)),
            random.nextInt(10) == 0 ? "" : "note " + random.nextInt(1_000),
            "1",
            ""
          });
    }
    return rows;
  }

  private void write(List<String[]> rows) throws IOException {
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        text.append(i == 0 ? "" : ",")
            .append(row[i].contains("\"") ? '"' + row[i].replace("\"", "\"\"") + '"' : row[i]);
      }
      text.append('\n');
    }
    Files.writeString(folder.resolve("pays.csv"), text);
  }

  private String run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    assertThat(Main.run(recorded.terminal, CLOCK, arguments))
        .as(recorded.err() + recorded.out())
        .isEqualTo(exitCode);
    return recorded.out();
  }

  private Path useCase(String data) throws IOException {
    Path file = folder.resolve("usecase.yaml");
    Files.writeString(file, USE_CASE + data);
    return file;
  }

  private static final String SOURCES =
      """
      data:
        sources:
          pays: {kind: events, path: pays.csv, key: id, event-time: at, known-at: loaded}
      """;

  /// How many checks fail for the rows, when what was suggested for [#rows] is pasted.
  private List<String> failing(String suggested, UnaryOperator<String[]> damage)
      throws IOException {
    List<String[]> rows = rows();
    for (int i = 0; i < rows.size(); i += 20) {
      rows.set(i, damage.apply(rows.get(i).clone()));
    }
    write(rows);
    Path file = useCase(SOURCES + suggested.substring(suggested.indexOf("  checks:")));
    JsonNode report = JsonMapper.shared().readTree(run(0, "check", file.toString(), "--json"));
    List<String> failing = new ArrayList<>();
    for (JsonNode check : report.at("/sources/0/checks")) {
      if (!check.get("passed").booleanValue()) {
        failing.add(check.get("rule").stringValue());
      }
    }
    return failing;
  }

  @Test
  void suggestedChecksHoldOnTheirDataAndCatchDamage() throws IOException {
    write(rows());
    String text = run(0, "profile", useCase(SOURCES).toString());
    assertThat(text)
        .contains("pays: 2,000 rows, 10 columns")
        .contains("! same: 1 in every row that has a value")
        .contains("! void: every value is missing");
    String suggested = text.substring(text.indexOf("data:\n"));
    assertThat(suggested)
        .contains("- {column: age, between: [")
        .contains("- {column: flag, in: [0, 1]}")
        .contains("- {column: plan, in: [\"basic\", \"plus\", \"pro: \\\"x\\\"\", \"öko\"]}")
        .contains("- {column: note, missing-at-most: 0.1")
        .contains("- {holds: \"loaded >= at\"}")
        .doesNotContain("column: same, between")
        .doesNotContain("column: void");
    assertThat(failing(suggested, row -> row)).isEmpty();
    // Cents for euros.
    assertThat(
            failing(
                suggested,
                row -> {
                  row[4] = Double.toString(100 * Double.parseDouble(row[4]));
                  return row;
                }))
        .singleElement()
        .asString()
        .startsWith("amount between");
    // Two columns changed places.
    assertThat(
            failing(
                suggested,
                row -> {
                  String age = row[3];
                  row[3] = row[4];
                  row[4] = age;
                  return row;
                }))
        .anySatisfy(rule -> assertThat(rule).startsWith("age between"));
    assertThat(
            failing(
                suggested,
                row -> {
                  row[5] = "gold";
                  return row;
                }))
        .singleElement()
        .asString()
        .startsWith("plan in");
    assertThat(
            failing(
                suggested,
                row -> {
                  row[3] = "";
                  return row;
                }))
        .containsExactly("age missing at most 0.01");
    assertThat(
            failing(
                suggested,
                row -> {
                  row[2] = "2024-02-01T00:00:00Z";
                  return row;
                }))
        .containsExactly("loaded >= at");
  }

  @Test
  void oneDataFileAsJsonAndAsPage() throws IOException {
    write(rows());
    Path page = folder.resolve("page.html");
    String json =
        run(
            0,
            "profile",
            folder.resolve("pays.csv").toString(),
            "--json",
            "--html",
            page.toString());
    JsonNode source = JsonMapper.shared().readTree(json).get(0);
    assertThat(source.get("rows").intValue()).isEqualTo(2_000);
    JsonNode age = source.get("columns").get(3);
    assertThat(age.get("name").stringValue()).isEqualTo("age");
    assertThat(age.get("distinct").intValue()).isEqualTo(70);
    assertThat(age.get("min").stringValue()).isEqualTo("18");
    List<Integer> ages = rows().stream().map(row -> Integer.valueOf(row[3])).sorted().toList();
    assertThat(age.get("quantiles").get("0.5").asString())
        .isEqualTo(ages.get(999).toString()); // the smallest that half of them reach
    assertThat(source.get("columns").get(9).get("missing").intValue()).isEqualTo(2_000);
    // The row's own name, that never repeats, is an id.
    assertThat(source.get("suggestions").toString()).contains("unique: [id]");
    assertThat(Files.readString(page))
        .contains("<svg", "pro: &quot;x&quot;", "öko", "Suggested checks")
        .doesNotContain("<script", "http:");
  }

  @Test
  void aSingleRowAndNothingButMissingValues() throws IOException {
    Files.writeString(folder.resolve("one.csv"), "a,b,c\n1,,x\n");
    assertThat(run(0, "profile", folder.resolve("one.csv").toString()))
        .contains("table: 1 rows, 3 columns")
        .contains("b: every value is missing")
        .contains("No checks suggested");
    Files.writeString(folder.resolve("none.csv"), "a,b,c\n");
    Recorded recorded = new Recorded(false);
    assertThat(Main.run(recorded.terminal, CLOCK, "profile", folder.resolve("none.csv").toString()))
        .isEqualTo(2);
    assertThat(recorded.err()).contains("header but no row");
  }
}
