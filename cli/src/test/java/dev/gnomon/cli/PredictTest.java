package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.RequestInputs;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Decision;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.DecisionLog;
import dev.gnomon.serving.DecisionRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2024-06-01T12:00:00Z"));

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

  /// A table in which x and plan matter, with its use case, trained.
  private void table(String constraints) throws IOException {
    Random random = new Random(7);
    StringBuilder rows = new StringBuilder("id,x,plan,worth,y\n");
    for (int i = 0; i < 900; i++) {
      double x = random.nextGaussian();
      String plan = random.nextInt(3) == 0 ? "a" : "b";
      boolean yes = random.nextDouble() < 1 / (1 + Math.exp(-2 * x - (plan.equals("a") ? 1 : 0)));
      rows.append(
          "c%d,%s,%s,%d,%s%n"
              .formatted(i, i % 17 == 0 ? "" : x, plan, 50 + i % 100, yes ? "Yes" : "No"));
    }
    Files.writeString(folder.resolve("t.csv"), rows);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: t
        problem:
          costs: {currency: EUR, false-positive: 20, true-positive: 20, false-negative: worth}
          constraints: {%s}
        frame: {task: binary, target: {column: y, positive: "Yes"}}
        data: {table: t.csv, key: id}
        features: {columns: [x, plan], derived: {steep: x * x}}
        models: {candidates: [logistic], calibration: platt}
        training: {split: {by: random, validation: 0.2, test: 0.2}, seed: 1}
        evaluation: {gates: []}
        """
            .formatted(constraints));
    run(0, "train", path("usecase.yaml"));
  }

  private Bundle bundle() throws IOException {
    BundleStore store = new BundleStore(new Home(folder.resolve(".gnomon")).bundles());
    return Bundle.load(store.open(store.list().getFirst()));
  }

  private List<List<String>> read(String name) {
    FileEngine engine = FileEngines.find();
    FileFormat format = FileFormat.of(folder.resolve(name));
    Schema schema = engine.resolve(format, List.of());
    List<List<String>> rows = new ArrayList<>();
    rows.add(schema.names());
    try (TableScan scan = engine.scan(format, schema, schema.names(), List.of())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table.Cursor cursor = next.get().cursor();
        for (int r = 0; r < next.get().rows(); r++) {
          cursor.at(r);
          List<String> line = new ArrayList<>();
          for (int c = 0; c < schema.size(); c++) {
            line.add(
                switch (schema.field(c).type()) {
                  case NUMBER -> Double.toString(cursor.number(c));
                  case TEXT -> String.valueOf(cursor.text(c));
                  case TIME -> Times.instant(cursor.time(c)).toString();
                });
          }
          rows.add(line);
        }
      }
    }
    return rows;
  }

  @Test
  void aTableIsScoredInItsOrderWithTheBitsOfTheServer() throws IOException {
    table("reasons: required");
    // Other order, no target, a level never seen, a missing number, a column nobody asked for.
    Files.writeString(
        folder.resolve("new.csv"),
        "worth,plan,x,id,more\n80,b,0.25,k2,1\n,a,-1.5,k1,2\n10,never,,k9,3\n80,b,0.25,k2,4\n");
    run(
        0,
        "predict",
        path("usecase.yaml"),
        "--in",
        path("new.csv"),
        "--out",
        path("s.parquet"),
        "--log");
    List<List<String>> written = read("s.parquet");
    assertThat(written.getFirst())
        .containsExactly("id", "score", "decision", "expected_cost", "reasons", "version");
    UseCase useCase = UseCaseReader.read(folder.resolve("usecase.yaml"));
    Bundle bundle = bundle();
    DataCheck.Outcome checked =
        DataCheck.run(
            useCase, FileEngines.find(), new Home(folder.resolve("other")), Progress.NONE, CLOCK);
    FeaturePlan plan =
        FeaturePlan.compile(
            useCase,
            TrainingSets.schemas(
                useCase, SourceReaders.checked(checked, FileEngines.find(), useCase)));
    RequestInputs inputs = new RequestInputs(plan);
    FeatureRow row = new FeatureRow(plan.row());
    Decision decision = new Decision();
    List<Map<String, Object>> asked =
        List.of(
            Map.of("id", "k2", "worth", 80.0, "plan", "b", "x", 0.25),
            Map.of("id", "k1", "plan", "a", "x", -1.5),
            Map.of("id", "k9", "worth", 10.0, "plan", "never"),
            Map.of("id", "k2", "worth", 80.0, "plan", "b", "x", 0.25));
    List<DecisionRecord> logged = new ArrayList<>();
    DecisionLog.forEach(new Home(folder.resolve(".gnomon")).decisions("t"), logged::add);
    assertThat(logged).hasSize(4);
    for (int repeat = 0; repeat < 2; repeat++) { // the second finds nothing to copy
      run(0, "logs", "compact", "--home", path(".gnomon"));
    }
    Path copied = folder.resolve(".gnomon/parquet/usecases/t/decisions");
    try (var files = Files.list(copied)) {
      assertThat(files).hasSize(1);
    }
    List<List<String>> parquet = read(".gnomon/parquet/usecases/t/decisions/part-*.parquet");
    List<String> names = parquet.getFirst();
    assertThat(parquet).hasSize(5);
    for (int i = 0; i < logged.size(); i++) {
      List<String> line = parquet.get(i + 1);
      DecisionRecord record = logged.get(i);
      assertThat(line.get(names.indexOf("key"))).isEqualTo(record.key());
      assertThat(line.get(names.indexOf("decision"))).isEqualTo(record.yes() ? "yes" : "no");
      assertThat(Double.parseDouble(line.get(names.indexOf("score")))).isEqualTo(record.score());
      assertThat(Double.parseDouble(line.get(names.indexOf("f_x"))))
          .isEqualTo((Double) record.features().number(record.features().schema().require("x")));
    }
    for (int i = 0; i < asked.size(); i++) {
      inputs.apply(asked.get(i), 0, row);
      bundle.scoring().decide(row, decision);
      List<String> line = written.get(i + 1);
      assertThat(line.get(0)).isEqualTo(asked.get(i).get("id"));
      assertThat(Double.parseDouble(line.get(1))).isEqualTo(decision.score());
      assertThat(line.get(2)).isEqualTo(decision.acts() ? "yes" : "no");
      assertThat(Double.parseDouble(line.get(3))).isEqualTo(decision.expectedCost());
      assertThat(line.get(4))
          .isEqualTo(
              String.join(
                  "; ", bundle.scoring().reasons(row, 3).stream().map(r -> r.text()).toList()));
      assertThat(Double.parseDouble(line.get(5))).isEqualTo(1);
      assertThat(logged.get(i).score()).isEqualTo(decision.score());
      assertThat(logged.get(i).yes()).isEqualTo(decision.acts());
    }
    assertThat(
            run(
                    0,
                    "predict",
                    path("usecase.yaml"),
                    "--in",
                    path("new.csv"),
                    "--out",
                    path("s.parquet"),
                    "--overwrite",
                    "--log",
                    "--json")
                .out())
        .contains("\"logged\" : 0");
  }

  @Test
  void mistakesAreToldAtOnceAndNothingIsWritten() throws IOException {
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: t
        frame: {task: binary, target: {column: y, positive: "Yes"}}
        data: {table: t.csv}
        """);
    Files.writeString(folder.resolve("new.csv"), "id,X,plans\nk,1,a\n");
    assertThat(
            run(1, "predict", path("usecase.yaml"), "--in", path("new.csv"), "--out", path("o.csv"))
                .err())
        .contains("train first");
    table("");
    String[] in = {"predict", path("usecase.yaml"), "--in", path("new.csv"), "--out"};
    assertThat(run(2, in[0], in[1], in[2], in[3], in[4], path("o.csv")).err())
        .contains("no column 'x'", "did you mean 'X'", "no column 'plan'", "did you mean 'plans'");
    assertThat(run(2, in[0], in[1], in[2], in[3], in[4], path("new.csv")).err())
        .contains("it is the input");
    assertThat(run(2, in[0], in[1], in[2], in[3], in[4], path("no/o.csv")).err())
        .contains("there is no folder");
    assertThat(run(2, in[0], in[1], in[2], in[3], in[4], path("o.csv"), "--version", "9").err())
        .contains("no version 9");
    Files.writeString(folder.resolve("new.csv"), "id,x,plan,worth\n");
    run(2, in[0], in[1], in[2], in[3], in[4], path("o.csv"));
    Files.writeString(folder.resolve("new.csv"), "id,x,plan,worth\nk,1,a,3\n,2,a,3\n");
    assertThat(run(2, in[0], in[1], in[2], in[3], in[4], path("o.csv")).err())
        .contains("1 rows without key");
    assertThat(folder.resolve("o.csv")).doesNotExist();
    assertThat(folder.resolve(".o.csv.parts")).doesNotExist();
  }

  @Test
  void capacityTakesTheMostValuableOfTheWholeBatch() throws IOException {
    table("capacity: {per: 1d, max: 40}");
    run(
        0,
        "predict",
        path("usecase.yaml"),
        "--in",
        path("t.csv"),
        "--out",
        path("s.csv"),
        "--chunk-rows",
        "100");
    Bundle bundle = bundle();
    List<List<String>> rows = read("t.csv");
    List<List<String>> written = read("s.csv");
    assertThat(written).hasSize(901);
    record Worth(int line, double value) {}
    List<Worth> worths = new ArrayList<>();
    FeatureRow row = new FeatureRow(bundle.manifest().row());
    for (int i = 1; i < written.size(); i++) {
      row.clear();
      row.number(bundle.manifest().row().require("worth"), Double.parseDouble(rows.get(i).get(3)));
      double p = Double.parseDouble(written.get(i).get(1));
      Decision decision = new Decision();
      bundle.policy().decide(p, row, decision);
      if (decision.acts()) {
        worths.add(new Worth(i, decision.value()));
      }
    }
    worths.sort(Comparator.comparingDouble(Worth::value).reversed());
    List<Integer> expected = worths.stream().limit(40).map(Worth::line).sorted().toList();
    List<Integer> found = new ArrayList<>();
    for (int i = 1; i < written.size(); i++) {
      if (written.get(i).get(2).equals("yes")) {
        found.add(i);
      }
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aKilledRunGoesOnAndGivesTheSameFile() throws IOException, InterruptedException {
    table("");
    String[] whole = {
      "predict", path("usecase.yaml"), "--in", path("t.csv"), "--chunk-rows", "15", "--out"
    };
    Path parts = folder.resolve(".s.csv.parts");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(List.of(whole));
    command.add(path("s.csv"));
    for (int until : new int[] {3, 15, 35}) {
      Process child =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("child.txt").toFile())
              .start();
      while (count(parts) < until && child.isAlive()) {
        boolean _ = child.waitFor(5, TimeUnit.MILLISECONDS);
      }
      assertThat(child.isAlive()).as(Files.readString(folder.resolve("child.txt"))).isTrue();
      child.destroyForcibly();
      int _ = child.waitFor();
    }
    assertThat(folder.resolve("s.csv")).doesNotExist();
    Recorded resumed =
        run(
            0,
            whole[0],
            whole[1],
            whole[2],
            whole[3],
            whole[4],
            whole[5],
            whole[6],
            path("s.csv"),
            "--json");
    assertThat(resumed.out()).contains("\"reused\" : ").doesNotContain("\"reused\" : 0,");
    run(0, whole[0], whole[1], whole[2], whole[3], whole[4], whole[5], whole[6], path("u.csv"));
    assertThat(folder.resolve("s.csv")).hasSameBinaryContentAs(folder.resolve("u.csv"));
    assertThat(parts).doesNotExist();
  }

  private static long count(Path parts) throws IOException {
    if (!Files.isDirectory(parts)) {
      return 0;
    }
    try (var files = Files.list(parts)) {
      return files.filter(f -> f.getFileName().toString().startsWith("part-")).count();
    }
  }

  @Test
  void keysAreScoredWithTheFeaturesTheServerWouldRead() throws IOException {
    Random random = new Random(3);
    StringBuilder customers = new StringBuilder("cid,since,plan\n");
    StringBuilder logins = new StringBuilder("cid,at,minutes\n");
    StringBuilder left = new StringBuilder("cid,at\n");
    Instant start = Instant.parse("2024-01-01T00:00:00Z");
    for (int k = 0; k < 150; k++) {
      customers.append("c%d,2023-12-01T00:00:00Z,%s%n".formatted(k, k % 3 == 0 ? "a" : "b"));
      boolean leaves = random.nextInt(3) == 0;
      int until = leaves ? 40 + random.nextInt(60) : 120;
      for (int day = 0; day < until; day++) {
        if (random.nextInt(4) < (leaves && day > until - 20 ? 1 : 3)) {
          logins.append(
              "c%d,%s,%s%n"
                  .formatted(
                      k,
                      start.plus(Duration.ofHours(24L * day + random.nextInt(24))),
                      random.nextDouble() * 60));
        }
      }
      if (leaves) {
        left.append("c%d,%s%n".formatted(k, start.plus(Duration.ofDays(until))));
      }
    }
    Files.writeString(folder.resolve("customers.csv"), customers);
    Files.writeString(folder.resolve("logins.csv"), logins);
    Files.writeString(folder.resolve("left.csv"), left);
    Files.writeString(
        folder.resolve("usecase.yaml"),
        """
        gnomon: 1
        name: e
        frame:
          task: binary
          entity: customer
          observe: {every: 10d, from: 2024-02-01, to: 2024-04-01, population: {source: customers}, until: left}
          target: {event: left, within: 10d, lateness: 0d}
        data:
          sources:
            customers: {kind: state, path: customers.csv, key: cid, event-time: since}
            logins: {kind: events, path: logins.csv, key: cid, event-time: at}
            left: {kind: events, path: left.csv, key: cid, event-time: at}
        features:
          customers: {columns: [plan]}
          logins:
            - {count: "*", windows: [7d, 30d]}
            - {sum: minutes, windows: [7d]}
            - {time-since-last: "*"}
          derived: {trend: logins_count_7d / logins_count_30d}
        models: {candidates: [logistic], calibration: none}
        training: {split: {by: time, validation: 0.2, test: 0.2}, seed: 1}
        evaluation: {gates: []}
        """);
    run(0, "train", path("usecase.yaml"));
    Bundle bundle = bundle();
    UseCase useCase = UseCaseReader.read(folder.resolve("usecase.yaml"));
    SourceReaders sources =
        SourceReaders.checked(
            DataCheck.run(
                useCase,
                FileEngines.find(),
                new Home(folder.resolve("other")),
                Progress.NONE,
                CLOCK),
            FileEngines.find(),
            useCase);
    OnlineFeatures online =
        new OnlineFeatures(
            FeaturePlan.compile(useCase, TrainingSets.schemas(useCase, sources)),
            Duration.ofDays(365));
    online.load(sources, Times.micros(Instant.parse("2024-05-01T00:00:00Z")));

    run(0, "predict", path("usecase.yaml"), "--out", path("all.csv"), "--at", "2024-03-15");
    List<List<String>> all = read("all.csv");
    assertThat(all.getFirst())
        .containsExactly("cid", "observed_at", "score", "decision", "reasons", "version");
    long gone =
        left.toString()
            .lines()
            .skip(1)
            .filter(l -> l.split(",", -1)[1].compareTo("2024-03-15") < 0)
            .count();
    assertThat(all).hasSize(151 - (int) gone);
    equalOnline(all, online, bundle);

    Files.writeString(
        folder.resolve("keys.csv"),
        "cid,observed_at\nc9,2024-04-01\nnobody,2024-03-01\nc3,2024-03-01\nc9,2024-04-01\nc9,2024-02-15\n");
    run(0, "predict", path("usecase.yaml"), "--in", path("keys.csv"), "--out", path("some.csv"));
    List<List<String>> some = read("some.csv");
    assertThat(some.stream().skip(1).map(List::getFirst))
        .containsExactly("c9", "nobody", "c3", "c9", "c9");
    equalOnline(some, online, bundle);

    Files.writeString(folder.resolve("keys.csv"), "cid\nc5\nc1\n");
    String[] again = {
      "predict", path("usecase.yaml"), "--in", path("keys.csv"), "--out", path("some.csv")
    };
    assertThat(run(1, again).err()).contains("is there already");
    equalOnline(read("some.csv"), online, bundle);
    run(0, again[0], again[1], again[2], again[3], again[4], again[5], "--overwrite");
    equalOnline(read("some.csv"), online, bundle);
  }

  private static void equalOnline(
      List<List<String>> written, OnlineFeatures online, Bundle bundle) {
    FeatureRow row = new FeatureRow(bundle.manifest().row());
    for (List<String> line : written.subList(1, written.size())) {
      online.read(line.get(0), Times.micros(Instant.parse(line.get(1))), row);
      assertThat(Double.parseDouble(line.get(2)))
          .as(line.toString())
          .isEqualTo(bundle.scoring().score(row));
    }
  }
}
