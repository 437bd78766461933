package dev.gnomon.training.search;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A genetic algorithm (Holland: Adaptation in natural and artificial systems, 1975): generations
/// of settings, each child crossed of two parents and mutated a little.
///
/// The first generation is random. Parents are drawn from the last generation and the two best of
/// all so far, which so survive unchanged without being tried again (elitism); each parent is the
/// best of three drawn at random (tournament). A setting comes from either parent with equal chance
/// (uniform crossover); then each number is moved by a tenth of its range with the chance of one in
/// the number of settings, and a word is drawn anew with the same chance.
public final class GeneticSearcher implements Searcher {
  private static final int ELITE = 2;
  private static final int TOURNAMENT = 3;
  private static final double STEP = 0.1;
  private static final int ATTEMPTS = 20;

  private final History history;
  private final RandomStream root;
  private final int population;
  private int generationFrom;

  /// @param trials the budget, of which a generation is a fifth, but 4 to 20
  public GeneticSearcher(Space space, int trials, long seed) {
    this.history = new History(space);
    this.root = RandomStream.of(seed).split("genetic-search");
    this.population = Math.clamp(trials / 5, 4, 20);
  }

  @Override
  public Optional<Proposal> ask() {
    RandomStream random = root.split(history.asked());
    int member = history.asked() % population;
    if (member == 0 && history.asked() > 0) {
      if (!history.pending.isEmpty()) {
        return Optional.empty();
      }
      generationFrom = Math.max(0, history.points.size() - population);
    }
    if (history.asked() < population || history.points.size() < 2) {
      return RandomSearcher.draw(history, random).map(point -> history.propose(point, 1));
    }
    double[] scores = history.told();
    List<Integer> parents = parents(scores);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double[] child =
          child(tournament(parents, scores, random), tournament(parents, scores, random), random);
      if (history.isNew(history.space.settings(child))) {
        return Optional.of(history.propose(child, 1));
      }
    }
    return RandomSearcher.draw(history, random).map(point -> history.propose(point, 1));
  }

  @Override
  public void tell(Trial trial) {
    history.tell(trial);
  }

  /// Of the last whole generation, and the best of all before the present one.
  private List<Integer> parents(double[] scores) {
    List<Integer> order = new ArrayList<>();
    int until = Math.min(scores.length, generationFrom + population);
    for (int i = 0; i < until; i++) {
      order.add(i);
    }
    List<Integer> parents = new ArrayList<>(order.subList(generationFrom, until));
    order.sort(Comparator.comparingDouble(i -> scores[i]));
    for (int i = 0; i < Math.min(ELITE, order.size()); i++) {
      if (!parents.contains(order.get(i))) {
        parents.add(order.get(i));
      }
    }
    return parents;
  }

  private double[] tournament(List<Integer> parents, double[] scores, RandomStream random) {
    int best = parents.get(random.nextInt(parents.size()));
    for (int i = 1; i < TOURNAMENT; i++) {
      int other = parents.get(random.nextInt(parents.size()));
      best = scores[other] < scores[best] ? other : best;
    }
    return history.points.get(best);
  }

  private double[] child(double[] mother, double[] father, RandomStream random) {
    Space space = history.space;
    double[] child = new double[space.size()];
    for (int d = 0; d < child.length; d++) {
      Dimension dimension = space.dimensions().get(d);
      double first = random.nextInt(2) == 0 ? mother[d] : father[d];
      double drawn = random.nextDouble();
      boolean mutated = random.nextDouble() * child.length < 1;
      if (!space.active(d, child)) {
        child[d] = Double.NaN;
      } else if (Double.isNaN(first)) {
        child[d] = dimension.words() ? Math.floor(drawn * dimension.count()) : drawn;
      } else if (!mutated) {
        child[d] = first;
      } else if (dimension.words()) {
        child[d] = Math.floor(drawn * dimension.count());
      } else {
        child[d] = Math.clamp(first + STEP * random.nextGaussian(), 0.0, 1.0);
      }
    }
    return space.point(space.settings(child));
  }
}
