package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows out of databases and into them.
class PredictDatabaseTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));
  private static final int ROWS = 2_000;

  @TempDir Path folder = Path.of("");

  private Recorded run(int exitCode, String... arguments) {
    Recorded recorded = new Recorded(false);
    int code = Main.run(recorded.terminal, CLOCK, arguments);
    assertThat(code).as(recorded.out() + recorded.err()).isEqualTo(exitCode);
    return recorded;
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  private String sqlite(String name) {
    return "jdbc:sqlite:" + folder.resolve(name).toAbsolutePath();
  }

  /// A use case over a table with times, numbers and texts; keys that a double could not hold.
  @BeforeEach
  void train() throws IOException {
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: t
        problem:
          costs: {currency: EUR, false-positive: 20, true-positive: 20, false-negative: worth}
        frame: {task: binary, target: {column: y, positive: "Yes"}}
        data: {table: t.csv, key: id}
        features: {columns: [x, plan, active]}
        models: {candidates: [logistic], calibration: none}
        training: {split: {by: random, validation: 0.2, test: 0.2}, seed: 1}
        evaluation: {gates: []}
        """);
    StringBuilder rows = new StringBuilder("id,x,plan,active,worth,y\n");
    Random random = new Random(7);
    for (int i = 0; i < 600; i++) {
      double x = random.nextGaussian();
      boolean yes = random.nextDouble() < 1 / (1 + Math.exp(-2 * x));
      rows.append(
          "c%d,%s,%s,%s,%d,%s%n"
              .formatted(
                  i,
                  x,
                  random.nextBoolean() ? "größe" : "b",
                  i % 2 == 0,
                  50 + i % 100,
                  yes ? "Yes" : "No"));
    }
    Files.writeString(folder.resolve("t.csv"), rows);
    run(0, "train", path("usecase.yaml"));
  }

  private static final class Row {
    final long id;
    final @Nullable Double x;
    final @Nullable String plan;
    final @Nullable Boolean active;
    final int worth;

    Row(int number, Random random) {
      id = 9_007_199_254_740_993L + number % (ROWS - 5); // a few keys come twice
      x = number % 13 == 0 ? null : random.nextGaussian();
      plan = number % 17 == 0 ? null : number % 2 == 0 ? "größe" : "b";
      active = number % 19 == 0 ? null : number % 3 == 0;
      worth = 10 + number % 90;
    }

    String csv() {
      return "%d,%s,%s,%s,%d%n"
          .formatted(
              id,
              x == null ? "" : x,
              plan == null ? "" : plan,
              active == null ? "" : active,
              worth);
    }
  }

  private List<Row> rows() {
    Random random = new Random(3);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(new Row(i, random));
    }
    return rows;
  }

  private void fill(String address, String truth, List<Row> rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection(address);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "CREATE TABLE new_customers (id bigint, x double precision, plan text, active %s, worth integer, note text)"
              .formatted(truth));
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO new_customers VALUES (?, ?, ?, ?, ?, ?)")) {
        int number = 0;
        for (Row row : rows) {
          insert.setLong(1, row.id);
          insert.setObject(2, row.x, java.sql.Types.DOUBLE);
          insert.setString(3, row.plan);
          if (truth.equals("boolean")) {
            insert.setObject(4, row.active, java.sql.Types.BOOLEAN);
          } else {
            insert.setString(4, row.active == null ? null : row.active.toString());
          }
          insert.setInt(5, row.worth);
          insert.setString(6, "%06d o'clock; \u0001".formatted(number++));
          insert.addBatch();
        }
        insert.executeBatch();
      }
      connection.commit();
    }
  }

  /// What a table has, without the number of its rows, in their order; as CSV has it.
  private static List<String> written(String address, String table) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(address);
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT * FROM " + table + " ORDER BY row_number")) {
      while (rows.next()) {
        assertThat(rows.getLong("row_number")).isEqualTo(lines.size() + 1);
        lines.add(
            "%s,%s,%s,%s,%s"
                .formatted(
                    rows.getString("id"),
                    rows.getDouble("score"),
                    rows.getString("decision"),
                    rows.getDouble("expected_cost"),
                    rows.getInt("version")));
      }
    }
    return lines;
  }

  /// The same rows out of a file into a file.
  private List<String> expected(List<Row> rows) throws IOException {
    StringBuilder csv = new StringBuilder("id,x,plan,active,worth\n");
    rows.forEach(row -> csv.append(row.csv()));
    Files.writeString(folder.resolve("new.csv"), csv);
    run(0, "predict", path("usecase.yaml"), "--in", path("new.csv"), "--out", path("s.csv"));
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("s.csv")).stream().skip(1).toList()) {
      String[] cells = line.split(",", -1); // id, score, decision, expected_cost, reasons, version
      lines.add(
          "%s,%s,%s,%s,%s"
              .formatted(
                  cells[0],
                  Double.parseDouble(cells[1]),
                  cells[2],
                  Double.parseDouble(cells[3]),
                  cells[5]));
    }
    assertThat(lines).hasSize(ROWS);
    return lines;
  }

  @Test
  void aTableGivesWhatAFileGives() throws Exception {
    List<Row> rows = rows();
    fill(sqlite("crm.db"), "text", rows);
    String[] command = {
      "predict",
      path("usecase.yaml"),
      "--in",
      sqlite("crm.db") + "?table=new_customers",
      "--out",
      sqlite("out.db"),
      "--table",
      "scores",
      "--chunk-rows",
      "150"
    };
    assertThat(run(0, command).out()).contains("2,000 rows");
    List<String> expected = expected(rows);
    assertThat(written(sqlite("out.db"), "scores")).isEqualTo(expected);
    assertThat(run(0, command).out()).contains("2,000 rows"); // this run's own: nothing to add
    assertThat(written(sqlite("out.db"), "scores")).isEqualTo(expected);
    // Other rows into the same table, and a statement instead of a table.
    String[] other = {
      "predict",
      path("usecase.yaml"),
      "--in",
      sqlite("crm.db"),
      "--query",
      "SELECT id, x, plan, active, worth FROM new_customers WHERE worth > 50",
      "--out",
      sqlite("out.db") + "?table=scores"
    };
    assertThat(run(1, other).err()).contains("2,000 rows that are not of this run", "--overwrite");
    assertThat(written(sqlite("out.db"), "scores")).isEqualTo(expected);
    List<String> replaced = new ArrayList<>(List.of(other));
    replaced.add("--overwrite");
    run(0, replaced.toArray(String[]::new));
    List<String> some = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).worth > 50) {
        some.add(expected.get(i));
      }
    }
    assertThat(written(sqlite("out.db"), "scores")).isEqualTo(some);
    // And into a file.
    run(0, "predict", path("usecase.yaml"), "--in", command[3], "--out", path("f.csv"));
    assertThat(folder.resolve("f.csv")).hasSameBinaryContentAs(folder.resolve("s.csv"));
    assertThat(folder.resolve(".f.csv.parts")).doesNotExist();
  }

  @Test
  void postgresGivesWhatAFileGives() throws Exception {
    try (PostgresServer server = new PostgresServer(folder.resolve("postgres"))) {
      List<Row> rows = rows();
      fill(server.address(), "boolean", rows);
      String[] command = {
        "predict",
        path("usecase.yaml"),
        "--in",
        server.address() + "&table=new_customers",
        "--out",
        server.address(),
        "--table",
        "public.scores",
        "--chunk-rows",
        "300"
      };
      Recorded recorded = run(0, command);
      assertThat(recorded.out()).contains("2,000 rows");
      assertThat(recorded.out() + recorded.err()).doesNotContain("secret");
      List<String> expected = expected(rows);
      List<String> written = written(server.address(), "scores");
      // Without ORDER BY rows come as they lie there.
      assertThat(written).containsExactlyInAnyOrderElementsOf(expected);
      run(0, command); // this run's own
      assertThat(written(server.address(), "scores")).isEqualTo(written);
      String[] typed = {
        "predict",
        path("usecase.yaml"),
        "--in",
        server.address(),
        "--query",
        "SELECT id::numeric(30) AS id, x, plan, active, worth::real, now() AS at, current_date AS day FROM new_customers ORDER BY note",
        "--out",
        path("typed.csv")
      };
      run(0, typed);
      assertThat(folder.resolve("typed.csv")).hasSameBinaryContentAs(folder.resolve("s.csv"));
      assertThat(
              run(
                      2,
                      typed[0],
                      typed[1],
                      typed[2],
                      typed[3].replace("/postgres?", "/nothing?") + "&table=a",
                      "--out",
                      path("o.csv"))
                  .err())
          .contains("nothing")
          .doesNotContain("secret");
    }
  }

  @Test
  void mistakesAreToldBeforeAnythingIsScored() throws Exception {
    fill(sqlite("crm.db"), "text", rows());
    String[] start = {"predict", path("usecase.yaml"), "--in"};
    String out = path("o.csv");
    assertThat(run(2, start[0], start[1], start[2], sqlite("crm.db"), "--out", out).err())
        .contains("it names no table");
    assertThat(
            run(2, start[0], start[1], start[2], sqlite("no.db") + "?table=a", "--out", out).err())
        .contains("there is no file");
    assertThat(
            run(2, start[0], start[1], start[2], sqlite("crm.db") + "?table=a", "--out", out).err())
        .contains("no such table");
    assertThat(run(2, start[0], start[1], start[2], "jdbc:nothing:a?table=a", "--out", out).err())
        .contains("no driver for it");
    String missing =
        run(
                2,
                start[0],
                start[1],
                start[2],
                sqlite("crm.db"),
                "--query",
                "SELECT id, x AS y, plan FROM new_customers",
                "--out",
                out)
            .err();
    assertThat(missing)
        .contains("no column 'x'", "no column 'active'", "no column 'worth'", "crm.db")
        .doesNotContain("input.parquet");
    String wrong =
        run(
                2,
                start[0],
                start[1],
                start[2],
                sqlite("crm.db"),
                "--query",
                "SELECT id, 'much' AS x, plan, active, worth FROM new_customers",
                "--out",
                out)
            .err();
    assertThat(wrong).contains("'x'", "much").doesNotContain("input.parquet");
    assertThat(
            run(
                    2,
                    start[0],
                    start[1],
                    start[2],
                    sqlite("crm.db"),
                    "--query",
                    "SELECT * FROM new_customers WHERE 1 = 0",
                    "--out",
                    out)
                .err())
        .contains("no rows");
    try (Connection connection = DriverManager.getConnection(sqlite("out.db"));
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE scores (row_number integer, score double)");
    }
    assertThat(
            run(
                    1,
                    start[0],
                    start[1],
                    start[2],
                    sqlite("crm.db") + "?table=new_customers",
                    "--out",
                    sqlite("out.db"),
                    "--table",
                    "scores")
                .err())
        .contains("it has no column id, decision, expected_cost, reasons, version");
    assertThat(folder.resolve("o.csv")).doesNotExist();
    assertThat(folder.resolve(".o.csv.parts")).doesNotExist();
  }

  @Test
  void aRunKilledThreeTimesWritesEachRowOnce() throws Exception {
    kill(3);
  }

  @Tag("long")
  @Test
  void aRunKilledTwentyTimesWritesEachRowOnce() throws Exception {
    kill(20);
  }

  /// Kills it while it scores and while it writes: every life a little further on than the one
  /// before.
  private void kill(int kills) throws Exception {
    List<Row> rows = rows();
    fill(sqlite("crm.db"), "text", rows);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    String[] predict = {
      "predict",
      path("usecase.yaml"),
      "--in",
      sqlite("crm.db") + "?table=new_customers",
      "--out",
      sqlite("out.db"),
      "--table",
      "scores",
      "--chunk-rows",
      "10"
    };
    command.addAll(List.of(predict));
    Random random = new Random(5);
    int killed = 0;
    int partly = 0;
    while (killed < kills) {
      Process child =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("child.txt").toFile())
              .start();
      int until = (killed + 1) * 340 / (kills + 1) + random.nextInt(5); // of 200 scored and written
      while (child.isAlive() && parts() + marks() < until) {
        boolean _ = child.waitFor(2, TimeUnit.MILLISECONDS);
      }
      assertThat(child.isAlive()).as(Files.readString(folder.resolve("child.txt"))).isTrue();
      child.destroyForcibly();
      int _ = child.waitFor();
      killed++;
      partly += marks() > 0 && marks() < ROWS / 10 ? 1 : 0;
    }
    Recorded resumed = run(0, predict);
    assertThat(resumed.err()).contains("goes on with the rows as they were read at");
    assertThat(written(sqlite("out.db"), "scores")).isEqualTo(expected(rows));
    System.out.printf("%d kills, %d of them while the table was written%n", kills, partly);
  }

  /// Chunks that are scored.
  private int parts() throws IOException {
    Path home = folder.resolve(".gnomon/predict");
    if (!Files.isDirectory(home)) {
      return 0;
    }
    try (var files = Files.walk(home, 2)) {
      return (int) files.filter(f -> f.getFileName().toString().startsWith("part-")).count();
    } catch (java.io.UncheckedIOException e) { // something went away meanwhile
      return 0;
    }
  }

  /// Chunks that are written.
  private int marks() throws SQLException {
    if (!Files.exists(folder.resolve("out.db"))) {
      return 0;
    }
    try (Connection connection = DriverManager.getConnection(sqlite("out.db"));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT parts FROM gnomon_batches")) {
      return rows.next() ? rows.getInt(1) : 0;
    } catch (SQLException e) { // not made yet, or busy
      return 0;
    }
  }
}
