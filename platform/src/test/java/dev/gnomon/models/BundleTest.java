package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.stats.IsotonicFit;
import dev.gnomon.stats.RandomStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundleTest {
  private static final int ROWS = 400;

  @TempDir private Path directory = Path.of("");

  private static Table table() {
    RandomStream random = RandomStream.of(3);
    double[] age = new double[ROWS];
    @Nullable String[] plan = new @Nullable String[ROWS];
    double[] clv = new double[ROWS];
    for (int i = 0; i < ROWS; i++) {
      age[i] = i % 9 == 0 ? Double.NaN : 20 + random.nextInt(50);
      plan[i] = i == 7 ? "somebody's own plan" : List.of("basic", "plus", "pro").get(i % 3);
      clv[i] = i % 11 == 0 ? Double.NaN : 100 + 10 * random.nextDouble();
    }
    return Tables.of(
        Tables.numbers("age", age), Tables.texts("plan", plan), Tables.numbers("clv", clv));
  }

  private static Bundle bundle() {
    Table table = table();
    int[] rows = new int[ROWS];
    Arrays.setAll(rows, i -> i);
    FittedPreprocessing preprocessing =
        Preprocessing.of(Preprocessing.Form.LINEAR).fit(table, 2, rows);
    // Of the age, four levels of the plan, and the flag of a missing age.
    double[] weights = {0.3, 0.9, -1.2, 1.5, -1.8, -0.6};
    Model model = new LinearModel(-0.5, weights, new double[weights.length]);
    Calibration calibration =
        new Calibration.Isotonic(
            new IsotonicFit(new double[] {0.1, 0.5, 0.9}, new double[] {0, 0.4, 1}));
    Policy policy =
        Policy.of(
            Optional.of(
                new Stakes.Costs(
                    "USD",
                    Expression.parse("10 + 0.7 * clv"),
                    Expression.parse("10"),
                    Expression.parse("clv"),
                    Expression.parse("0"))),
            table.schema(),
            table,
            rows);
    double[] scores = new Scoring(preprocessing, model, calibration, policy).scores(table, rows);
    return Bundle.of(
        new Manifest(
            "churn",
            "gnomon: 1\n",
            table.schema(),
            2,
            "plan-hash",
            "set-hash",
            Map.of("gnomon", "0.1.0"),
            Map.of("training", 1L),
            Map.of("parent", "none"),
            Map.of("roc-auc", 0.83, "undefined", Double.NaN)),
        preprocessing,
        model,
        calibration,
        policy,
        ReferenceStatistics.of(table, rows, scores),
        CanonicalJson.object().put("rows", ROWS),
        1);
  }

  private Path written(String name) throws IOException {
    Path path = Files.createDirectory(directory.resolve(name));
    bundle().write(path);
    return path;
  }

  @Test
  void sameContentSameBytesAlsoAfterLoading() throws IOException {
    Path first = written("first");
    Path second = written("second");
    Path third = Files.createDirectory(directory.resolve("third"));
    Bundle.load(first).write(third);
    try (Stream<Path> files = Files.walk(first)) {
      List<Path> all = files.filter(Files::isRegularFile).toList();
      assertThat(all).hasSize(9);
      for (Path file : all) {
        Path relative = first.relativize(file);
        assertThat(second.resolve(relative)).hasSameBinaryContentAs(file);
        assertThat(third.resolve(relative)).hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void decidesAsBeforeAfterLoading() throws IOException {
    Bundle bundle = bundle();
    Bundle loaded = Bundle.load(written("bundle"));
    Table.Cursor row = table().cursor();
    int[] rows = new int[ROWS];
    Arrays.setAll(rows, i -> i);
    double[] batch = loaded.scoring().scores(table(), rows);
    Decision before = new Decision();
    Decision after = new Decision();
    for (int i = 0; i < ROWS; i++) {
      bundle.scoring().decide(row.at(i), before);
      loaded.scoring().decide(row, after);
      assertThat(after.score()).isEqualTo(before.score()).isEqualTo(batch[i]);
      assertThat(after.expectedCost()).isEqualTo(before.expectedCost());
      assertThat(after.acts()).isEqualTo(before.acts());
    }
  }

  @Test
  void refusesAModelThatAnswersDifferently() throws IOException {
    Path bundle = written("bundle");
    Path model = bundle.resolve("model/model.json");
    Files.writeString(
        model, Files.readString(model).replace("\"intercept\":-0.5", "\"intercept\":-0.4"));
    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("requests.json, request 1: it scores")
        .hasMessageContaining("request 8");
  }

  @Test
  void refusesMissingAndForeignFiles() throws IOException {
    Path bundle = written("bundle");
    Path policy = bundle.resolve("policy.json");
    String kept = Files.readString(policy);
    Files.delete(policy);
    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("policy.json: it can't be read");
    Files.writeString(policy, kept);
    Path header = bundle.resolve("bundle.json");
    Files.writeString(
        header,
        Files.readString(header).replace("\"modelKind\":\"logistic\"", "\"modelKind\":\"magic\""));
    assertThatThrownBy(() -> Bundle.load(bundle))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("nothing reads models of kind 'magic'; one of ")
        .hasMessageMatching("(?s).*\\bconstant\\b.*\\blogistic\\b.*\\bxgboost\\b.*");
  }

  @Test
  void carriesNoRareValue() throws IOException {
    try (Stream<Path> files = Files.walk(written("bundle"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("somebody's own");
      }
    }
  }

  @Test
  void decidingAllocatesNothing() {
    Scoring scoring = bundle().scoring();
    Table.Cursor row = table().cursor();
    Decision decision = new Decision();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long least = Long.MAX_VALUE;
    // The first rounds still load and compile; afterwards a round must be free of charge.
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 2000; i++) {
        scoring.decide(row.at(i % ROWS), decision);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }
    assertThat(least).as("bytes for 2,000 decisions").isLessThan(100);
  }

  @Test
  void reasonsAddUpToTheMargin() {
    Bundle bundle = bundle();
    Table.Cursor row = table().cursor().at(0);
    List<Reason> reasons = bundle.scoring().reasons(row, 10);
    double[] parts = new double[bundle.model().inputs() + 1];
    float[] inputs = new float[bundle.model().inputs()];
    bundle.preprocessing().apply(row, inputs, 0);
    bundle.model().contributions(inputs, 0, parts);
    double sum = parts[bundle.model().inputs()];
    for (Reason reason : reasons) {
      sum += reason.contribution();
    }
    assertThat(sum).isCloseTo(bundle.scoring().margin(row), within(1e-12));
    assertThat(reasons).extracting(Reason::feature).containsExactlyInAnyOrder("age", "plan");
    assertThat(reasons)
        .extracting(Reason::text)
        .contains("age missing lowers the score", "plan 'basic' raises the score");
  }
}
