package dev.gnomon.observations;

import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Schema;
import java.io.Serializable;
import java.util.List;

/// What is computed for the observations of each key, as a description that can be sent to other
/// machines: expressions travel as their text and are bound where they are used.
///
/// @param row every value of an observation
/// @param sources what is read of each
/// @param population the index of the source whose keys are observed on the grid; [#NONE] when
///   observations are listed
/// @param target the source of the target's events, or [#NONE] when labels are listed too
/// @param until the source whose first row ends the observation of a key, or [#NONE]
/// @param matureUntil the last observation time whose label is known; the greatest long when labels
///   are listed
/// @param derived in the order in which they are evaluated
/// @param observedAt the column of the row that holds the observation time, or [#NONE]
public record ObservationProgram(
    Schema row,
    List<SourcePart> sources,
    int population,
    int target,
    int until,
    KeyObserver.Rules rules,
    long matureUntil,
    List<Derived> derived,
    int observedAt)
    implements Serializable {
  public static final int NONE = -1;

  public ObservationProgram {
    sources = List.copyOf(sources);
    derived = List.copyOf(derived);
  }

  /// A feature computed from others.
  public record Derived(int column, Expression expression) implements Serializable {}
}
