package dev.gnomon.training.search;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.TrainingSection;

/// The searcher that the file names.
public final class Searchers {
  private Searchers() {}

  /// @param trials the budget of this space
  public static Searcher of(TrainingSection.Search stated, Space space, int trials, long seed) {
    return switch (stated.method()) {
      case NONE -> new RandomSearcher(space, seed);
      case GRID -> {
        long listed = GridSearcher.listed(space);
        if (listed > trials) {
          throw new BadInput(
              "training.search.trials",
              "a grid of %,d combinations with %,d trials for it".formatted(listed, trials),
              "at least as many trials as combinations, shorter lists, or method: random");
        }
        yield new GridSearcher(space, trials);
      }
      case RANDOM -> new RandomSearcher(space, seed);
      case BAYESIAN -> new BayesianSearcher(space, stated.acquisition(), seed);
      case TPE -> new TpeSearcher(space, stated.multivariate(), seed);
      case GENETIC -> new GeneticSearcher(space, trials, seed);
      case HALVING -> new HalvingSearcher(space, trials, false, seed);
      case HYPERBAND -> new HalvingSearcher(space, trials, true, seed);
    };
  }
}
