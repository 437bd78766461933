package dev.gnomon.training;

import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What random search draws from, per trainer; log-uniform unless said otherwise.
///
/// | trainer | settings |
/// |---|---|
/// | logistic | `l2` 0.01 to 1000 |
/// | xgboost | `max-depth` 2 to 8 (uniform), `eta` 0.02 to 0.3, `min-child-weight` 1 to 32, `subsample` 0.6 to 1 (uniform), `colsample` 0.5 to 1 (uniform), `lambda` 0.1 to 30, `rounds` 600 |
///
/// The first trial is always the candidate as stated; settings stated in the file are kept in every
/// trial. Trainers not in the table have that one trial.
final class SearchSpace {
  private SearchSpace() {}

  static List<Map<String, String>> draw(ModelSection.Candidate candidate, int trials, long seed) {
    List<Map<String, String>> drawn = new ArrayList<>();
    drawn.add(candidate.settings());
    RandomStream root = RandomStream.of(seed).split("search").split(candidate.trainer());
    for (int trial = 1; trial < trials; trial++) {
      Map<String, String> settings = draw(candidate.trainer(), root.split(trial));
      if (settings.isEmpty()) {
        break;
      }
      settings.putAll(candidate.settings());
      drawn.add(settings);
    }
    return drawn;
  }

  private static Map<String, String> draw(String trainer, RandomStream random) {
    Map<String, String> settings = new TreeMap<>();
    switch (trainer) {
      case "logistic" -> settings.put("l2", logUniform(random, 0.01, 1000));
      case "xgboost" -> {
        settings.put("max-depth", Integer.toString(2 + random.nextInt(7)));
        settings.put("eta", logUniform(random, 0.02, 0.3));
        settings.put("min-child-weight", logUniform(random, 1, 32));
        settings.put("subsample", number(0.6 + 0.4 * random.nextDouble()));
        settings.put("colsample", number(0.5 + 0.5 * random.nextDouble()));
        settings.put("lambda", logUniform(random, 0.1, 30));
        settings.put("rounds", "600");
      }
      default -> {}
    }
    return settings;
  }

  private static String logUniform(RandomStream random, double low, double high) {
    return number(
        StrictMath.exp(
            StrictMath.log(low)
                + random.nextDouble() * (StrictMath.log(high) - StrictMath.log(low))));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }
}
