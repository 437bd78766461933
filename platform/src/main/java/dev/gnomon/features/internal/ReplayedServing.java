package dev.gnomon.features.internal;

import dev.gnomon.features.FeatureRow;
import java.util.Map;

/// What the serving side of a comparison runs. A test passes a changed one, to see the change
/// found.
///
/// @param program computed by the serving path
/// @param shifts added to the event times of a source, by its name
/// @param changed what is done to a row after it was read
public record ReplayedServing(FeatureProgram program, Map<String, Long> shifts, Changed changed) {
  /// Looks at the features of one source after they were read.
  public interface Changed {
    void row(FeatureRow row);
  }

  /// The program as it is.
  public static ReplayedServing of(FeatureProgram program) {
    return new ReplayedServing(program, Map.of(), _ -> {});
  }
}
