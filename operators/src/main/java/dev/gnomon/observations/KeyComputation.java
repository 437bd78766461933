package dev.gnomon.observations;

import dev.gnomon.expression.Expression;
import dev.gnomon.operators.EventSweep;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes the observations of one key after the other from its rows in all sources. One per
/// thread; holds the rows of one key in memory.
///
/// ```java
/// computation.begin();
/// for (…) computation.add(source, eventTime, knownAt, tie, values); // in canonical order
/// ObservationRows rows = computation.compute();
/// ```
public final class KeyComputation {
  private final ObservationProgram program;
  private final KeyRows[] sources;
  private final @Nullable EventSweep[] sweeps;
  private final KeyObserver observer;
  private final NewestRows newest = new NewestRows();
  private final ObservationRows out;
  private final ObservationRows.Cursor cursor;
  private final Expression.Bound[] derived;
  private int[] found = {};

  public KeyComputation(ObservationProgram program) {
    this.program = program;
    List<SourcePart> parts = program.sources();
    this.sources = new KeyRows[parts.size()];
    this.sweeps = new @Nullable EventSweep[parts.size()];
    for (int s = 0; s < sources.length; s++) {
      SourcePart part = parts.get(s);
      sources[s] = new KeyRows(part);
      if (!part.state() && !part.events().features().isEmpty()) {
        sweeps[s] = new EventSweep(part.events());
      }
    }
    this.observer = new KeyObserver(program.rules());
    this.out = new ObservationRows(program.row());
    this.cursor = out.new Cursor();
    this.derived =
        program.derived().stream()
            .map(d -> d.expression().bind(program.row()))
            .toArray(Expression.Bound[]::new);
  }

  /// Begins a key.
  public void begin() {
    for (KeyRows rows : sources) {
      rows.clear();
    }
    out.clear();
  }

  /// Adds a row of a source, in the order of event time, known-at and `tie`.
  ///
  /// @param values as [RowEncoder#values] gives them
  public void add(int source, long eventTime, long knownAt, byte[] tie, byte[] values) {
    sources[source].add(eventTime, knownAt, tie, values);
  }

  /// Adds a listed observation, in the order of time and label.
  ///
  /// @param label NaN without one
  public void observe(long time, double label) {
    out.listed(time, label);
  }

  /// The observations of the key; valid until the next one begins.
  public ObservationRows compute() {
    boolean grid = program.population() != ObservationProgram.NONE;
    long gone = Long.MAX_VALUE;
    if (program.until() != ObservationProgram.NONE) {
      KeyRows leaving = sources[program.until()];
      gone = Outcomes.firstSeen(leaving.times(), 0, leaving.size());
    }
    int count = out.size();
    if (grid) {
      KeyRows known = sources[program.population()];
      out.room(program.rules().grid().length);
      count = observer.observed(known.times(), known.ended(), 0, known.size(), gone, out.times());
    }
    out.begin(count);
    if (count == 0) {
      return out;
    }
    fill(count);
    label(count);
    if (!grid && program.until() != ObservationProgram.NONE) {
      KeyObserver.leave(gone, out.times(), count, out.labels(), out.reasons(), 0);
    }
    Outcomes.mature(out.times(), out.labels(), out.reasons(), 0, count, program.matureUntil());
    derive(count);
    return out;
  }

  private void fill(int count) {
    if (found.length < count) {
      found = new int[Math.max(count, found.length * 2)];
    }
    for (int s = 0; s < sources.length; s++) {
      KeyRows rows = sources[s];
      EventSweep sweep = sweeps[s];
      if (sweep != null) {
        sweep.run(rows.events(), 0, rows.size(), out.times(), count, out.numbers(), out.texts(), 0);
      }
      if (!program.sources().get(s).attributes().isEmpty()) {
        newest.find(rows.times(), 0, rows.size(), out.times(), count, found);
        rows.fill(found, out);
      }
    }
  }

  private void label(int count) {
    if (program.target() == ObservationProgram.NONE) {
      if (program.population() == ObservationProgram.NONE) {
        KeyObserver.listed(out.labels(), out.reasons(), 0, count);
      } else {
        Arrays.fill(out.labels(), 0, count, Double.NaN);
      }
      return;
    }
    KeyRows target = sources[program.target()];
    observer.begin(count);
    observer.hide(target.times(), 0, target.size(), out.times(), count);
    if (program.until() != ObservationProgram.NONE && program.until() != program.target()) {
      KeyRows leaving = sources[program.until()];
      observer.hide(leaving.times(), 0, leaving.size(), out.times(), count);
    }
    observer.label(
        target.times(), 0, target.size(), out.times(), count, out.labels(), out.reasons(), 0);
  }

  private void derive(int count) {
    if (program.observedAt() != ObservationProgram.NONE) {
      System.arraycopy(out.times(), 0, out.moments()[program.observedAt()], 0, count);
    }
    if (derived.length == 0) {
      return;
    }
    for (int k = 0; k < count; k++) {
      cursor.at = k;
      for (int d = 0; d < derived.length; d++) {
        int column = program.derived().get(d).column();
        if (derived[d].kind() == Expression.Kind.TEXT) {
          cursor.text(column, derived[d].text(cursor));
        } else {
          cursor.number(column, derived[d].number(cursor));
        }
      }
    }
  }
}
