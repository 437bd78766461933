package dev.gnomon.training;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.stats.EntityBootstrap.WeightedMetric;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.Quantiles;
import dev.gnomon.training.Evaluation.CandidateResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The candidates on the validation part, each with intervals. All are measured on the same
/// resamples of entities, so that what one is behind another has an interval of its own: much
/// narrower than those of the two figures, since hard rows are hard for both.
record Leaderboard(
    UseCase useCase, TrainingSet set, Split split, Policy policy, String objective, long seed) {

  List<CandidateResult> of(List<Candidate> candidates, Candidate best) {
    List<Scored> parts = new ArrayList<>();
    List<WeightedMetric> measured = new ArrayList<>();
    for (Candidate candidate : candidates) {
      Scored part =
          Scored.of(set, split.validation(), candidate.score(set, split.validation()), policy);
      Metrics metrics =
          new Evaluator(
                  useCase,
                  set,
                  part,
                  policy,
                  Training.capacity(useCase, set, split, split.validation(), false))
              .metrics(candidate.policyFit().served());
      parts.add(part);
      measured.add(metrics.metric(objective));
      if (policy.hasCosts()) {
        measured.add(metrics.metric("expected-cost"));
      }
    }
    Scored first = parts.getFirst();
    double[][] drawn =
        Evaluator.bootstrap(first.size(), seed)
            .values(first.entities(), first.entityCount(), measured);
    boolean lower = Metrics.lowerIsBetter(objective);
    int each = policy.hasCosts() ? 2 : 1;
    double[] ones = new double[first.size()];
    Arrays.fill(ones, 1);
    int chosen = candidates.indexOf(best);
    double[] ofBest = drawn[chosen * each];
    double bestValue = measured.get(chosen * each).of(ones);
    List<CandidateResult> results = new ArrayList<>();
    for (int c = 0; c < candidates.size(); c++) {
      Candidate candidate = candidates.get(c);
      double[] own = drawn[c * each];
      double value = measured.get(c * each).of(ones);
      double[] behind = new double[own.length];
      for (int r = 0; r < behind.length; r++) {
        behind[r] = lower ? own[r] - ofBest[r] : ofBest[r] - own[r];
      }
      results.add(
          new CandidateResult(
              candidate.trainer(),
              candidate.settings().isEmpty()
                  ? "defaults"
                  : new TreeMap<>(candidate.settings()).toString(),
              candidate.validation(),
              value,
              lower,
              c == chosen,
              interval(own, value),
              interval(behind, lower ? value - bestValue : bestValue - value),
              policy.hasCosts()
                  ? Optional.of(interval(drawn[c * each + 1], measured.get(c * each + 1).of(ones)))
                  : Optional.empty()));
    }
    return results;
  }

  /// As [EntityBootstrap] makes them.
  private static Interval interval(double[] values, double estimate) {
    double[] sorted = Quantiles.sortedPresent(values);
    if (2 * sorted.length < values.length) {
      return new Interval(Double.NaN, estimate, Double.NaN, Evaluator.LEVEL);
    }
    double tail = (1 - Evaluator.LEVEL) / 2;
    return new Interval(
        Quantiles.type7(sorted, tail),
        estimate,
        Quantiles.type7(sorted, 1 - tail),
        Evaluator.LEVEL);
  }

  /// Why the chosen one, and what the cheapest to run among its equals is, in words.
  ///
  /// @param footprints in the order of the results
  static List<String> words(
      List<CandidateResult> results, List<Footprint> footprints, String objective) {
    List<String> words = new ArrayList<>();
    int chosen = 0;
    int fastest = -1;
    int smallest = -1;
    List<String> level = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      CandidateResult one = results.get(i);
      if (one.chosen()) {
        chosen = i;
      }
      if (one.level()) {
        if (!one.chosen()) {
          level.add(one.name());
        }
        fastest =
            fastest < 0 || footprints.get(i).p50Micros() < footprints.get(fastest).p50Micros()
                ? i
                : fastest;
        smallest =
            smallest < 0 || footprints.get(i).bytes() < footprints.get(smallest).bytes()
                ? i
                : smallest;
      }
    }
    CandidateResult best = results.get(chosen);
    words.add(
        "%s was chosen: its %s on the validation part, %s (95 %%: %s to %s), is the %s."
            .formatted(
                best.name(),
                objective,
                figure(best.objective()),
                figure(best.interval().lower()),
                figure(best.interval().upper()),
                best.lowerIsBetter() ? "lowest" : "highest"));
    if (results.size() == 1) {
      words.add("It stood alone.");
      return words;
    }
    if (level.isEmpty()) {
      words.add(
          "Every other candidate is behind it by more than chance explains: the 95 % interval of the"
              + " difference, on the same resamples, excludes 0.");
      return words;
    }
    words.add(
        "Chance may have put %s behind it: the 95 %% interval of the difference holds 0."
            .formatted(String.join(", ", level)));
    words.add(cheapest(results, footprints, chosen, fastest, "fastest"));
    if (smallest != fastest && smallest != chosen) {
      words.add(cheapest(results, footprints, chosen, smallest, "smallest"));
    }
    return words;
  }

  private static String cheapest(
      List<CandidateResult> results,
      List<Footprint> footprints,
      int chosen,
      int cheapest,
      String how) {
    if (cheapest == chosen) {
      return "It is also the %s of them.".formatted(how);
    }
    CandidateResult one = results.get(cheapest);
    Footprint its = footprints.get(cheapest);
    Footprint best = footprints.get(chosen);
    return "The %s of them is %s: %s per row and %s against %s and %s, for %s behind (95 %%: %s to %s)."
        .formatted(
            how,
            one.name(),
            its.time(),
            its.size(),
            best.time(),
            best.size(),
            figure(one.behind().estimate()),
            figure(one.behind().lower()),
            figure(one.behind().upper()));
  }

  /// Four significant digits.
  static String figure(double value) {
    return Double.isFinite(value) ? String.format(java.util.Locale.ROOT, "%.4g", value) : "-";
  }
}
