package dev.gnomon.learners;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Output;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Against scikit-learn 1.2.1 at half the inputs of the first six rows.
class NeighboursTrainerTest {
  private static void check(Fit.Target target, Map<String, String> settings, double... expected) {
    Fit.Rows rows = Sample.rows(target, false);
    var model = new NeighboursTrainer().train(Sample.fit(target, rows, settings, 1));
    float[] half = rows.inputs().values().clone();
    for (int i = 0; i < half.length; i++) {
      half[i] *= 0.5f;
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(model.margin(half, i * Sample.WIDTH)).isCloseTo(expected[i], within(1e-9));
    }
    assertThat(model.output())
        .isEqualTo(target == Fit.Target.BINARY ? Output.PROBABILITY : Output.NUMBER);
    Sample.holds(model, rows);
  }

  @Test
  void classesEqualKNeighborsClassifier() {
    check(
        Fit.Target.BINARY,
        Map.of(),
        0.6,
        0.3333333333333333,
        0.5333333333333333,
        0.26666666666666666,
        0.5333333333333333,
        0.2);
    check(
        Fit.Target.BINARY,
        Map.of("neighbours", "7", "weights", "distance"),
        0.42882855686106897,
        0.272200104905289,
        0.43253705866116476,
        0.2930206790563067,
        0.42835488876929284,
        0.1354151164372763);
  }

  @Test
  void numbersEqualKNeighborsRegressor() {
    check(
        Fit.Target.NUMBER,
        Map.of(),
        0.4292943668862184,
        -0.03537898560365041,
        0.5235830893119177,
        0.0020572112252314886,
        0.4846055855353673,
        -0.4405038431286812);
    check(
        Fit.Target.NUMBER,
        Map.of("neighbours", "7", "weights", "distance"),
        0.30481492687008294,
        -0.0176410170344492,
        0.3036325404553748,
        0.056708800148127556,
        0.378265264440915,
        -0.1960938023377973);
  }

  @Test
  void aRowAtTheSamePlaceDecidesAlone() {
    Fit.Rows rows = Sample.rows(Fit.Target.BINARY, false);
    var model =
        new NeighboursTrainer()
            .train(
                Sample.fit(
                    Fit.Target.BINARY, rows, Map.of("neighbours", "7", "weights", "distance"), 1));
    for (int i = 0; i < rows.size(); i++) {
      assertThat(model.margin(rows.inputs().values(), i * Sample.WIDTH))
          .isEqualTo(rows.targets()[i]);
    }
  }

  /// Many rows with many ties, against sorting all distances.
  @Test
  void theBlockedSearchFindsWhatSortingFinds() {
    int rows = 1000;
    int width = 3;
    RandomStream random = RandomStream.of(5);
    float[] values = new float[rows * width];
    float[] targets = new float[rows];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(4);
    }
    for (int i = 0; i < rows; i++) {
      targets[i] = random.nextInt(100);
    }
    float[] weights = new float[rows];
    Arrays.fill(weights, 1);
    Fit.Rows all = Fit.Rows.of(new Matrix(List.of("a", "b", "c"), values, rows), targets, weights);
    var model =
        new NeighboursTrainer()
            .train(Sample.fit(Fit.Target.NUMBER, all, Map.of("neighbours", "20"), 1));
    double[] found = Sample.margins(model, all);
    for (int q = 0; q < 200; q++) {
      int query = q;
      double expected =
          IntStream.range(0, rows)
              .boxed()
              .sorted((a, b) -> {
                int byDistance =
                    Double.compare(distance(values, a, query), distance(values, b, query));
                return byDistance != 0 ? byDistance : Integer.compare(a, b);
              })
              .limit(20)
              .mapToDouble(i -> targets[i])
              .average()
              .orElseThrow();
      assertThat(found[q]).isCloseTo(expected, within(1e-9));
    }
  }

  private static double distance(float[] values, int a, int b) {
    double sum = 0;
    for (int j = 0; j < 3; j++) {
      double d = values[a * 3 + j] - values[b * 3 + j];
      sum += d * d;
    }
    return sum;
  }

  @Test
  void tooManyRowsAreRefusedAndFiveWork() {
    int rows = 1_000_001;
    float[] values = new float[rows * 20];
    float[] targets = new float[rows];
    Fit.Rows many =
        Fit.Rows.of(
            new Matrix(IntStream.range(0, 20).mapToObj(j -> "x" + j).toList(), values, rows),
            targets,
            targets);
    assertThatThrownBy(
            () -> new NeighboursTrainer().train(Sample.fit(Fit.Target.BINARY, many, Map.of(), 1)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("1,000,001 rows of 20 inputs")
        .hasMessageContaining("20,000,000");
    Fit.Rows five = Sample.rows(Fit.Target.BINARY, false, 5);
    Sample.holds(
        new NeighboursTrainer().train(Sample.fit(Fit.Target.BINARY, five, Map.of(), 1)), five);
  }
}
