package dev.gnomon.serving;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.data.ArrivalChecks;
import dev.gnomon.features.ArrivingRows;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The checks of one source on its rows as they arrive.
final class SourceChecks {
  private final ArrivalChecks all;
  private final ArrivalChecks ofRows;
  private final ArrivingRows arriving;

  /// @param checks of the source in every use case that has it
  SourceChecks(String source, List<Check> checks, Schema schema, ArrivingRows arriving) {
    this.all = new ArrivalChecks(source, checks, schema);
    // Rows that are replayed must not count in rates of what arrives.
    this.ofRows =
        new ArrivalChecks(
            source,
            checks.stream()
                .filter(check -> !(check.rule() instanceof Check.Rule.MissingAtMost))
                .toList(),
            schema);
    this.arriving = arriving;
  }

  List<ArrivalChecks.Reading> readings() {
    return all.readings();
  }

  /// Why each row of a post is to be set aside; null where it is not.
  ///
  /// @throws ChecksFailed when a check blocks
  @Nullable String[] judged(List<FeatureRow> rows) {
    if (all.none()) {
      return new String[rows.size()];
    }
    // What `where` leaves out counts for nobody; the checks see what files' checks see.
    List<FeatureRow> seen = new ArrayList<>(rows.size());
    int[] place = new int[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      if (arriving.holds(rows.get(i))) {
        place[seen.size()] = i;
        seen.add(rows.get(i));
      }
    }
    ArrivalChecks.Verdict verdict = all.judge(seen, i -> "row " + (place[i] + 1));
    if (!verdict.blocked().isEmpty()) {
      throw new ChecksFailed(verdict.blocked());
    }
    @Nullable String[] reasons = new String[rows.size()];
    for (int i = 0; i < seen.size(); i++) {
      reasons[place[i]] = verdict.reasons()[i];
    }
    return reasons;
  }

  /// Why the checks set a row of a stream aside, which has nobody to refuse it to: what blocks a
  /// post sets a record aside.
  Optional<String> reason(FeatureRow row) {
    if (all.none() || !arriving.holds(row)) {
      return Optional.empty();
    }
    return reason(all.judge(List.of(row), i -> "record"));
  }

  private static Optional<String> reason(ArrivalChecks.Verdict verdict) {
    return Optional.ofNullable(
        verdict.blocked().isEmpty()
            ? verdict.reasons()[0]
            : "not " + verdict.blocked().getFirst().valid());
  }

  /// Why a row that was set aside before is to be so still.
  Optional<String> stillSetAside(FeatureRow row) {
    return reason(ofRows.judge(List.of(row), i -> "row"));
  }
}
