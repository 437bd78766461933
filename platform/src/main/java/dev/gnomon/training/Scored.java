package dev.gnomon.training;

import dev.gnomon.features.TrainingSet;
import dev.gnomon.training.OutcomePeriods.RowCosts;
import java.util.Optional;

/// The rows of one part with their calibrated probabilities, outcomes and costs.
///
/// @param rows positions in the training set
/// @param entities 0 to `entityCount` - 1 per row
/// @param gains what acting is expected to save per row; the probability itself without costs
record Scored(
    int[] rows,
    double[] probabilities,
    double[] labels,
    int[] entities,
    int entityCount,
    Optional<RowCosts> costs,
    double[] gains) {

  static Scored of(
      TrainingSet set, int[] rows, double[] probabilities, Optional<CostModel> costModel) {
    double[] labels = new double[rows.length];
    int[] entities = new int[rows.length];
    int[] entityOfCode = new int[set.keys().dictionary().size() + 1];
    int count = 0;
    for (int i = 0; i < rows.length; i++) {
      labels[i] = set.labels()[rows[i]];
      int code = set.keys().codes()[rows[i]] + 1;
      if (entityOfCode[code] == 0) {
        entityOfCode[code] = ++count;
      }
      entities[i] = entityOfCode[code] - 1;
    }
    Optional<RowCosts> costs = costModel.map(c -> c.rows(set, rows));
    double[] gains = probabilities.clone();
    if (costs.isPresent()) {
      RowCosts c = costs.get();
      for (int i = 0; i < gains.length; i++) {
        double p = probabilities[i];
        gains[i] =
            p * (c.falseNegative()[i] - c.truePositive()[i])
                - (1 - p) * (c.falsePositive()[i] - c.trueNegative()[i]);
      }
    }
    return new Scored(rows, probabilities, labels, entities, count, costs, gains);
  }

  int size() {
    return rows.length;
  }
}
