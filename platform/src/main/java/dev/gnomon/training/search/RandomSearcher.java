package dev.gnomon.training.search;

import dev.gnomon.stats.RandomStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Points at random, none twice (Bergstra and Bengio: Random search for hyper-parameter
/// optimization, JMLR 13, 2012): better than a grid where few of the settings matter, and what
/// every other searcher must beat.
public final class RandomSearcher implements Searcher {
  private static final int ATTEMPTS = 100;

  private final History history;
  private final RandomStream root;

  public RandomSearcher(Space space, long seed) {
    history = new History(space);
    root = RandomStream.of(seed).split("random-search");
  }

  @Override
  public Optional<Proposal> ask() {
    return draw(history, root.split(history.asked())).map(point -> history.propose(point, 1));
  }

  @Override
  public void tell(Trial trial) {
    history.tell(trial);
  }

  /// A point at random that was not proposed before; empty when a finite space is used up.
  static Optional<double[]> draw(History history, RandomStream random) {
    if (history.all.isPresent()) {
      List<Map<String, String>> untried = history.untried();
      return untried.isEmpty()
          ? Optional.empty()
          : Optional.of(history.space.point(untried.get(random.nextInt(untried.size()))));
    }
    double[] point = history.space.draw(random);
    for (int i = 0; i < ATTEMPTS && !history.isNew(history.space.settings(point)); i++) {
      point = history.space.draw(random);
    }
    return Optional.of(point);
  }
}
