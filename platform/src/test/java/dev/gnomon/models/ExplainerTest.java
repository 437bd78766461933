package dev.gnomon.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class ExplainerTest {
  private static final int ROWS = 200;

  /// x and y run over 0 to 199, plan is basic for three in four.
  private static Table table() {
    double[] x = new double[ROWS];
    double[] y = new double[ROWS];
    @Nullable String[] plan = new @Nullable String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      x[i] = i;
      y[i] = ROWS - 1 - i;
      plan[i] = i % 4 == 0 ? "pro" : "basic";
    }
    return Tables.of(
        Tables.numbers("logins_7d", x),
        Tables.numbers("logins_30d", y),
        Tables.texts("plan", plan));
  }

  private static Bundle bundle(double[] weights, Optional<Stakes.Costs> costs, int similar) {
    Table table = table();
    int[] rows = new int[ROWS];
    Arrays.setAll(rows, i -> i);
    FittedPreprocessing preprocessing =
        Preprocessing.of(Preprocessing.Form.LINEAR).fit(table, 3, rows);
    Model model = new LinearModel(0, weights, new double[weights.length]);
    ObjectNode evaluation = CanonicalJson.object();
    ArrayNode bins = evaluation.putObject("calibration").putArray("bins");
    for (double predicted : new double[] {0.1, 0.5, 0.9}) {
      ObjectNode bin = bins.addObject().put("rows", similar).put("predicted", predicted);
      bin.putObject("observed")
          .put("lower", predicted - 0.05)
          .put("estimate", predicted)
          .put("upper", predicted + 0.05);
    }
    return Bundle.of(
        new Manifest(
            "churn", "", table.schema(), 3, "", "", Map.of(), Map.of(), Map.of(), Map.of()),
        preprocessing,
        model,
        new Calibration.None(),
        Policy.of(costs, table.schema(), table, rows),
        ReferenceStatistics.of(table, rows, new double[ROWS]),
        evaluation,
        1);
  }

  private static final Map<String, String> LOGINS =
      Map.of("logins_7d", "logins", "logins_30d", "logins");

  private static Stakes.Costs costs() {
    return new Stakes.Costs(
        "USD",
        Expression.parse("10"),
        Expression.parse("10"),
        Expression.parse("100"),
        Expression.parse("0"));
  }

  @Test
  void sharesAreOfTheAbsoluteLogOddsByFamily() {
    Bundle bundle = bundle(new double[] {1, 0.5, 0.2, -0.3}, Optional.of(costs()), 50);
    Table.Cursor row = table().cursor().at(190);
    double[] parts = bundle.scoring().contributions(row).orElseThrow();
    double logins = parts[0] + parts[1];
    double plan = parts[2];

    double score = bundle.scoring().score(row);
    Explanation found =
        new Explainer(bundle, LOGINS, Optional.of("Offer a campaign")).explain(row, score, true);

    assertThat(found.families())
        .extracting(Explanation.Family::name)
        .containsExactly("logins", "plan");
    assertThat(found.families().getFirst().share())
        .isCloseTo(Math.abs(logins) / (Math.abs(logins) + Math.abs(plan)), within(1e-12));
    assertThat(found.families().getFirst().raises()).isTrue();
    assertThat(found.families().getFirst().text())
        .isEqualTo("logins_7d is 190, usual are 19.9 to 179.1");
    assertThat(found.families().getLast().text()).isEqualTo("plan is 'basic', as for 75 %");
    assertThat(found.similar().orElseThrow().rate().estimate()).isEqualTo(0.9);
    assertThat(found.text())
        .contains(
            "Of 50 tested cases with a score near this one (90 % on average), 90 % turned out")
        .contains("Recommended: offer a campaign; by the stated costs it is expected to save");
    double value = score * 90 - (1 - score) * 10;
    assertThat(found.text()).contains("%,.2f USD".formatted(value));
  }

  @Test
  void saysOnlyWhatTheNumbersSupport() {
    Bundle nothing = bundle(new double[4], Optional.empty(), 29);
    Explanation found =
        new Explainer(nothing, LOGINS, Optional.empty())
            .explain(table().cursor().at(3), 0.5, false);
    assertThat(found.families()).isEmpty();
    assertThat(found.similar()).isEmpty();
    assertThat(found.text())
        .isEqualTo(
            "The score is 50 %. No factor moves it noticeably away from that of a usual case."
                + " Recommended: do not act.");
  }

  @Test
  void partsThatDoNotAddUpAreWithheldAndCounted() {
    Bundle good = bundle(new double[] {1, 0.5, 0.2, -0.3}, Optional.empty(), 50);
    Scoring wrong =
        new Scoring(
            good.preprocessing(), new Forgetful(good.model()), good.calibration(), good.policy());
    assertThat(wrong.reasons(table().cursor().at(190), 3)).isEmpty();
    assertThat(wrong.unexplained()).isEqualTo(1);
    assertThat(good.scoring().reasons(table().cursor().at(190), 3)).hasSize(3);
  }

  /// Explains without its base value.
  private record Forgetful(Model model) implements Model {
    @Override
    public String kind() {
      return model.kind();
    }

    @Override
    public int inputs() {
      return model.inputs();
    }

    @Override
    public double margin(float[] row, int offset) {
      return model.margin(row, offset) + 0.01;
    }

    @Override
    public void contributions(float[] row, int offset, double[] out) {
      model.contributions(row, offset, out);
    }

    @Override
    public void write(java.nio.file.Path directory) {
      model.write(directory);
    }
  }

  @Test
  void speaksOfWholePerCents() {
    assertThat(
            List.of(
                Words.percent(0.314), Words.percent(0.004), Words.percent(0.999), Words.percent(1)))
        .containsExactly("31 %", "0.4 %", "99.9 %", "100 %");
  }
}
