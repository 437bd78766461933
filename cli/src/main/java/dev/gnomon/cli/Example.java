package dev.gnomon.cli;

import java.util.Locale;

/// What `gnomon new DIR` writes: eight steps with comments, and a small table to try them on.
final class Example {
  private static final int ROWS = 2_000;

  private Example() {}

  static String useCase() {
    return """
    # Who gets an offer? Eight steps of one decision, to change into yours; every key is explained in
    # docs/reference/usecase.md. The table beside this file is made up.
    gnomon: 1
    name: offers
    problem:                                  # 1. what is decided, and what mistakes cost
      decision: Offer a cheaper contract to a customer
      owner: you@example.com
      costs:                                  # of each outcome, in all
        currency: USD
        true-positive: 10 + 0.7 * yearly      # the offer keeps three in ten, which the hold-out measures
        false-positive: 10
        false-negative: yearly
    frame: {task: binary, entity: customer, target: {column: left, positive: "1"}}     # 2. the learning problem
    data:                                     # 3. where it comes from, and what must hold
      table: offers.csv
      key: customer
      checks:
        - {column: months, between: [0, 240]}
        - {column: calls, missing-at-most: 0.2}
    features: {columns: [plan, months, calls, yearly]}                 # 4. what is known when deciding
    models: {candidates: [constant, logistic, xgboost: {max-depth: 3, eta: 0.1}], calibration: platt}    # 5.
    training: {split: {by: random, validation: 0.2, test: 0.2}, seed: 1}                # 6.
    evaluation: {segments: [plan]}            # 7. what every version must reach; gates may be added
    production:                               # 8. release, watch, renew
      hold-out: 0.05
      fallback: [{when: calls > 3, score: 0.5}, {otherwise: true, score: 0.1}]
      monitor: {outcomes-after: 30d}
      retrain: {every: 30d, when: [performance-below-contract]}
    """;
  }

  /// The same bytes everywhere: a linear congruence (Knuth's MMIX) in place of chance.
  static String table() {
    String[] plans = {"basic", "plus", "pro"};
    StringBuilder text = new StringBuilder("customer,plan,months,calls,yearly,left\n");
    long state = 1;
    for (int i = 1; i <= ROWS; i++) {
      double[] draws = new double[5];
      for (int d = 0; d < draws.length; d++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        draws[d] = (state >>> 11) * 0x1p-53;
      }
      int plan = (int) (3 * draws[0]);
      int months = (int) (120 * draws[1] * draws[1]);
      int calls = (int) (-2 * Math.log(1 - 0.99 * draws[2]));
      double score = -1.8 - 0.4 * plan - 0.02 * months + 0.7 * calls;
      int left = draws[3] < 1 / (1 + Math.exp(-score)) ? 1 : 0;
      text.append(
          String.format(
              Locale.ROOT,
              "c%04d,%s,%d,%s,%d,%d\n",
              i,
              plans[plan],
              months,
              draws[4] < 0.08 ? "" : Integer.toString(calls),
              120 + 180 * plan,
              left));
    }
    return text.toString();
  }
}
