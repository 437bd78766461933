package dev.gnomon.training.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FoldsTest {
  /// Every row is tested once, and learned from where it is not tested.
  private static void partition(List<Fold> folds, int rows) {
    int[] tested = new int[rows];
    for (Fold fold : folds) {
      boolean[] inTest = new boolean[rows];
      for (int row : fold.test()) {
        tested[row]++;
        inTest[row] = true;
      }
      for (int row : fold.train()) {
        assertThat(inTest[row]).isFalse();
      }
      assertThat(fold.train().length + fold.test().length).isEqualTo(rows);
    }
    assertThat(tested).containsOnly(1);
  }

  private static void noGroupIsTorn(List<Fold> folds, int[] groups) {
    for (Fold fold : folds) {
      Set<Integer> learned = new HashSet<>();
      Arrays.stream(fold.train()).forEach(r -> learned.add(groups[r]));
      assertThat(Arrays.stream(fold.test())).allMatch(r -> !learned.contains(groups[r]));
    }
  }

  @Property(tries = 200)
  void kFoldIsAPartitionInEqualParts(
      @ForAll @IntRange(min = 1, max = 200) int rows,
      @ForAll @IntRange(min = 2, max = 12) int folds,
      @ForAll long seed) {
    List<Fold> found = Folds.kFold(rows, folds, seed);
    partition(found, rows);
    assertThat(found).hasSize(Math.min(rows, folds));
    assertThat(found)
        .allMatch(f -> f.test().length == rows / folds || f.test().length == rows / folds + 1);
  }

  @Property(tries = 200)
  void stratifiedFoldsHoldEachClassWithinOneRow(
      @ForAll @Size(min = 1, max = 150) List<@IntRange(max = 3) Integer> classes,
      @ForAll @IntRange(min = 2, max = 8) int folds,
      @ForAll long seed) {
    int[] of = classes.stream().mapToInt(c -> c).toArray();
    List<Fold> found = Folds.stratified(of, folds, seed);
    partition(found, of.length);
    for (int c = 0; c <= 3; c++) {
      int wanted = c;
      long all = Arrays.stream(of).filter(v -> v == wanted).count();
      for (Fold fold : found) {
        long here = Arrays.stream(fold.test()).filter(r -> of[r] == wanted).count();
        assertThat(here).isBetween(all / folds, all / folds + 1);
      }
    }
  }

  @Property(tries = 200)
  void groupsAreNeverTorn(
      @ForAll @Size(min = 2, max = 150) List<@IntRange(max = 30) Integer> groups,
      @ForAll @IntRange(min = 2, max = 6) int folds,
      @ForAll long seed) {
    int[] of = groups.stream().mapToInt(g -> g).toArray();
    int[] classes = Arrays.stream(of).map(g -> g % 2).toArray();
    for (List<Fold> found :
        List.of(
            Folds.grouped(of, folds, seed), Folds.stratifiedGrouped(of, classes, folds, seed))) {
      partition(found, of.length);
      noGroupIsTorn(found, of);
    }
  }

  @Test
  void groupsOfOneSizeAreDealtEvenlyByClass() {
    // 40 groups of 3 rows, every fourth with a positive
    int[] groups = new int[120];
    int[] classes = new int[120];
    for (int i = 0; i < 120; i++) {
      groups[i] = i / 3;
      classes[i] = i / 3 % 4 == 0 && i % 3 == 1 ? 1 : 0;
    }
    for (Fold fold : Folds.stratifiedGrouped(groups, classes, 5, 1)) {
      assertThat(fold.test()).hasSize(24);
      assertThat(Arrays.stream(fold.test()).filter(r -> classes[r] == 1).count()).isEqualTo(2);
    }
  }

  @Test
  void repeatsAreDealtAnew() {
    List<Fold> found = Folds.repeated(3, 7, s -> Folds.kFold(50, 5, s));
    assertThat(found).hasSize(15);
    partition(found.subList(0, 5), 50);
    partition(found.subList(10, 15), 50);
    assertThat(found.get(0).test()).isEqualTo(Folds.kFold(50, 5, 7).get(0).test());
    assertThat(found.get(5).test()).isNotEqualTo(found.get(0).test());
  }

  @Property(tries = 300)
  void nothingIsLearnedFromThatHappensInTheTimeOfATest(
      @ForAll @Size(min = 2, max = 120) List<@LongRange(min = 0, max = 60) Long> at,
      @ForAll @IntRange(min = 1, max = 6) int folds,
      @ForAll @LongRange(min = 0, max = 15) long purge,
      @ForAll @LongRange(min = 1, max = 30) long window) {
    long[] times = at.stream().mapToLong(t -> t).toArray();
    List<Fold> expanding = TimeFolds.expanding(times, folds, purge);
    List<Fold> rolling = TimeFolds.rolling(times, folds, OptionalLong.of(window), purge);
    List<Fold> walk = TimeFolds.walkForward(times, 7, OptionalLong.of(window), purge);
    for (List<Fold> found : List.of(expanding, rolling, walk)) {
      Set<Integer> tested = new HashSet<>();
      for (Fold fold : found) {
        long from = Arrays.stream(fold.test()).mapToLong(r -> times[r]).min().orElseThrow();
        assertThat(Arrays.stream(fold.train()))
            .allMatch(r -> times[r] + purge <= from && times[r] < from);
        assertThat(Arrays.stream(fold.test())).allMatch(tested::add);
      }
    }
    for (Fold fold : rolling) {
      long from = Arrays.stream(fold.test()).mapToLong(r -> times[r]).min().orElseThrow();
      assertThat(Arrays.stream(fold.train())).allMatch(r -> times[r] >= from - purge - window);
    }
    // What expands learns from all that is old enough.
    for (Fold fold : expanding) {
      long from = Arrays.stream(fold.test()).mapToLong(r -> times[r]).min().orElseThrow();
      assertThat((long) fold.train().length)
          .isEqualTo(Arrays.stream(times).filter(t -> t < from && t + purge <= from).count());
    }
  }

  @Property(tries = 300)
  void outcomesNeverOverlapAcrossAPurgedFoldAndTheEmbargoIsKept(
      @ForAll @Size(min = 4, max = 120) List<@LongRange(min = 0, max = 80) Long> at,
      @ForAll @IntRange(min = 2, max = 6) int folds,
      @ForAll @LongRange(min = 0, max = 10) long purge,
      @ForAll @LongRange(min = 0, max = 10) long embargo) {
    long[] times = at.stream().mapToLong(t -> t).toArray();
    Set<Integer> tested = new HashSet<>();
    for (Fold fold : TimeFolds.purged(times, folds, purge, embargo)) {
      for (int test : fold.test()) {
        tested.add(test);
        for (int learned : fold.train()) {
          long gap = Math.abs(times[learned] - times[test]);
          assertThat(gap).isPositive().isGreaterThanOrEqualTo(purge);
          if (times[learned] > times[test]) {
            assertThat(times[learned]).isGreaterThanOrEqualTo(times[test] + purge + embargo);
          }
        }
      }
    }
    if (purge == 0 && embargo == 0 && Arrays.stream(times).distinct().count() > 1) {
      assertThat(tested).hasSize(times.length);
    }
  }

  @Test
  void aWalkForwardGoesStepByStep() {
    long[] times = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    List<Fold> walk = TimeFolds.walkForward(times, 2, OptionalLong.of(3), 1);
    // The first test at 0 + 3 + 1: learns from 0 to 3, and so on.
    assertThat(walk).hasSize(3);
    assertThat(walk.get(0).train()).containsExactly(0, 1, 2, 3);
    assertThat(walk.get(0).test()).containsExactly(4, 5);
    assertThat(walk.get(1).train()).containsExactly(2, 3, 4, 5);
    assertThat(walk.get(2).test()).containsExactly(8, 9);
    // Without a window nothing is forgotten.
    assertThat(TimeFolds.walkForward(times, 2, OptionalLong.empty(), 1).getLast().train())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void oneTimeOrOneRowGivesNoFoldByTime() {
    assertThat(TimeFolds.expanding(new long[] {5, 5, 5}, 3, 0)).isEmpty();
    assertThat(TimeFolds.rolling(new long[] {5}, 3, OptionalLong.empty(), 0)).isEmpty();
    assertThat(TimeFolds.purged(new long[] {5, 5}, 3, 0, 0)).isEmpty();
    assertThat(TimeFolds.walkForward(new long[0], 3, OptionalLong.empty(), 0)).isEmpty();
  }
}
