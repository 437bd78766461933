package dev.gnomon.stats;

import static dev.gnomon.stats.RankingScores.Gain.EXPONENTIAL;
import static dev.gnomon.stats.RankingScores.Gain.LINEAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class GoldenRankingTest {
  @TestFactory
  List<DynamicTest> cases() {
    return GoldenCases.topic("ranking")
        .is("ndcg-linear-gain", GoldenRankingTest::linear)
        .is(
            "ndcg-exponential-gain",
            c ->
                c.check(
                    RankingScores.ndcg(
                        c.matrix("relevance")[0], c.matrix("score")[0], 6, EXPONENTIAL),
                    "ndcg"))
        .is("ndcg-ties", GoldenRankingTest::ties)
        .is("map-full", GoldenRankingTest::map)
        .is("map-at-k", GoldenRankingTest::mapAtK)
        .tests();
  }

  private static void linear(GoldenCases.Case c) {
    double[] relevance = c.matrix("relevance")[0];
    double[] score = c.matrix("score")[0];
    c.check(RankingScores.ndcg(relevance, score, 6, LINEAR), "ndcg");
    c.check(RankingScores.ndcg(relevance, score, 3, LINEAR), "ndcg_at_3");
    c.check(RankingScores.dcg(relevance, score, 6, LINEAR), "dcg");
  }

  private static void ties(GoldenCases.Case c) {
    double[] relevance = c.matrix("relevance")[0];
    double[] score = c.matrix("score")[0];
    c.check(RankingScores.ndcg(relevance, score, 6, LINEAR), "average_over_ties");
    c.check(RankingScores.ndcgIgnoringTies(relevance, score, 6, LINEAR), "ignoring_ties");
  }

  private static void map(GoldenCases.Case c) {
    double[] found = new double[c.input("queries").size()];
    for (int q = 0; q < found.length; q++) {
      JsonNode query = c.input("queries").get(q);
      found[q] =
          RankedScores.of(
                  GoldenCases.Case.doubles(query.get("score")),
                  GoldenCases.Case.doubles(query.get("relevance")))
              .averagePrecision();
    }
    c.check(found, "per_query");
    c.check(Samples.mean(found), "value");
  }

  private static void mapAtK(GoldenCases.Case c) {
    double sum = 0;
    for (int q = 0; q < 2; q++) {
      sum +=
          RankingScores.averagePrecision(
              new HashSet<>(texts(c.input("actual").get(q))),
              texts(c.input("predicted").get(q)),
              (int) c.in("k"));
    }
    c.check(sum / 2, "value");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(value -> texts.add(value.asString()));
    return texts;
  }

  @Test
  void firstHitPrecisionAndRecall() {
    List<String> shown = List.of("x", "a", "y", "b");
    Set<String> relevant = Set.of("a", "b", "c");
    assertThat(RankingScores.reciprocalRank(relevant, shown)).isEqualTo(0.5);
    assertThat(RankingScores.reciprocalRank(Set.of("z"), shown)).isZero();
    assertThat(RankingScores.precision(relevant, shown, 2)).isEqualTo(0.5);
    assertThat(RankingScores.precision(relevant, shown, 10)).isEqualTo(0.2);
    assertThat(RankingScores.recall(relevant, shown, 4)).isCloseTo(2.0 / 3, within(1e-15));
    assertThat(RankingScores.recall(Set.<String>of(), shown, 4)).isNaN();
    // A repeated item is one hit, at its first place.
    assertThat(RankingScores.averagePrecision(Set.of("a"), List.of("a", "a"), 2)).isEqualTo(1);
  }
}
