package dev.gnomon.training.search;

import java.util.List;
import java.util.Map;

/// Settings that were tried, and what came of them.
///
/// @param number from 0 in the order in which they were chosen
/// @param resource the share of the full effort, above 0 and up to 1
/// @param score lower is better; NaN when there is none
/// @param partial the score after each fold
/// @param elapsed seconds from the beginning of the search to the end of the trial
public record Trial(
    int number,
    Map<String, String> settings,
    double resource,
    double score,
    State state,
    List<Double> partial,
    double elapsed) {
  public enum State {
    /// Ran to its end.
    DONE,
    /// Ended early, being hopeless; the score is the one it had by then.
    PRUNED,
    /// Gave no finite score.
    FAILED
  }

  public Trial {
    settings = Map.copyOf(settings);
    partial = List.copyOf(partial);
  }

  public static Trial done(int number, Map<String, String> settings, double score) {
    return new Trial(
        number,
        settings,
        1,
        score,
        Double.isFinite(score) ? State.DONE : State.FAILED,
        List.of(),
        0);
  }
}
