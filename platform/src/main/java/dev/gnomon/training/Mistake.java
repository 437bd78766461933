package dev.gnomon.training;

import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.Policy;
import dev.gnomon.models.Reason;
import dev.gnomon.models.Scoring;
import dev.gnomon.stats.SortOrder;
import java.util.ArrayList;
import java.util.List;

/// A row of the test part on which the chosen candidate erred most: wrong and sure of it.
///
/// Only values of features are shown, never a key; and since even these tell of a person, mistakes
/// stand in the report of the home alone, not in the bundle.
///
/// @param predicted probability or number
/// @param actual 0 or 1, or the number
/// @param why what moved the prediction most
public record Mistake(double predicted, double actual, List<String> why) {
  private static final int MOST = 10;
  private static final int REASONS = 4;

  public Mistake {
    why = List.copyOf(why);
  }

  /// Those with the greatest loss, the worst first.
  static List<Mistake> of(
      TrainingSet set, Candidate candidate, Policy policy, Scored part, boolean number) {
    int[] ascending = SortOrder.ascending(WorstSegments.losses(part, number));
    Scoring scoring =
        new Scoring(
            candidate.fitted().preprocessing(),
            candidate.fitted().model(),
            candidate.served(),
            policy);
    Table.Cursor cursor = set.rows().cursor();
    List<Mistake> mistakes = new ArrayList<>();
    for (int i = ascending.length - 1; i >= 0 && mistakes.size() < MOST; i--) {
      int row = ascending[i];
      double predicted = part.probabilities()[row];
      double actual = part.labels()[row];
      if (!number && Math.abs(predicted - actual) < 0.5) {
        break;
      }
      mistakes.add(
          new Mistake(
              predicted,
              actual,
              scoring.reasons(cursor.at(part.rows()[row]), REASONS).stream()
                  .map(Reason::text)
                  .toList()));
    }
    return mistakes;
  }
}
