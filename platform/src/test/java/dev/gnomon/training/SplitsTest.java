package dev.gnomon.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Times;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SplitsTest {

  /// 40 entities observed weekly for 50 weeks.
  private static Sets weekly(int horizonDays) {
    return Sets.of(2000)
        .number("x", i -> i)
        .key(i -> "k" + i % 40)
        .days(i -> 7.0 * Math.floorDiv(i, 40), horizonDays);
  }

  @Test
  void partsByTimeAreAtLeastAHorizonApart() {
    Sets sets = weekly(30);
    TrainingSet set = sets.set(i -> i % 5 == 0 ? 1 : 0);

    Split split = Splits.of(sets.useCase(), set);

    long lastTrain = latest(set, split.train());
    long firstValidation = earliest(set, split.validation());
    long lastValidation = latest(set, split.validation());
    long firstTest = earliest(set, split.test());
    assertThat(firstValidation - lastTrain).isGreaterThanOrEqualTo(30 * Times.DAY);
    assertThat(firstTest - lastValidation).isGreaterThanOrEqualTo(30 * Times.DAY);
    // 10 of 50 weeks; four weeks end less than 30 days before the cut.
    assertThat(split.test()).hasSize(400);
    assertThat(split.gaps()).isEqualTo(2 * 4 * 40);
    assertThat(split.train().length + split.validation().length + split.test().length)
        .isEqualTo(2000 - split.gaps());
  }

  @Test
  void aTestPartThatCameWithTheTableIsTakenAsStated() {
    Sets sets =
        Sets.of(1000)
            .number("x", i -> i)
            .key(i -> "k" + i % 300)
            .split(By.RANDOM, By.RANDOM, 0.2, 0)
            .testRows("x >= 800");
    TrainingSet set = sets.set(i -> i % 5 == 0 ? 1 : 0);

    Split split = Splits.of(sets.useCase(), set);

    assertThat(split.test()).isEqualTo(IntStream.range(800, 1000).toArray());
    assertThat(split.train().length + split.validation().length).isEqualTo(800);
    assertThat(IntStream.of(split.train()).max().orElseThrow()).isLessThan(800);
    assertThat(split.validation()).hasSizeBetween(150, 170);

    Sets none = sets.testRows("x + 1");
    assertThatThrownBy(() -> Splits.of(none.useCase(), none.set(i -> i % 2)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("is no condition");
  }

  @Test
  void validationByEntityNeedsOneGapLessAndSharesNoEntityWithTraining() {
    Sets sets = weekly(90).split(By.TIME, By.ENTITY, 0.2, 0.2);
    TrainingSet set = sets.set(i -> i % 7 == 0 ? 1 : 0);

    Split split = Splits.of(sets.useCase(), set);

    assertThat(earliest(set, split.test()) - latest(set, split.validation()))
        .isGreaterThanOrEqualTo(90 * Times.DAY);
    assertThat(keys(set, split.train())).doesNotContainAnyElementsOf(keys(set, split.validation()));
    assertThat(split.gaps()).isEqualTo(12 * 40);
  }

  @Property(tries = 100)
  void entitiesAreNeverOnTwoSidesAndEveryLabelledRowIsInOnePart(
      @ForAll @IntRange(min = 200, max = 600) int rows,
      @ForAll @IntRange(min = 80, max = 200) int keys,
      @ForAll long seed) {
    Sets sets =
        Sets.of(rows)
            .number("x", i -> i)
            .key(i -> "k" + (i * 1009L % keys))
            .seed(seed)
            .split(By.ENTITY, By.ENTITY, 0.2, 0.2);
    TrainingSet set = sets.set(i -> i % 11 == 0 ? Double.NaN : i % 3 == 0 ? 1 : 0);

    Split split = Splits.of(sets.useCase(), set);

    Set<String> seen = new HashSet<>();
    for (int[] part : new int[][] {split.train(), split.validation(), split.test()}) {
      assertThat(keys(set, part)).noneMatch(seen::contains);
      seen.addAll(keys(set, part));
    }
    Set<Integer> all = new TreeSet<>();
    IntStream.of(split.train()).forEach(all::add);
    IntStream.of(split.validation()).forEach(all::add);
    IntStream.of(split.test()).forEach(all::add);
    assertThat(all)
        .hasSize(rows - split.unlabelled())
        .noneMatch(r -> Double.isNaN(set.labels()[r]));
  }

  @Test
  void randomPartsKeepTheShareOfPositivesAndDoNotDependOnTheOrderOfRows() {
    Sets sets = Sets.of(1000).number("x", i -> i);
    Sets reversed = Sets.of(1000).number("x", i -> 999 - i).key(i -> "k" + (999 - i));

    Split one = Splits.of(sets.useCase(), sets.set(i -> i % 10 == 0 ? 1 : 0));
    Split other = Splits.of(reversed.useCase(), reversed.set(i -> (999 - i) % 10 == 0 ? 1 : 0));

    assertThat(Arrays.stream(one.test()).filter(r -> r % 10 == 0).count()).isEqualTo(20);
    assertThat(one.test()).hasSize(200);
    assertThat(Arrays.stream(other.test()).map(r -> 999 - r).sorted().toArray())
        .isEqualTo(one.test());
    assertThat(other.testHash()).isEqualTo(one.testHash());
    Sets reseeded = Sets.of(1000).number("x", i -> i).seed(2);
    assertThat(Splits.of(reseeded.useCase(), reseeded.set(i -> i % 10 == 0 ? 1 : 0)).testHash())
        .isNotEqualTo(one.testHash());
  }

  @Test
  void foldsKeepEntitiesTogetherAndShareThePositivesOut() {
    Sets sets = weekly(7);
    TrainingSet set = sets.set(i -> i % 40 < 10 ? 1 : 0);
    int[] rows = IntStream.range(0, 2000).toArray();

    int[] folds = Splits.folds(set, rows, 5, 3);

    for (int i = 40; i < 2000; i++) {
      assertThat(folds[i]).isEqualTo(folds[i % 40]);
    }
    for (int fold = 0; fold < 5; fold++) {
      int f = fold;
      assertThat(IntStream.range(0, 10).filter(i -> folds[i] == f)).hasSize(2);
    }
  }

  @Test
  void saysWhatIsWrongAndWhatToDo() {
    Sets sets = Sets.of(100).number("x", i -> i);
    assertThatThrownBy(() -> Splits.of(sets.useCase(), sets.set(i -> 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("not one of 100 observations is positive")
        .hasMessageContaining("frame.target.positive");
    assertThatThrownBy(() -> Splits.of(sets.useCase(), sets.set(i -> 1)))
        .hasMessageContaining("all 100 observations are positive");
    assertThatThrownBy(() -> Splits.of(sets.useCase(), sets.set(i -> Double.NaN)))
        .hasMessageContaining("none of 100 observations has a known outcome");
    Sets few = Sets.of(20).number("x", i -> i);
    assertThatThrownBy(() -> Splits.of(few.useCase(), few.set(i -> i % 2)))
        .hasMessageContaining("only 20 observations");
    Sets shortTime = weekly(200);
    assertThatThrownBy(() -> Splits.of(shortTime.useCase(), shortTime.set(i -> i % 3 == 0 ? 1 : 0)))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("gaps of 200d")
        .hasMessageContaining("validation: {by: entity}");
    Sets horizon = weekly(30);
    assertThatThrownBy(() -> Splits.of(horizon.useCase(), horizon.set(i -> 0)))
        .hasMessageContaining("within 30d");
    Sets untimed = Sets.of(100).number("x", i -> i).split(By.TIME, By.TIME, 0.2, 0.2);
    assertThatThrownBy(() -> Splits.of(untimed.useCase(), untimed.set(i -> i % 2)))
        .hasMessageContaining("all observations have the same time");
  }

  private static long latest(TrainingSet set, int[] rows) {
    return Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).max().orElseThrow();
  }

  private static long earliest(TrainingSet set, int[] rows) {
    return Arrays.stream(rows).mapToLong(r -> set.observedAt()[r]).min().orElseThrow();
  }

  private static Set<String> keys(TrainingSet set, int[] rows) {
    Set<String> keys = new HashSet<>();
    for (int row : rows) {
      keys.add(String.valueOf(set.keys().dictionary().text(set.keys().codes()[row])));
    }
    return keys;
  }
}
