package dev.gnomon.training.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.usecase.TrainingSection.Range;
import dev.gnomon.core.usecase.TrainingSection.Search.Acquisition;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SearcherTest {
  private static final Space PLANE =
      Space.of(
          new Dimension.Real("x", -5, 5, false, Map.of()),
          new Dimension.Real("y", 0.001, 1000, true, Map.of()));

  private static double bowl(Map<String, String> settings) {
    double x = number(settings, "x") - 2;
    double y = Math.log10(number(settings, "y")) + 1;
    return x * x + y * y;
  }

  private static boolean is(Map<String, String> settings, String name, String value) {
    return value.equals(settings.get(name));
  }

  private static double number(Map<String, String> settings, String name) {
    return Double.parseDouble(Objects.requireNonNull(settings.get(name)));
  }

  static Searcher searcher(String name, Space space, int trials, long seed) {
    return switch (name) {
      case "grid" -> new GridSearcher(space, trials);
      case "random" -> new RandomSearcher(space, seed);
      case "bayesian-ei" -> new BayesianSearcher(space, Acquisition.EI, seed);
      case "bayesian-ucb" -> new BayesianSearcher(space, Acquisition.UCB, seed);
      case "bayesian-pi" -> new BayesianSearcher(space, Acquisition.PI, seed);
      case "tpe" -> new TpeSearcher(space, false, seed);
      case "tpe-multivariate" -> new TpeSearcher(space, true, seed);
      case "genetic" -> new GeneticSearcher(space, trials, seed);
      case "halving" -> new HalvingSearcher(space, trials, false, seed);
      case "hyperband" -> new HalvingSearcher(space, trials, true, seed);
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<Trial> run(
      Searcher searcher, double trials, int parallel, ToDoubleFunction<Map<String, String>> score) {
    return new Search(
            searcher,
            List.of(),
            trials,
            Double.POSITIVE_INFINITY,
            parallel,
            false,
            TrialLog.none(),
            () -> 0)
        .run((proposal, _) -> score.applyAsDouble(proposal.settings()), (_, _) -> {})
        .trials();
  }

  private static double best(List<Trial> trials) {
    return trials.stream().mapToDouble(Trial::score).min().orElseThrow();
  }

  /// The bowl spans 0 to about 61; one in twenty random points has less than 0.45.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bayesian-ei",
        "bayesian-ucb",
        "bayesian-pi",
        "tpe",
        "tpe-multivariate",
        "genetic"
      })
  void whatLearnsComesNearerThanChance(String name) {
    double learned = 0;
    double chance = 0;
    for (int seed = 0; seed < 3; seed++) {
      learned += best(run(searcher(name, PLANE, 45, seed), 45, 1, SearcherTest::bowl));
      chance += best(run(searcher("random", PLANE, 45, seed), 45, 1, SearcherTest::bowl));
    }
    assertThat(learned).isLessThan(chance / 2);
  }

  @Test
  void theGaussianProcessFindsTheBottomOfABowl() {
    assertThat(best(run(searcher("bayesian-ei", PLANE, 30, 1), 30, 1, SearcherTest::bowl)))
        .isLessThan(0.01);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grid",
        "random",
        "bayesian-ei",
        "tpe",
        "tpe-multivariate",
        "genetic",
        "halving",
        "hyperband"
      })
  void sameSeedSameCourse(String name) {
    for (int parallel : new int[] {1, 3}) {
      Supplier<List<Trial>> course =
          () -> run(searcher(name, PLANE, 25, 7), 25, parallel, SearcherTest::bowl);
      assertThat(course.get()).isEqualTo(course.get()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"grid", "random", "bayesian-ei", "tpe", "tpe-multivariate", "genetic"})
  void aFiniteSpaceIsTriedOnceAndWhole(String name) {
    Space space =
        Space.of(
            new Dimension.Choice("kind", List.of("a", "b", "c"), Map.of()),
            new Dimension.Whole("n", 1, 4, false, Map.of()),
            new Dimension.Levels("l", List.of("0.1", "1"), Map.of("kind", List.of("b", "c"))));
    List<Trial> trials = run(searcher(name, space, 30, 3), 30, 2, s -> is(s, "kind", "b") ? 0 : 1);
    Set<Map<String, String>> distinct = new HashSet<>();
    trials.forEach(t -> distinct.add(t.settings()));
    // 4 of kind a, which has no l, and 8 each of b and c.
    assertThat(trials).hasSize(20);
    assertThat(distinct).hasSize(20);
    assertThat(distinct).allSatisfy(s -> assertThat(space.holds(s)).isTrue());
    assertThat(distinct)
        .allSatisfy(s -> assertThat(s.containsKey("l")).isEqualTo(!is(s, "kind", "a")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "bayesian-ei", "tpe", "tpe-multivariate", "genetic"})
  void conditionsHoldInEveryProposal(String name) {
    Map<String, List<String>> whenRbf = Map.of("kernel", List.of("rbf"));
    Space space =
        Space.of(
            new Dimension.Real("gamma", 0.01, 10, true, whenRbf),
            new Dimension.Choice("kernel", List.of("linear", "rbf", "poly"), Map.of()),
            new Dimension.Whole("degree", 2, 5, false, Map.of("kernel", List.of("poly"))));
    List<Trial> trials =
        run(
            searcher(name, space, 40, 2),
            40,
            1,
            s -> is(s, "kernel", "rbf") ? Math.abs(Math.log(number(s, "gamma"))) : 5);
    assertThat(trials)
        .hasSize(40)
        .allSatisfy(t -> {
          assertThat(t.settings().containsKey("gamma"))
              .isEqualTo(is(t.settings(), "kernel", "rbf"));
          assertThat(t.settings().containsKey("degree"))
              .isEqualTo(is(t.settings(), "kernel", "poly"));
        });
    assertThat(best(trials)).isLessThan(0.5);
  }

  @Test
  void halvingKeepsTheBestThirdAndCountsEffort() {
    List<Trial> trials = run(searcher("halving", PLANE, 9, 1), 9, 4, SearcherTest::bowl);
    // 27 at a ninth, 9 at a third, 3 whole: nine trials of full effort.
    assertThat(trials.stream().filter(t -> t.resource() < 0.2)).hasSize(27);
    assertThat(trials.stream().filter(t -> t.resource() > 0.2 && t.resource() < 1)).hasSize(9);
    List<Trial> last = trials.stream().filter(t -> t.resource() == 1).toList();
    assertThat(last).hasSize(3);
    assertThat(last.stream().mapToDouble(Trial::score).max().orElseThrow())
        .isEqualTo(
            trials.stream()
                .mapToDouble(Trial::score)
                .distinct()
                .sorted()
                .skip(2)
                .findFirst()
                .orElseThrow());
  }

  @Test
  void hyperbandHasBracketsOfEachKind() {
    List<Trial> trials = run(searcher("hyperband", PLANE, 27, 1), 27, 1, SearcherTest::bowl);
    assertThat(trials.stream().mapToDouble(Trial::resource).sum()).isBetween(24.0, 27.0 + 1e-9);
    // The last bracket is nothing but whole trials.
    assertThat(trials.subList(trials.size() - 9, trials.size()))
        .allSatisfy(t -> assertThat(t.resource()).isEqualTo(1));
    assertThat(trials.getFirst().resource()).isCloseTo(1 / 9.0, within(1e-12));
  }

  @Test
  void aGridGrowsEvenlyUpToTheNumberOfTrials() {
    Space space =
        Space.of(
            new Dimension.Real("a", 1, 100, true, Map.of()),
            new Dimension.Choice("k", List.of("u", "v"), Map.of()),
            new Dimension.Whole("n", 0, 10, false, Map.of()));
    List<Trial> trials = run(new GridSearcher(space, 20), 20, 1, _ -> 0);
    // 3 x 2 x 3 is 18; 4 x 2 x 3 would be 24.
    assertThat(trials).hasSize(18);
    assertThat(trials.stream().map(t -> t.settings().get("a")).distinct())
        .containsExactly("1.000", "10.00", "100.0");
    assertThat(trials.stream().map(t -> t.settings().get("n")).distinct())
        .containsExactly("0", "5", "10");
  }

  @Test
  void trialsWithoutAScoreCountAsTheWorst() {
    for (String name : List.of("bayesian-ei", "tpe", "genetic")) {
      List<Trial> trials =
          run(searcher(name, PLANE, 40, 5), 40, 1, s -> number(s, "x") < 0 ? Double.NaN : bowl(s));
      assertThat(trials).hasSize(40);
      long failedLate =
          trials.subList(20, 40).stream().filter(t -> t.state() == Trial.State.FAILED).count();
      assertThat(failedLate).as(name).isLessThan(8);
    }
    assertThat(run(searcher("bayesian-ei", PLANE, 9, 5), 9, 1, _ -> Double.NaN)).hasSize(9);
  }

  @Test
  void whatAPointPromises() {
    // mean 0.5 below the best, deviation 1, less xi 0.01: z = 0.49, Phi 0.687933, phi 0.353812
    assertThat(BayesianSearcher.promise(Acquisition.EI, 0, -0.5, 1))
        .isCloseTo(0.49 * 0.6879331 + 0.3538124, within(1e-6));
    assertThat(BayesianSearcher.promise(Acquisition.UCB, 0, -0.5, 1)).isEqualTo(2.5);
    assertThat(BayesianSearcher.promise(Acquisition.PI, 0, -0.5, 1)).isCloseTo(0.49, within(1e-12));
  }

  @Test
  void positionsAndTextsAgree() {
    Dimension.Whole log = new Dimension.Whole("n", 1, 1000, true, Map.of());
    assertThat(log.text(0)).isEqualTo("1");
    assertThat(log.text(1)).isEqualTo("1000");
    for (String text : List.of("1", "2", "31", "999", "1000")) {
      assertThat(log.text(log.position(text))).isEqualTo(text);
    }
    assertThat(log.position("1001")).isNaN();
    assertThat(log.position("many")).isNaN();
    Dimension.Levels levels = new Dimension.Levels("l", List.of("0.1", "1", "5"), Map.of());
    for (String text : levels.values()) {
      assertThat(levels.text(levels.position(text))).isEqualTo(text);
    }
    Dimension.Real real = new Dimension.Real("r", 0.12351, 0.3, true, Map.of());
    assertThat(real.text(0)).isEqualTo("0.12351");
    assertThat(real.text(1)).isEqualTo("0.3000");
  }

  @Test
  void aSpaceIsMadeOfRangesLessWhatIsFixed() {
    Map<String, Range> ranges = new java.util.LinkedHashMap<>();
    ranges.put(
        "gamma", new Range(Range.Kind.LOG, List.of("0.01", "1"), Map.of("kernel", List.of("rbf"))));
    ranges.put("kernel", new Range(Range.Kind.VALUES, List.of("linear", "rbf"), Map.of()));
    ranges.put("c", new Range(Range.Kind.VALUES, List.of("10", "1", "0.5"), Map.of()));
    ranges.put("rounds", new Range(Range.Kind.VALUES, List.of("600"), Map.of()));
    Space space = Space.of(ranges, Map.of());
    assertThat(space.dimensions().stream().map(Dimension::name))
        .containsExactly("kernel", "gamma", "c");
    assertThat(((Dimension.Levels) space.dimensions().get(2)).values())
        .containsExactly("0.5", "1", "10");
    assertThat(space.fixed()).isEqualTo(Map.of("rounds", "600"));
    // With the kernel fixed otherwise, gamma is never searched.
    Space linear = Space.of(ranges, Map.of("kernel", "linear", "rounds", "50"));
    assertThat(linear.dimensions().stream().map(Dimension::name)).containsExactly("c");
    assertThat(linear.fixed()).isEqualTo(Map.of("kernel", "linear", "rounds", "50"));
    assertThat(Space.of(ranges, Map.of("kernel", "rbf")).size()).isEqualTo(2);
    assertThatThrownBy(() ->
            Space.of(
                new Dimension.Choice("a", List.of("1x"), Map.of("b", List.of("1x"))),
                new Dimension.Choice("b", List.of("1x"), Map.of("a", List.of("1x")))))
        .hasMessageContaining("depend on each other");
  }

  @Test
  void theBudgetIsDealtByWhatThereIsToSearch() {
    assertThat(Search.shares(30, new int[] {0, 1, 6})).containsExactly(1, 5, 24);
    assertThat(Search.shares(2, new int[] {0, 1, 6})).containsExactly(1, 1, 1);
    assertThat(Search.shares(10, new int[] {2, 2})).containsExactly(5, 5);
    assertThat(Search.shares(9, new int[] {2, 2})).containsExactly(5, 4);
  }

  @Test
  void aTrialEndsWhenItIsWorseThanTheMedianAtTheSameFold() {
    List<Integer> folds = new ArrayList<>();
    List<Double> values = List.of(5.0, 4.0, 3.0, 2.0, 1.0, 3.5, 2.5);
    Search.Result result =
        new Search(
                new RandomSearcher(PLANE, 1),
                List.of(),
                7,
                Double.POSITIVE_INFINITY,
                1,
                true,
                TrialLog.none(),
                () -> 0)
            .run(
                (_, stop) -> {
                  double value = values.get(folds.size());
                  folds.add(0);
                  for (int fold = 1; fold <= 3; fold++) {
                    folds.set(folds.size() - 1, fold);
                    if (stop.after(value)) {
                      return value;
                    }
                  }
                  return value;
                },
                (_, _) -> {});
    // Five before it, with the median 3: 3.5 ends after the first fold, 2.5 does not.
    assertThat(folds).containsExactly(3, 3, 3, 3, 3, 1, 3);
    assertThat(result.trials().get(5).state()).isEqualTo(Trial.State.PRUNED);
    assertThat(result.best().score()).isEqualTo(1);
  }

  @Test
  void aSearchEndsWithItsTimeButTriesAtLeastOnce() {
    long[] now = {0};
    Search.Result result =
        new Search(
                new RandomSearcher(PLANE, 1),
                List.of(),
                100,
                3,
                1,
                false,
                TrialLog.none(),
                () -> now[0])
            .run(
                (_, _) -> {
                  now[0] += 1000;
                  return 1;
                },
                (_, _) -> {});
    assertThat(result.trials()).hasSize(3);
    assertThat(result.complete()).isFalse();
    assertThat(Optional.of(result.best().number())).contains(0);
  }
}
