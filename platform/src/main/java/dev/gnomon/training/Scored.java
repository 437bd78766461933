package dev.gnomon.training;

import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.training.OutcomePeriods.RowCosts;
import java.util.Optional;

/// The rows of one part with their calibrated probabilities, outcomes and costs.
///
/// @param rows positions in the training set
/// @param entities 0 to `entityCount` - 1 per row
/// @param costs each at its row's own time; empty when the use case states none
/// @param gains what acting is expected to save per row; the probability itself without costs
record Scored(
    int[] rows,
    double[] probabilities,
    double[] labels,
    int[] entities,
    int entityCount,
    Optional<RowCosts> costs,
    double[] gains) {

  static Scored of(TrainingSet set, int[] rows, double[] probabilities, Policy policy) {
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
    if (!policy.hasCosts()) {
      return new Scored(
          rows, probabilities, labels, entities, count, Optional.empty(), probabilities);
    }
    double[][] costs = new double[4][rows.length];
    double[] gains = new double[rows.length];
    Table.Cursor cursor = set.rows().cursor();
    for (int i = 0; i < rows.length; i++) {
      cursor.at(rows[i]);
      costs[0][i] = policy.cost(true, true, cursor);
      costs[1][i] = policy.cost(true, false, cursor);
      costs[2][i] = policy.cost(false, true, cursor);
      costs[3][i] = policy.cost(false, false, cursor);
      gains[i] = policy.value(probabilities[i], cursor);
    }
    return new Scored(
        rows,
        probabilities,
        labels,
        entities,
        count,
        Optional.of(new RowCosts(costs[0], costs[1], costs[2], costs[3])),
        gains);
  }

  /// Some of the rows, in the order given; entities keep their numbers.
  Scored subset(int[] places) {
    int n = places.length;
    int[] someRows = new int[n];
    int[] someEntities = new int[n];
    for (int i = 0; i < n; i++) {
      someRows[i] = rows[places[i]];
      someEntities[i] = entities[places[i]];
    }
    return new Scored(
        someRows,
        pick(probabilities, places),
        pick(labels, places),
        someEntities,
        entityCount,
        costs.map(c ->
            new RowCosts(
                pick(c.truePositive(), places),
                pick(c.falsePositive(), places),
                pick(c.falseNegative(), places),
                pick(c.trueNegative(), places))),
        pick(gains, places));
  }

  private static double[] pick(double[] values, int[] places) {
    double[] some = new double[places.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = values[places[i]];
    }
    return some;
  }

  int size() {
    return rows.length;
  }

  /// Whether acting on this row could help at all: a missed outcome is dearer than acting on it.
  boolean pays(int row) {
    return costs.isEmpty() || costs.get().falseNegative()[row] > costs.get().truePositive()[row];
  }
}
