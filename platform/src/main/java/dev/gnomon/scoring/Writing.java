package dev.gnomon.scoring;

import dev.gnomon.core.Progress;
import dev.gnomon.data.Table;
import dev.gnomon.models.Policy;
import dev.gnomon.schema.Schema;
import dev.gnomon.scoring.Verdicts.Verdict;
import java.util.Iterator;
import java.util.NoSuchElementException;

/// Turns parts into what is written, and counts.
final class Writing {
  final Schema schema;
  private final OutputTable output;
  private final Progress progress;
  long yes;
  long beyond;
  long heldOut;
  double cost;

  Writing(Observations rows, Policy policy, int version, Progress progress) {
    this.output =
        new OutputTable(rows.keyName(), rows.timed(), policy.hasCosts(), policy.decides(), version);
    this.schema = output.schema();
    this.progress = progress;
  }

  Iterator<Table> tables(Parts parts, int count, Verdicts verdicts) {
    return new Iterator<>() {
      private int number;

      @Override
      public boolean hasNext() {
        return number < count;
      }

      @Override
      public Table next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Table part = parts.read(number++);
        Verdict[] answers = verdicts.next(part);
        double[] costs = OutputTable.costs(part, answers);
        for (int i = 0; i < answers.length; i++) {
          yes += answers[i] == Verdict.YES ? 1 : 0;
          beyond += answers[i] == Verdict.NO_CAPACITY ? 1 : 0;
          heldOut += answers[i] == Verdict.HOLD_OUT ? 1 : 0;
          cost += costs[i];
        }
        progress.advance(part.rows());
        return output.of(part, answers, costs);
      }
    };
  }
}
