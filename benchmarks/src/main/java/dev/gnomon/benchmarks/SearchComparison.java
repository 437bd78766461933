package dev.gnomon.benchmarks;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.TrainingSection.Search.Acquisition;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.DataCheck;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.features.TrainingSets;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Preprocessing;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.stats.ProbabilityScores;
import dev.gnomon.stats.RandomStream;
import dev.gnomon.training.search.BayesianSearcher;
import dev.gnomon.training.search.Dimension;
import dev.gnomon.training.search.Proposal;
import dev.gnomon.training.search.RandomSearcher;
import dev.gnomon.training.search.Searcher;
import dev.gnomon.training.search.Space;
import dev.gnomon.training.search.TpeSearcher;
import dev.gnomon.training.search.Trial;
import dev.gnomon.training.validation.Fold;
import dev.gnomon.training.validation.Folds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.LongFunction;

/// Searchers that learn against chance, at equal trials, and what the Parzen estimator itself
/// costs.
///
/// `SearchComparison grid EXAMPLES DATA CACHE` computes, once, the out-of-fold log loss of 256
/// settings of boosted trees on up to 1,000 rows of seven data sets. `SearchComparison compare
/// CACHE TRIALS SEEDS` searches these grids by each method and prints, per set, how far from the
/// best point of the grid the methods end, and sign tests over sets and seeds. `SearchComparison
/// overhead` times 1,000 trials on a quadratic function of two variables.
public final class SearchComparison {
  private static final List<String> SETS =
      List.of(
          "telco-churn",
          "pima-diabetes",
          "breast-cancer",
          "german-credit",
          "ibm-attrition",
          "cardio",
          "ai4i");
  private static final int ROWS = 1000;
  private static final int FOLDS = 3;
  private static final Space SPACE =
      Space.of(
          levels("max-depth", "2", "4", "6", "8"),
          levels("eta", "0.03", "0.1", "0.2", "0.4"),
          levels("min-child-weight", "1", "4", "16", "64"),
          levels("subsample", "0.6", "1"),
          levels("lambda", "1", "10"));

  private SearchComparison() {}

  private static Dimension levels(String name, String... values) {
    return new Dimension.Levels(name, List.of(values), Map.of());
  }

  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "grid" -> {
        for (String name : SETS) {
          grid(name, Path.of(args[1]), args[2], Path.of(args[3]));
        }
      }
      case "compare" ->
          compare(Path.of(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
      case "overhead" -> overhead();
      default -> throw new IllegalArgumentException("grid, compare or overhead");
    }
  }

  // ---- the grids

  private static void grid(String name, Path examples, String data, Path cache) throws IOException {
    Files.createDirectories(cache);
    Path file = cache.resolve(name + ".tsv");
    if (Files.exists(file)) {
      return;
    }
    Path example = examples.resolve(name).resolve("usecase.yaml");
    TrainingSet set = read(example, data);
    int[] labelled =
        java.util.stream.IntStream.range(0, set.size())
            .filter(i -> !Double.isNaN(set.labels()[i]))
            .toArray();
    RandomStream.of(1).shuffle(labelled);
    int[] rows = Arrays.copyOf(labelled, Math.min(ROWS, labelled.length));
    Arrays.sort(rows);
    int[] classes = Arrays.stream(rows).map(r -> (int) set.labels()[r]).toArray();
    Trainer trainer =
        ServiceLoader.load(Trainer.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(t -> t.name().equals("xgboost"))
            .findFirst()
            .orElseThrow();
    List<Matrix[]> parts = new ArrayList<>();
    List<Fold> folds = Folds.stratified(classes, FOLDS, 1);
    for (Fold fold : folds) {
      var fitted =
          Preprocessing.of(Preprocessing.Form.TREES)
              .fit(set.rows(), set.plan().inputs(), at(rows, fold.train()));
      parts.add(
          new Matrix[] {
            fitted.apply(set.rows(), at(rows, fold.train())),
            fitted.apply(set.rows(), at(rows, fold.test()))
          });
    }
    StringBuilder lines = new StringBuilder();
    for (Map<String, String> settings : SPACE.all(1000).orElseThrow()) {
      double loss = 0;
      for (int f = 0; f < folds.size(); f++) {
        loss += loss(trainer, settings, folds.get(f), parts.get(f), classes) / folds.size();
      }
      lines.append(settings).append('\t').append(loss).append('\n');
    }
    Files.writeString(file, lines);
    System.out.println(
        name + ": " + rows.length + " rows, " + parts.getFirst()[0].width() + " inputs");
  }

  private static double loss(
      Trainer trainer, Map<String, String> settings, Fold fold, Matrix[] parts, int[] classes) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put("rounds", "30");
    float[] targets = new float[fold.train().length];
    float[] weights = new float[targets.length];
    Arrays.fill(weights, 1);
    for (int i = 0; i < targets.length; i++) {
      targets[i] = classes[fold.train()[i]];
    }
    Model model =
        trainer.train(
            new Fit(
                Fit.Target.BINARY,
                Fit.Rows.of(parts[0], targets, weights),
                Fit.Rows.none(parts[0].names()),
                all,
                1,
                1,
                Progress.NONE));
    double[] scores = new double[fold.test().length];
    double[] labels = new double[scores.length];
    model.margins(parts[1].values(), scores.length, scores);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = model.output().score(scores[i]);
      labels[i] = classes[fold.test()[i]];
    }
    return ProbabilityScores.logLoss(scores, labels, ProbabilityScores.ones(scores.length));
  }

  private static int[] at(int[] rows, int[] positions) {
    return Arrays.stream(positions).map(i -> rows[i]).toArray();
  }

  private static TrainingSet read(Path example, String data) throws IOException {
    Path scratch = Files.createTempDirectory("search");
    UseCase useCase =
        UseCaseReader.parse(
            Files.readString(example)
                .replace("../../../data", Path.of(data).toAbsolutePath().toString())
                // Its candidates don't matter here, and need not be on the class path.
                .replaceAll("(?m)^models:(.*\\R)(?:[ #-].*\\R|\\R)*", ""),
            example);
    DataCheck.Outcome checked =
        DataCheck.run(
            useCase, FileEngines.find(), new Home(scratch), Progress.NONE, InstantSource.system());
    return TrainingSets.build(
        useCase,
        SourceReaders.checked(checked, FileEngines.find(), useCase),
        TrainingSets.Options.inDirectory(scratch),
        Progress.NONE);
  }

  // ---- searching them

  private static void compare(Path cache, int trials, int seeds) {
    Map<String, LongFunction<Searcher>> methods = new LinkedHashMap<>();
    methods.put("random", seed -> new RandomSearcher(SPACE, seed));
    methods.put("bayesian", seed -> new BayesianSearcher(SPACE, Acquisition.EI, seed));
    methods.put("tpe", seed -> new TpeSearcher(SPACE, false, seed));
    methods.put("tpe-multivariate", seed -> new TpeSearcher(SPACE, true, seed));
    Map<String, int[]> signs = new LinkedHashMap<>();
    Map<String, int[]> setSigns = new LinkedHashMap<>();
    System.out.printf(
        Locale.ROOT,
        "mean excess over the best of 256 points, in 1/1000 of log loss, %d trials, %d seeds%n",
        trials,
        seeds);
    for (String name : SETS) {
      Map<String, Double> losses = losses(cache.resolve(name + ".tsv"));
      double least = losses.values().stream().mapToDouble(v -> v).min().orElseThrow();
      double most = losses.values().stream().mapToDouble(v -> v).max().orElseThrow();
      StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-14s", name));
      line.append(String.format(Locale.ROOT, " %.4f to %.4f", least, most));
      double[] chance = new double[seeds];
      for (Map.Entry<String, LongFunction<Searcher>> method : methods.entrySet()) {
        double mean = 0;
        int better = 0;
        int worse = 0;
        for (int seed = 0; seed < seeds; seed++) {
          double found = best(method.getValue().apply(seed), losses, trials);
          mean += (found - least) / seeds;
          if (method.getKey().equals("random")) {
            chance[seed] = found;
          }
          better += found < chance[seed] ? 1 : 0;
          worse += found > chance[seed] ? 1 : 0;
        }
        line.append(
            String.format(
                Locale.ROOT, "  %s %.3f (+%d -%d)", method.getKey(), 1000 * mean, better, worse));
        int[] sum = signs.computeIfAbsent(method.getKey(), _ -> new int[2]);
        sum[0] += better;
        sum[1] += worse;
        int[] sets = setSigns.computeIfAbsent(method.getKey(), _ -> new int[2]);
        sets[better > worse ? 0 : 1] += better == worse ? 0 : 1;
      }
      System.out.println(line);
    }
    signs.forEach((method, sum) -> {
      int[] sets = java.util.Objects.requireNonNull(setSigns.get(method));
      System.out.printf(
          Locale.ROOT,
          "%s against random: better %d, worse %d of %d runs (rest equal), sign test p = %.2g;"
              + " sets better %d, worse %d, p = %.2g%n",
          method,
          sum[0],
          sum[1],
          SETS.size() * seeds,
          signTest(sum[0], sum[1]),
          sets[0],
          sets[1],
          signTest(sets[0], sets[1]));
    });
  }

  private static double best(Searcher searcher, Map<String, Double> losses, int trials) {
    double best = Double.POSITIVE_INFINITY;
    for (int trial = 0; trial < trials; trial++) {
      Proposal proposal = searcher.ask().orElseThrow();
      double loss =
          java.util.Objects.requireNonNull(
              losses.get(new java.util.TreeMap<>(proposal.settings()).toString()));
      searcher.tell(Trial.done(trial, proposal.settings(), loss));
      best = Math.min(best, loss);
    }
    return best;
  }

  private static Map<String, Double> losses(Path file) {
    try {
      Map<String, Double> losses = new HashMap<>();
      for (String line : Files.readAllLines(file)) {
        int tab = line.indexOf('\t');
        losses.put(line.substring(0, tab), Double.parseDouble(line.substring(tab + 1)));
      }
      return losses;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Two-sided, exact.
  private static double signTest(int better, int worse) {
    int n = better + worse;
    double tail = 0;
    double term = StrictMath.pow(0.5, n);
    for (int k = 0; k <= Math.min(better, worse); k++) {
      tail += term;
      term *= (double) (n - k) / (k + 1);
    }
    return Math.min(1, 2 * tail);
  }

  // ---- what searching itself costs

  private static void overhead() {
    Space plane =
        Space.of(
            new Dimension.Real("x", -5, 5, false, Map.of()),
            new Dimension.Real("y", -5, 5, false, Map.of()));
    for (boolean together : new boolean[] {false, true}) {
      for (int round = 0; round < 3; round++) {
        Searcher searcher = new TpeSearcher(plane, together, round);
        long start = System.nanoTime();
        double best = Double.POSITIVE_INFINITY;
        for (int trial = 0; trial < 1000; trial++) {
          Proposal proposal = searcher.ask().orElseThrow();
          double loss = 0;
          for (String value : proposal.settings().values()) {
            loss += (Double.parseDouble(value) - 1) * (Double.parseDouble(value) - 1);
          }
          best = Math.min(best, loss);
          searcher.tell(Trial.done(trial, proposal.settings(), loss));
        }
        System.out.printf(
            Locale.ROOT,
            "%s: 1,000 trials in %.2f s, best %.2g%n",
            together ? "tpe-multivariate" : "tpe",
            (System.nanoTime() - start) / 1e9,
            best);
      }
    }
  }
}
