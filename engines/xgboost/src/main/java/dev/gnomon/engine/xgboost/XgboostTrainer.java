package dev.gnomon.engine.xgboost;

import dev.gnomon.models.Matrix;
import dev.gnomon.models.Model;
import dev.gnomon.models.Settings;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.models.trees.BoosterSettings;
import dev.gnomon.models.trees.TreeEnsemble;
import java.util.LinkedHashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/// Boosted trees by XGBoost's histogram method; the model it returns is scored without XGBoost.
///
/// With inner rows it stops when their loss has not fallen for `early-stopping-rounds` rounds and
/// keeps the trees up to the best round: log loss or focal loss for a class, root mean squared
/// error for a number. The same seed, rows and settings give the same bytes for any number of
/// threads on one platform.
///
/// Settings: `rounds` (300), `max-depth` (4), `eta` (0.1), `min-child-weight` (1), `subsample` (1),
/// `colsample` (1, per tree), `lambda` (1), `alpha` (0), `gamma` (0), `max-bin` (256),
/// `scale-pos-weight` (1), `early-stopping-rounds` (30; 0 never stops), `monotone` (none; `"age=+1,
/// income=-1"`: the score never falls as age rises and never rises with income), `loss` (`log`, or
/// [`focal`][FocalLoss] with `focal-alpha` (0.25) and `focal-gamma` (2)).
///
/// Costs per row are weights per row: a weighted log loss is the cost-sensitive one, so no
/// objective of our own is needed. Focal loss is one, through XGBoost's interface for custom
/// objectives; it starts from the margin of the weighted base rate.
public final class XgboostTrainer implements Trainer {
  private static final String WATCHED = "inner";

  @Override
  public String name() {
    return TreeEnsemble.KIND;
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
    Fit.Rows inner = fit.inner();
    boolean number = fit.target() == Fit.Target.NUMBER;
    Settings read = new Settings(name(), fit.settings());
    int rounds = read.integer("rounds", 300, 1, 100_000);
    int patience = read.integer("early-stopping-rounds", 30, 0, 100_000);
    Map<String, Object> parameters = parameters(read, fit);
    @Nullable FocalLoss focal = focal(read, number);
    read.check();
    if (focal != null) {
      // Without it, a custom objective starts from one half.
      parameters.put("base_score", baseRate(fit.rows()));
      parameters.put("maximize_evaluation_metrics", "false");
    }
    boolean stops = inner.size() > 0 && patience > 0;
    fit.progress().stage("boosting trees", stops ? 0 : rounds);
    try {
      DMatrix training = matrix(fit.rows());
      try {
        if (!stops) {
          return scored(XGBoost.train(training, parameters, rounds, Map.of(), focal, null), 0);
        }
        DMatrix watched = matrix(inner);
        try {
          float[][] losses = new float[1][rounds];
          Booster booster =
              XGBoost.train(
                  training,
                  parameters,
                  rounds,
                  Map.of(WATCHED, watched),
                  losses,
                  focal,
                  focal,
                  patience);
          int boosted = booster.getNumBoostedRound();
          String metric = focal != null ? "focal" : number ? "rmse" : "logloss";
          for (int i = 0; i < boosted; i++) {
            fit.curve().point("inner/" + metric, i + 1, losses[0][i]);
          }
          return scored(booster, best(losses[0], boosted) + 1);
        } finally {
          watched.dispose();
        }
      } finally {
        training.dispose();
      }
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost failed: " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> parameters(Settings read, Fit fit) {
    boolean number = fit.target() == Fit.Target.NUMBER;
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("objective", number ? "reg:squarederror" : "binary:logistic");
    parameters.put("eval_metric", number ? "rmse" : "logloss");
    parameters.put("tree_method", "hist");
    parameters.put("max_depth", read.integer("max-depth", 4, 1, 64));
    parameters.put("eta", read.number("eta", 0.1, 1e-6, 1));
    parameters.put("min_child_weight", read.number("min-child-weight", 1, 0, 1e12));
    parameters.put("subsample", read.number("subsample", 1, 1e-6, 1));
    parameters.put("colsample_bytree", read.number("colsample", 1, 1e-6, 1));
    parameters.put("lambda", read.number("lambda", 1, 0, 1e12));
    parameters.put("alpha", read.number("alpha", 0, 0, 1e12));
    parameters.put("gamma", read.number("gamma", 0, 0, 1e12));
    parameters.put("max_bin", read.integer("max-bin", 256, 2, 65_536));
    BoosterSettings.positiveWeight(read, fit, parameters);
    BoosterSettings.monotone(read, fit)
        .ifPresent(signs -> parameters.put("monotone_constraints", "(" + signs + ")"));
    parameters.put("seed", BoosterSettings.seed(fit.seed()));
    parameters.put("nthread", fit.threads());
    parameters.put("verbosity", 0);
    // Read by the Java side alone, which would print the loss of every round.
    parameters.put("silent", "true");
    return parameters;
  }

  private static @Nullable FocalLoss focal(Settings read, boolean number) {
    String loss = read.choice("loss", number ? "squared" : "log", "log", "focal", "squared");
    boolean stated = read.states("focal-alpha") || read.states("focal-gamma");
    FocalLoss focal =
        new FocalLoss(
            read.number("focal-alpha", 0.25, 1e-6, 1 - 1e-6),
            read.number("focal-gamma", 2, 0, 100));
    if (number != loss.equals("squared")) {
      read.problem("loss", "'%s'".formatted(loss), number ? "squared" : "log or focal");
    }
    if (stated && !loss.equals("focal")) {
      read.problem("focal-alpha", "the loss is " + loss, "loss: focal with it");
    }
    if (read.states("scale-pos-weight") && loss.equals("focal")) {
      read.problem("scale-pos-weight", "XGBoost ignores it with focal loss", "focal-alpha");
    }
    return loss.equals("focal") ? focal : null;
  }

  private static float baseRate(Fit.Rows rows) {
    double positives = 0.5;
    double all = 1;
    for (int i = 0; i < rows.size(); i++) {
      positives += (double) rows.weights()[i] * rows.targets()[i];
      all += rows.weights()[i];
    }
    return (float) (positives / all);
  }

  /// The first round with the lowest loss.
  private static int best(float[] losses, int rounds) {
    int best = 0;
    for (int i = 1; i < rounds; i++) {
      if (losses[i] < losses[best]) {
        best = i;
      }
    }
    return best;
  }

  /// @param keep how many rounds to keep, 0 for all
  private static Model scored(Booster booster, int keep) throws XGBoostError {
    try {
      return TreeEnsemble.parse(
          SavedModel.firstRounds(booster.toByteArray("json"), keep), "XGBoost");
    } finally {
      booster.dispose();
    }
  }

  private static DMatrix matrix(Fit.Rows rows) throws XGBoostError {
    Matrix inputs = rows.inputs();
    DMatrix matrix = new DMatrix(inputs.values(), inputs.rows(), inputs.width(), Float.NaN);
    matrix.setLabel(rows.targets());
    matrix.setWeight(rows.weights());
    return matrix;
  }
}
