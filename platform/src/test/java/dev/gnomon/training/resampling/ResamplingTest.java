package dev.gnomon.training.resampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.usecase.TrainingSection.Imbalance;
import dev.gnomon.core.usecase.TrainingSection.Imbalance.Treatment;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// The definitions themselves, by brute force: distances over inputs divided by their standard
/// deviation in the fit, neighbours by sorting all of them.
class ResamplingTest {
  private static final int WIDTH = 3;

  /// Rows in the plane and beyond, the rarer class shifted; group = row.
  private static Fit.Rows rows(long seed, int common, int rare) {
    RandomStream random = RandomStream.of(seed);
    int n = common + rare;
    float[] values = new float[n * WIDTH];
    float[] targets = new float[n];
    float[] weights = new float[n];
    for (int i = 0; i < n; i++) {
      targets[i] = i % n < common ? 0 : 1;
      weights[i] = 1 + i;
      for (int c = 0; c < WIDTH; c++) {
        values[i * WIDTH + c] =
            (float) ((random.nextGaussian() + 0.8 * targets[i]) * Math.pow(10, c));
      }
    }
    return new Fit.Rows(new Matrix(List.of("a", "b", "c"), values, n), targets, weights, range(n));
  }

  private static int[] range(int n) {
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    return all;
  }

  private static Resampled apply(Imbalance how, Fit.Rows rows) {
    return Resampling.apply(how, rows, Inputs.numbers(WIDTH), RandomStream.of(3));
  }

  private static Imbalance how(Treatment method, double ratio, int neighbours) {
    return new Imbalance(method, ratio, neighbours, method == Treatment.SMOTE_TOMEK);
  }

  private static double[] scales(Fit.Rows rows) {
    double[] scales = new double[WIDTH];
    for (int c = 0; c < WIDTH; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < rows.size(); i++) {
        double v = at(rows, i, c);
        sum += v;
        squares += v * v;
      }
      scales[c] = Math.sqrt(squares / rows.size() - Math.pow(sum / rows.size(), 2));
    }
    return scales;
  }

  private static double at(Fit.Rows rows, int row, int column) {
    return rows.inputs().values()[row * WIDTH + column];
  }

  private static double distance(Fit.Rows rows, double[] scales, int a, int b) {
    double sum = 0;
    for (int c = 0; c < WIDTH; c++) {
      sum += Math.pow((at(rows, a, c) - at(rows, b, c)) / scales[c], 2);
    }
    return sum;
  }

  private static int[] nearest(Fit.Rows rows, int row, int k, boolean rareOnly) {
    double[] scales = scales(rows);
    return Arrays.stream(range(rows.size()))
        .boxed()
        .filter(i -> i != row && (!rareOnly || rows.targets()[i] == 1))
        .sorted((x, y) ->
            Double.compare(distance(rows, scales, row, x), distance(rows, scales, row, y)))
        .limit(k)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /// Whether a row lies on the segment from a parent to one of its neighbours.
  private static boolean between(Fit.Rows after, int row, Fit.Rows before, int parent, int other) {
    int widest = 0;
    double most = 0;
    for (int c = 0; c < WIDTH; c++) {
      double relative =
          Math.abs(at(before, other, c) - at(before, parent, c))
              / (Math.abs(at(before, other, c)) + Math.abs(at(before, parent, c)));
      if (relative > most) {
        most = relative;
        widest = c;
      }
    }
    double share =
        (at(after, row, widest) - at(before, parent, widest))
            / (at(before, other, widest) - at(before, parent, widest));
    for (int c = 0; c < WIDTH; c++) {
      double whole = at(before, other, c) - at(before, parent, c);
      double part = at(after, row, c) - at(before, parent, c);
      double scale = Math.abs(at(before, other, c)) + Math.abs(at(before, parent, c));
      if (Math.abs(part - share * whole) > 1e-5 * scale) {
        return false;
      }
    }
    return share >= -1e-6 && share <= 1 + 1e-6;
  }

  @Property(tries = 40)
  void everySyntheticRowLiesBetweenARareRowAndOneOfItsNearest(
      @ForAll @IntRange(max = 1000) int seed,
      @ForAll @IntRange(min = 2, max = 12) int rare,
      @ForAll @IntRange(min = 1, max = 6) int k) {
    Fit.Rows before = rows(seed, 60, rare);
    Fit.Rows after = apply(how(Treatment.SMOTE, 0.9, k), before).rows();

    assertThat(after.size()).isEqualTo(60 + 54);
    assertThat(Arrays.copyOf(after.inputs().values(), before.size() * WIDTH))
        .isEqualTo(before.inputs().values());
    Map<Integer, Integer> perParent = new HashMap<>();
    for (int row = before.size(); row < after.size(); row++) {
      int r = row;
      int parent = after.groups()[row];
      perParent.merge(parent, 1, Integer::sum);
      assertThat(after.targets()[row]).isEqualTo(1);
      assertThat(after.weights()[row]).isEqualTo(before.weights()[parent]);
      assertThat(
              Arrays.stream(nearest(before, parent, k, true))
                  .anyMatch(other -> between(after, r, before, parent, other)))
          .isTrue();
    }
    // Rows are shared out evenly.
    assertThat(perParent.values())
        .allMatch(c -> c == (54 - rare) / rare || c == (54 - rare) / rare + 1);
  }

  @Property(tries = 30)
  void adasynGivesEachRowWhatTheFormulaSays(@ForAll @IntRange(max = 1000) int seed) {
    Fit.Rows before = rows(seed, 80, 15);
    int k = 4;
    Fit.Rows after = apply(how(Treatment.ADASYN, 0.8, k), before).rows();

    double[] r = new double[15];
    for (int i = 0; i < 15; i++) {
      r[i] =
          Arrays.stream(nearest(before, 80 + i, k, false))
                  .filter(n -> before.targets()[n] == 0)
                  .count()
              / (double) k;
    }
    double sum = Arrays.stream(r).sum();
    int[] counts = new int[15];
    for (int row = before.size(); row < after.size(); row++) {
      int position = row;
      int parent = after.groups()[row];
      counts[parent - 80]++;
      assertThat(
              Arrays.stream(nearest(before, parent, k, true))
                  .anyMatch(other -> between(after, position, before, parent, other)))
          .isTrue();
    }
    for (int i = 0; i < 15; i++) {
      // 64 rows wanted, 15 there: 49 to make.
      assertThat((double) counts[i]).isCloseTo(r[i] / sum * 49, within(0.5 + 1e-9));
    }
  }

  @Property(tries = 30)
  void borderlineSmoteStartsFromRowsInDangerAlone(@ForAll @IntRange(max = 1000) int seed) {
    Fit.Rows before = rows(seed, 60, 20);
    Resampled resampled = apply(how(Treatment.BORDERLINE_SMOTE, 0.9, 3), before);
    Fit.Rows after = resampled.rows();

    Set<Integer> danger = new HashSet<>();
    for (int i = 60; i < 80; i++) {
      long common =
          Arrays.stream(nearest(before, i, 6, false)).filter(n -> before.targets()[n] == 0).count();
      if (common >= 3 && common < 6) {
        danger.add(i);
      }
    }
    Set<Integer> parents = new HashSet<>();
    for (int row = before.size(); row < after.size(); row++) {
      parents.add(after.groups()[row]);
    }
    assertThat(parents).isEqualTo(danger);
    assertThat(after.size()).isEqualTo(danger.isEmpty() ? 80 : 114);
  }

  @Property(tries = 60)
  void tomekLinksAreThoseOfAnOracle(@ForAll @IntRange(max = 1000) int seed, @ForAll boolean both) {
    Fit.Rows before = rows(seed, 50, 25);
    Set<Integer> gone = new HashSet<>();
    for (int i = 50; i < 75; i++) {
      int other = nearest(before, i, 1, false)[0];
      if (before.targets()[other] == 0 && nearest(before, other, 1, false)[0] == i) {
        gone.add(other);
        if (both) {
          gone.add(i);
        }
      }
    }
    Fit.Rows after = apply(new Imbalance(Treatment.TOMEK_LINKS, 0, 0, both), before).rows();
    List<Integer> kept = new ArrayList<>();
    for (int i = 0; i < 75; i++) {
      if (!gone.contains(i)) {
        kept.add(i);
      }
    }
    assertThat(Arrays.stream(after.groups()).boxed().toList()).isEqualTo(kept);
  }

  @Test
  void smoteTomekRemovesLinksOfTheMixedRows() {
    Fit.Rows before = rows(5, 200, 20);
    Fit.Rows mixed = apply(how(Treatment.SMOTE, 0.5, 5), before).rows();
    Resampled cleaned = apply(how(Treatment.SMOTE_TOMEK, 0.5, 5), before);
    Fit.Rows expected = apply(new Imbalance(Treatment.TOMEK_LINKS, 0, 0, true), mixed).rows();
    assertThat(cleaned.rows().inputs().values()).isEqualTo(expected.inputs().values());
    assertThat(cleaned.rows().size()).isLessThan(mixed.size());
    assertThat(cleaned.random()).isFalse();
  }

  @Test
  void randomSamplingReachesItsRatioAndKnowsTheOddsItChanged() {
    Fit.Rows before = rows(1, 300, 30);
    Resampled over = apply(how(Treatment.OVERSAMPLE, 0.5, 0), before);
    assertThat(over.rows().size()).isEqualTo(450);
    assertThat(over.logOdds()).isCloseTo(-Math.log(5), within(1e-12));
    for (int row = 330; row < 450; row++) {
      int parent = over.rows().groups()[row];
      assertThat(before.targets()[parent]).isEqualTo(1);
      for (int c = 0; c < WIDTH; c++) {
        assertThat(at(over.rows(), row, c)).isEqualTo(at(before, parent, c));
      }
    }
    Resampled under = apply(how(Treatment.UNDERSAMPLE, 0.5, 0), before);
    assertThat(under.rows().size()).isEqualTo(90);
    assertThat(under.logOdds()).isCloseTo(Math.log(0.2), within(1e-12));
    assertThat(under.rows().groups()).doesNotHaveDuplicates().isSorted();
    // Rows held out for early stopping get the shares of the classes as weights, nothing else.
    Fit.Rows held = under.weighted(before);
    assertThat(held.inputs()).isSameAs(before.inputs());
    assertThat(held.weights()[0]).isEqualTo((float) 0.2);
    assertThat(held.weights()[310]).isEqualTo(311);
  }

  /// Two numbers, a colour of three levels, and a flag. The parent is red, its neighbours mostly
  /// blue.
  @Test
  void categoriesAreThoseOfTheMajorityOfTheNeighbours() {
    List<String> names = List.of("x", "red", "blue", "green", "y", "flag");
    float[][] table = {
      {0, 1, 0, 0, 0, 1},
      {1, 0, 1, 0, 0, 0},
      {2, 0, 1, 0, 0, 1},
      {3, 0, 0, 1, 0, 0},
      {9, 1, 0, 0, 5, 0},
      {8, 1, 0, 0, 6, 0},
      {7, 0, 1, 0, 7, 0},
      {6, 0, 1, 0, 8, 0},
      {5, 0, 0, 1, 9, 0}
    };
    float[] values = new float[table.length * 6];
    for (int i = 0; i < values.length; i++) {
      values[i] = table[i / 6][i % 6];
    }
    float[] targets = {1, 1, 1, 1, 0, 0, 0, 0, 0};
    float[] ones = new float[9];
    Arrays.fill(ones, 1);
    Fit.Rows before = new Fit.Rows(new Matrix(names, values, 9), targets, ones, range(9));
    Inputs inputs = new Inputs(new int[] {0, 4}, new int[][] {{1, 2, 3}, {5}});
    Fit.Rows after =
        Resampling.apply(how(Treatment.SMOTE, 1, 3), before, inputs, RandomStream.of(1)).rows();
    assertThat(after.size()).isEqualTo(10);
    int parent = after.groups()[9];
    float[] made = Arrays.copyOfRange(after.inputs().values(), 54, 60);
    // All other three rare rows are the neighbours: the majority is known by hand.
    float[][] majorities = {{0, 1, 0, 0}, {1, 0, 0, 1}, {1, 0, 0, 0}, {0, 1, 0, 1}};
    float[] wanted = majorities[parent];
    if (parent == 1 || parent == 2) {
      // One row each of the other two colours and one of the own: the parent's own wins.
      wanted = new float[] {0, 1, 0, parent == 1 ? 1 : 0};
    }
    assertThat(new float[] {made[1], made[2], made[3], made[5]}).isEqualTo(wanted);
    assertThat(made[0]).isBetween(0f, 3f);
    assertThat(made[4]).isEqualTo(0);
  }

  @Test
  void aValueThatIsMissingInEitherRowIsMissingInTheMixture() {
    Fit.Rows before = rows(2, 100, 10);
    float[] values = before.inputs().values();
    for (int row = 100; row < 105; row++) {
      values[row * WIDTH + 1] = Float.NaN;
    }
    Fit.Rows after = apply(how(Treatment.SMOTE, 1, 5), before).rows();
    int missing = 0;
    for (int row = 110; row < after.size(); row++) {
      boolean lacks = Double.isNaN(at(after, row, 1));
      missing += lacks ? 1 : 0;
      if (after.groups()[row] < 105) {
        assertThat(lacks).isTrue();
      }
      assertThat(at(after, row, 0)).isFinite();
    }
    assertThat(missing).isBetween(46, 89);
  }

  @Test
  void distancesGoOverTheInputsBothRowsHave() {
    float[] values = {0, 0, 0, Float.NaN, 3, 4, 6, 0};
    Space space =
        Space.of(new Matrix(List.of("a", "b"), values, 4), Inputs.numbers(2), new int[] {0, 1});
    double a = Math.sqrt((0 + 0 + 9 + 36) / 4.0 - Math.pow(9 / 4.0, 2));
    double b = Math.sqrt(16 / 3.0 - Math.pow(4 / 3.0, 2));
    assertThat(space.distance(1, 2, Double.POSITIVE_INFINITY))
        .isCloseTo(2 * 9 / (a * a), within(1e-5));
    assertThat(space.distance(2, 3, Double.POSITIVE_INFINITY))
        .isCloseTo(9 / (a * a) + 16 / (b * b), within(1e-5));
  }

  @Test
  void tooFewRowsAreSaidAndNeverFatal() {
    for (Treatment method : Treatment.values()) {
      for (int rare = 0; rare <= 3; rare++) {
        Resampled resampled = apply(Imbalance.of(method), rows(1, 40, rare));
        assertThat(resampled.rows().size()).isPositive();
        if (rare == 0 && Imbalance.of(method).resamples()) {
          assertThat(resampled.notes()).singleElement().asString().contains("one class only");
        }
      }
    }
    assertThat(apply(how(Treatment.SMOTE, 0.5, 5), rows(1, 40, 1)).notes())
        .anyMatch(n -> n.contains("repeated instead"));
    assertThat(apply(how(Treatment.SMOTE, 0.5, 5), rows(1, 40, 3)).notes())
        .anyMatch(n -> n.contains("have 2 neighbours at most, not 5"));
    assertThat(apply(how(Treatment.SMOTE, 0.1, 5), rows(1, 40, 30)).notes())
        .singleElement()
        .asString()
        .contains("asks for no more");
  }

  @Test
  void theRarerClassMayBeTheNegativeOne() {
    Fit.Rows some = rows(4, 90, 10);
    float[] turned = some.targets().clone();
    for (int i = 0; i < turned.length; i++) {
      turned[i] = 1 - turned[i];
    }
    Fit.Rows before = new Fit.Rows(some.inputs(), turned, some.weights(), some.groups());
    Resampled over = apply(how(Treatment.OVERSAMPLE, 0.5, 0), before);
    assertThat(over.logOdds()).isCloseTo(Math.log(4.5), within(1e-12));
    assertThat(apply(how(Treatment.SMOTE, 0.5, 5), before).rows().inputs().values())
        .isEqualTo(apply(how(Treatment.SMOTE, 0.5, 5), some).rows().inputs().values());
  }

  @Test
  void theSameRowsAndSeedGiveTheSameResult() {
    for (Treatment method : Treatment.values()) {
      Fit.Rows before = rows(9, 700, 40);
      Resampled first = apply(Imbalance.of(method), before);
      Resampled second = apply(Imbalance.of(method), before);
      assertThat(second.rows().inputs().values()).isEqualTo(first.rows().inputs().values());
      assertThat(second.rows().groups()).isEqualTo(first.rows().groups());
    }
  }

  @Test
  void constantInputsAndRepeatedRowsAreNoTrouble() {
    Fit.Rows some = rows(6, 30, 6);
    Arrays.fill(some.inputs().values(), 7);
    for (Treatment method : Treatment.values()) {
      Imbalance how = Imbalance.of(method);
      Fit.Rows after = apply(method.hasRatio() ? how(method, 0.9, 5) : how, some).rows();
      for (float value : after.inputs().values()) {
        assertThat(value).isEqualTo(7);
      }
    }
  }
}
