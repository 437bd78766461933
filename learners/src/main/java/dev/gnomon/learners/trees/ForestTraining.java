package dev.gnomon.learners.trees;

import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.trees.Forest;
import dev.gnomon.models.trees.Tree;
import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import java.util.List;

/// What random forests and extra trees have in common: many trees, each with its own part of
/// chance, averaged. A tree is grown by one thread and depends on the seed and its number only.
record ForestTraining(
    String name, TreeSettings settings, int trees, boolean bootstrap, int checked) {

  static ForestTraining read(String name, Fit fit, boolean extra) {
    boolean number = fit.target() == Fit.Target.NUMBER;
    Settings read = new Settings(name, fit.settings());
    TreeSettings settings =
        TreeSettings.read(
            read,
            fit,
            new TreeSettings.Standard(
                64,
                TreeSettings.minLeaf(number ? 2 : 3, fit),
                !number ? "sqrt" : extra ? "all" : "third",
                extra));
    ForestTraining training =
        new ForestTraining(
            name,
            settings,
            read.integer("trees", 300, 1, 100_000),
            read.choice("bootstrap", extra ? "no" : "yes", "yes", "no").equals("yes"),
            read.integer("out-of-bag-rows", 100_000, 0, 100_000_000));
    read.check();
    return training;
  }

  Model train(Fit fit) {
    Fit.Rows rows = fit.rows();
    RandomStream random = RandomStream.of(fit.seed()).split(name);
    Tree[] grown = new Tree[trees];
    fit.progress().stage("growing trees", trees);
    try (Workers workers = new Workers(fit.threads())) {
      Bins bins = Bins.of(rows.inputs(), settings.bins(), settings.exactUpTo(), workers);
      Bag bag = new Bag(rows);
      ThreadLocal<TreeGrower> growers =
          ThreadLocal.withInitial(() -> new TreeGrower(bins, settings.growth(), null));
      workers.run(
          trees,
          tree -> {
            float[] weights = bootstrap ? bag.weights(bag(random, tree)) : rows.weights();
            grown[tree] = growers.get().grow(rows.targets(), weights, random.split(tree)).tree();
            fit.progress().advance(1);
          });
      OutOfBagScore score =
          bootstrap && checked > 0
              ? OutOfBagScore.of(
                  rows, grown, tree -> bag.counts(bag(random, tree)), checked, workers)
              : OutOfBagScore.none();
      return new Forest(
          name,
          fit.target() == Fit.Target.NUMBER ? Output.NUMBER : Output.PROBABILITY,
          Forest.Combination.MEAN,
          0,
          rows.inputs().width(),
          List.of(grown),
          score.figures(fit.target()));
    }
  }

  private static RandomStream bag(RandomStream random, int tree) {
    return random.split(tree).split("bag");
  }

  /// Bootstrap samples: as many draws as there are groups, with replacement. Rows of one group are
  /// drawn together, so that no tree is asked about a group it has seen part of.
  private static final class Bag {
    private final Fit.Rows rows;
    private final int groups;

    Bag(Fit.Rows rows) {
      this.rows = rows;
      this.groups = Arrays.stream(rows.groups()).max().orElse(0) + 1;
    }

    int[] counts(RandomStream random) {
      int[] drawn = new int[groups];
      for (int i = 0; i < groups; i++) {
        drawn[random.nextInt(groups)]++;
      }
      return drawn;
    }

    float[] weights(RandomStream random) {
      int[] drawn = counts(random);
      float[] weights = new float[rows.size()];
      boolean any = false;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = drawn[rows.groups()[i]] * rows.weights()[i];
        any |= weights[i] > 0;
      }
      return any ? weights : rows.weights();
    }
  }
}
