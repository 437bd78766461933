package dev.gnomon.data;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The checks of a source on rows as they arrive.
///
/// Judged row by row: `between`, `in`, `type`, `holds`. `missing-at-most` is a rate and never
/// judged on one row: it is the share over the last 1,000 rows that arrived, those of the present
/// batch included, once there are 100 of them; a batch in which the column is never missing always
/// passes, so that a source can recover. `unique`, `refers` and `fresh` need more than a row and
/// are judged where files are read.
///
/// Safe for use by several threads; they take turns.
public final class ArrivalChecks {
  /// A rate is judged over so many rows.
  public static final int WINDOW = 1_000;

  /// And not before so many arrived.
  public static final int LEAST = 100;

  private static final int MAX_PROBLEMS = 100;

  private final String source;
  private final Schema schema;
  private final List<OfRow> ofRows = new ArrayList<>();
  private final List<Rate> rates = new ArrayList<>();
  private long arrived;

  private record OfRow(Check check, RowRule rule, CheckTally tally) {}

  /// One rate and its last rows, as a ring.
  private static final class Rate {
    final Check check;
    final int column;
    final double most;
    final CheckTally tally = new CheckTally();
    final boolean[] ring = new boolean[WINDOW];
    int filled;
    int next;
    int missing;

    Rate(Check check, int column, double most) {
      this.check = check;
      this.column = column;
      this.most = most;
    }

    void take(boolean isMissing) {
      if (filled == WINDOW) {
        missing -= ring[next] ? 1 : 0;
      } else {
        filled++;
      }
      ring[next] = isMissing;
      missing += isMissing ? 1 : 0;
      next = (next + 1) % WINDOW;
    }

    boolean broken() {
      return filled >= LEAST && missing > most * filled;
    }
  }

  /// @param source for messages
  /// @param checks those that can't be judged on arrival are passed over
  /// @param schema of the rows
  public ArrivalChecks(String source, List<Check> checks, Schema schema) {
    this.source = source;
    this.schema = schema;
    for (Check check : checks) {
      switch (check.rule()) {
        case Check.Rule.MissingAtMost most ->
            rates.add(new Rate(check, schema.require(most.column()), most.share()));
        case Check.Rule.Between _, Check.Rule.In _, Check.Rule.OfType _, Check.Rule.Holds _ ->
            ofRows.add(
                new OfRow(check, RowRule.of(check, schema, Set.of(), source), new CheckTally()));
        case Check.Rule.Unique _, Check.Rule.Refers _, Check.Rule.Fresh _ -> {}
      }
    }
  }

  /// Whether there is nothing to judge.
  public boolean none() {
    return ofRows.isEmpty() && rates.isEmpty();
  }

  /// What came of a batch of rows.
  ///
  /// @param reasons by row: why it is to be set aside, or null
  /// @param warned by row: whether a rule that only warns failed (or one that sets aside)
  /// @param blocked what forbids the whole batch
  public record Verdict(@Nullable String[] reasons, boolean[] warned, List<Problem> blocked) {
    public Verdict {
      blocked = List.copyOf(blocked);
    }

    public boolean anySetAside() {
      for (String reason : reasons) {
        if (reason != null) {
          return true;
        }
      }
      return false;
    }
  }

  /// Judges rows that arrive together. A batch that is blocked leaves the windows of rates as they
  /// were.
  ///
  /// @param place of a row from its index in the batch, for problems
  public synchronized Verdict judge(
      List<? extends Row> rows, java.util.function.IntFunction<String> place) {
    Table table = Table.of(schema, rows);
    @Nullable String[] reasons = new String[rows.size()];
    boolean[] warned = new boolean[rows.size()];
    List<Problem> blocked = new ArrayList<>();
    for (OfRow one : ofRows) {
      one.tally.saw(rows.size());
      String words = "not " + CheckResult.words(one.check.rule());
      int shown = one.rule.shown();
      for (int row = 0; row < rows.size(); row++) {
        if (!one.rule.fails(table, row)) {
          continue;
        }
        String value = shown < 0 ? "" : String.valueOf(SourceText.of(table.column(shown), row));
        one.tally.fail(arrived + row, value);
        warned[row] = true;
        switch (one.check.onFailure()) {
          case WARN -> {}
          case QUARANTINE -> {
            if (reasons[row] == null) {
              reasons[row] = words;
            }
          }
          case BLOCK -> {
            if (blocked.size() < MAX_PROBLEMS) {
              blocked.add(
                  new Problem(
                      place.apply(row) + (shown < 0 ? "" : "." + schema.field(shown).name()),
                      value.isEmpty() ? "the check fails" : "'%s' fails the check".formatted(value),
                      CheckResult.words(one.check.rule())));
            }
          }
        }
      }
    }
    for (Rate rate : rates) {
      rate(rate, table, blocked);
    }
    arrived += rows.size();
    return new Verdict(reasons, warned, blocked);
  }

  private void rate(Rate rate, Table table, List<Problem> blocked) {
    Column column = table.column(rate.column);
    boolean[] before = rate.ring.clone();
    int filled = rate.filled;
    int next = rate.next;
    int missing = rate.missing;
    int own = 0;
    for (int row = 0; row < table.rows(); row++) {
      boolean isMissing = column.missing(row);
      own += isMissing ? 1 : 0;
      rate.take(isMissing);
    }
    rate.tally.saw(table.rows());
    rate.tally.count(own);
    if (own > 0 && rate.broken() && rate.check.onFailure() != Check.OnFailure.WARN) {
      blocked.add(
          new Problem(
              RowRule.place(source, rate.check),
              "%d of the last %d rows lack it".formatted(rate.missing, rate.filled),
              CheckResult.words(rate.check.rule())));
    }
    if (!blocked.isEmpty()) {
      System.arraycopy(before, 0, rate.ring, 0, WINDOW);
      rate.filled = filled;
      rate.next = next;
      rate.missing = missing;
    }
  }

  /// Where one check stands.
  ///
  /// @param rule in the words of the use-case file
  /// @param seen rows judged since the start, those of blocked batches included
  /// @param failing rows that failed (of a rate: rows without a value)
  /// @param holds of a rate: whether it holds over its window; else whether nothing failed yet
  public record Reading(
      String rule,
      Check.OnFailure onFailure,
      int line,
      long seen,
      long failing,
      boolean holds,
      List<CheckResult.Example> examples) {}

  public synchronized List<Reading> readings() {
    List<Reading> readings = new ArrayList<>();
    for (OfRow one : ofRows) {
      readings.add(reading(one.check, one.tally, one.tally.failing() == 0));
    }
    for (Rate rate : rates) {
      readings.add(reading(rate.check, rate.tally, !rate.broken()));
    }
    return readings;
  }

  private static Reading reading(Check check, CheckTally tally, boolean holds) {
    return new Reading(
        CheckResult.words(check.rule()),
        check.onFailure(),
        check.line(),
        tally.seen(),
        tally.failing(),
        holds,
        tally.examples());
  }
}
