package dev.gnomon.engines.lightgbm;

import dev.gnomon.core.Refusal;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.trees.BoosterSettings;
import dev.gnomon.models.trees.LightgbmEnsemble;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Boosted trees by LightGBM, grown leaf by leaf; the model it returns is scored without LightGBM.
///
/// With inner rows it stops when their loss has not fallen for `early-stopping-rounds` trees and
/// keeps the trees up to the best one. The same seed, rows and settings give the same bytes for any
/// number of threads on one platform (`deterministic`, rows in memory order).
///
/// Settings: `trees` (300), `leaves` (31), `depth` (0: any), `learning-rate` (0.1), `min-rows` (20,
/// per leaf), `min-hessian` (0.001, per leaf), `subsample` (1, drawn for every tree), `colsample`
/// (1, per tree), `l1` (0), `l2` (0), `min-gain` (0), `max-bin` (255), `scale-pos-weight` (1),
/// `early-stopping-rounds` (30; 0 never stops), `monotone` (none; `"age=+1, income=-1"`), and of a
/// number `loss` (`squared`, `absolute`, `huber`, or with a log link `poisson`, `gamma`,
/// `tweedie`).
public final class LightgbmTrainer implements Trainer {
  @Override
  public String name() {
    return LightgbmEnsemble.KIND;
  }

  @Override
  public boolean needsCompleteScaledInputs() {
    return false;
  }

  @Override
  public boolean fits(Fit.Target target) {
    return true;
  }

  @Override
  public Model train(Fit fit) {
    Settings read = new Settings(name(), fit.settings());
    int trees = read.integer("trees", 300, 1, 100_000);
    int patience = read.integer("early-stopping-rounds", 30, 0, 100_000);
    Map<String, Object> parameters = parameters(read, fit);
    read.check();
    if (fit.target() == Fit.Target.BINARY && oneClass(fit.rows())) {
      // LightGBM would give log-odds of +-34: from no rows of a class nothing is certain.
      return new ConstantModel(Output.LOG_ODDS, fit.rows().inputs().width(), baseRate(fit.rows()));
    }
    requireTargets(parameters, fit.rows());
    requireNative();
    boolean stops = fit.inner().size() > 0 && patience > 0;
    fit.progress().stage("boosting trees", stops ? 0 : trees);
    String written =
        parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(" "));
    try (LGBMDataset training = dataset(fit.rows(), written, null)) {
      String model = boosted(training, fit, written, trees, stops ? patience : 0);
      return LightgbmEnsemble.parse(model.getBytes(StandardCharsets.UTF_8), "LightGBM");
    } catch (LGBMException e) {
      throw new IllegalStateException("LightGBM failed: " + e.getMessage(), e);
    }
  }

  /// @param patience 0 to grow all trees
  private static String boosted(
      LGBMDataset training, Fit fit, String parameters, int trees, int patience)
      throws LGBMException {
    try (LGBMBooster booster = LGBMBooster.create(training, parameters)) {
      if (patience == 0) {
        for (int i = 0; i < trees && !booster.updateOneIter(); i++) {
          // Stops by itself where no split is left.
        }
        return saved(booster, 0);
      }
      try (LGBMDataset inner = dataset(fit.inner(), parameters, training)) {
        booster.addValidData(inner);
        String metric = fit.target() == Fit.Target.NUMBER ? "inner/loss" : "inner/logloss";
        double least = Double.POSITIVE_INFINITY;
        int best = 0;
        for (int i = 1; i <= trees && i - best <= patience; i++) {
          boolean done = booster.updateOneIter();
          double loss = booster.getEval(1)[0];
          fit.curve().point(metric, i, loss);
          if (loss < least) {
            least = loss;
            best = i;
          }
          if (done) {
            break;
          }
        }
        return saved(booster, best);
      }
    }
  }

  /// The file up to its last tree: what follows names the parameters, among them the number of
  /// threads, which is no part of the model.
  ///
  /// @param trees how many to keep, 0 for all
  private static String saved(LGBMBooster booster, int trees) throws LGBMException {
    String text = booster.saveModelToString(0, trees, LGBMBooster.FeatureImportanceType.GAIN);
    String end = "end of trees\n";
    return text.substring(0, text.indexOf(end) + end.length());
  }

  private static Map<String, Object> parameters(Settings read, Fit fit) {
    boolean number = fit.target() == Fit.Target.NUMBER;
    Map<String, Object> parameters = new LinkedHashMap<>();
    String loss =
        number
            ? read.choice(
                "loss", "squared", "squared", "absolute", "huber", "poisson", "gamma", "tweedie")
            : read.choice("loss", "log", "log");
    String objective =
        switch (loss) {
          case "log" -> "binary";
          case "squared" -> "regression";
          case "absolute" -> "regression_l1";
          default -> loss;
        };
    parameters.put("objective", objective);
    parameters.put("metric", number ? objective : "binary_logloss");
    parameters.put("num_leaves", read.integer("leaves", 31, 2, 65_536));
    int depth = read.integer("depth", 0, 0, 512);
    parameters.put("max_depth", depth == 0 ? -1 : depth);
    parameters.put("learning_rate", read.number("learning-rate", 0.1, 1e-6, 1));
    parameters.put("min_data_in_leaf", read.integer("min-rows", 20, 1, 1_000_000_000));
    parameters.put("min_sum_hessian_in_leaf", read.number("min-hessian", 1e-3, 0, 1e12));
    double subsample = read.number("subsample", 1, 1e-6, 1);
    parameters.put("bagging_fraction", subsample);
    parameters.put("bagging_freq", subsample < 1 ? 1 : 0);
    parameters.put("feature_fraction", read.number("colsample", 1, 1e-6, 1));
    parameters.put("lambda_l1", read.number("l1", 0, 0, 1e12));
    parameters.put("lambda_l2", read.number("l2", 0, 0, 1e12));
    parameters.put("min_gain_to_split", read.number("min-gain", 0, 0, 1e12));
    parameters.put("max_bin", read.integer("max-bin", 255, 2, 65_535));
    BoosterSettings.positiveWeight(read, fit, parameters);
    BoosterSettings.monotone(read, fit)
        .ifPresent(signs -> parameters.put("monotone_constraints", signs));
    parameters.put("seed", BoosterSettings.seed(fit.seed()));
    parameters.put("deterministic", true);
    parameters.put("force_row_wise", true);
    parameters.put("num_threads", fit.threads());
    parameters.put("verbosity", -1);
    return parameters;
  }

  private static void requireTargets(Map<String, Object> parameters, Fit.Rows rows) {
    Object objective = parameters.getOrDefault("objective", "");
    boolean positive = objective.equals("gamma");
    if (!positive && !objective.equals("poisson") && !objective.equals("tweedie")) {
      return;
    }
    double sum = 0;
    for (int i = 0; i < rows.size(); i++) {
      float target = rows.targets()[i];
      sum += target;
      if (target < 0 || (positive && target == 0)) {
        throw refused(objective, i, target);
      }
    }
    if (!(sum > 0)) {
      throw refused(objective, 0, 0);
    }
  }

  private static Refusal refused(Object loss, int row, float target) {
    return new Refusal(
        "models.candidates.lightgbm.loss",
        "'%s' learns no target of %s (training row %d)".formatted(loss, target, row),
        "positive targets; zeros too for poisson and tweedie, but not only zeros");
  }

  private static void requireNative() {
    try {
      NativeLightgbm.require();
    } catch (LinkageError e) {
      throw new Refusal(
          "models.candidates.lightgbm",
          "LightGBM does not load on this machine: " + e.getMessage(),
          "the OpenMP library beside it (Debian, Ubuntu: libgomp1), or another candidate");
    }
  }

  private static boolean oneClass(Fit.Rows rows) {
    boolean positives = false;
    boolean negatives = false;
    for (float target : rows.targets()) {
      positives |= target > 0.5f;
      negatives |= target <= 0.5f;
    }
    return !(positives && negatives);
  }

  /// Log-odds of the weighted base rate, with half a row added to each class.
  private static double baseRate(Fit.Rows rows) {
    double positives = 0.5;
    double negatives = 0.5;
    for (int i = 0; i < rows.size(); i++) {
      positives += (double) rows.weights()[i] * rows.targets()[i];
      negatives += (double) rows.weights()[i] * (1 - rows.targets()[i]);
    }
    return Math.log(positives / negatives);
  }

  /// @param bins whose bins are taken, null for own ones
  private static LGBMDataset dataset(Fit.Rows rows, String parameters, @Nullable LGBMDataset bins)
      throws LGBMException {
    Matrix inputs = rows.inputs();
    LGBMDataset dataset =
        LGBMDataset.createFromMat(
            inputs.values(), inputs.rows(), inputs.width(), true, parameters, bins);
    dataset.setField("label", rows.targets());
    dataset.setField("weight", rows.weights());
    return dataset;
  }
}
