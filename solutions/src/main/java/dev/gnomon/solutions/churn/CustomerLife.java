package dev.gnomon.solutions.churn;

import dev.gnomon.schema.Times;
import java.util.List;

/// One customer: the rows written about them, and the truth behind.
///
/// Rows are in order of event time. A customer who leaves after [ChurnScenario#CUT] goes on having
/// rows after the cancellation: what happens if an offer keeps them. [#leavesAt] tells which.
///
/// @param firstDay the first day on record, counted from [ChurnScenario#START]
/// @param lastDay the day after the last one simulated
/// @param hazards of the days from `firstDay` on: entry i is what was decided with at the midnight
///   of day `firstDay + i`; the last entry belongs to `lastDay`
/// @param leavesAt without an offer; [Times#MISSING] if no decision to leave was made
record CustomerLife(
    String id,
    int firstDay,
    int lastDay,
    double[] hazards,
    long leavesAt,
    List<ChurnRow.CustomerChange> changes,
    List<ChurnRow.Login> logins,
    List<ChurnRow.Payment> payments,
    List<ChurnRow.Ticket> tickets,
    List<ChurnRow.Cancellation> cancellations) {

  /// The hazard of a day; 0 outside the days on record.
  double hazard(int day) {
    int i = day - firstDay;
    return i < 0 || i >= hazards.length ? 0 : hazards[i];
  }

  /// Whether there was a subscription at a time: begun before, not yet ended.
  boolean subscribesAt(long time) {
    return ChurnScenario.time(firstDay) < time && !leftBy(time);
  }

  boolean leftBy(long time) {
    return leavesAt != Times.MISSING && leavesAt <= time;
  }

  /// The newest state that happened before `time` and was known by then; the first one if none was.
  ChurnRow.CustomerChange stateAt(long time) {
    ChurnRow.CustomerChange newest = changes.getFirst();
    for (ChurnRow.CustomerChange change : changes) {
      if (change.at() < time && change.knownAt() <= time) {
        newest = change;
      }
    }
    return newest;
  }
}
