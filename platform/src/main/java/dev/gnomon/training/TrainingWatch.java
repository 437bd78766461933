package dev.gnomon.training;

import dev.gnomon.models.spi.Curve;
import dev.gnomon.training.search.Trial;
import java.util.Map;

/// Told what a training does while it goes on. The training does not depend on it: a call returns
/// at once and throws nothing.
public interface TrainingWatch {
  /// Nobody looks.
  TrainingWatch NONE = (_, _, _) -> OfCandidate.NONE;

  /// A candidate begins.
  ///
  /// @param number from 1, in the order of the file
  /// @param settings as stated
  OfCandidate candidate(int number, String trainer, Map<String, String> settings);

  /// Told of one candidate.
  interface OfCandidate {
    OfCandidate NONE =
        new OfCandidate() {
          @Override
          public void trial(Trial trial, String metric, boolean lowerIsBetter, long startMillis) {}

          @Override
          public Curve curve() {
            return Curve.NONE;
          }

          @Override
          public void fitted(
              Map<String, String> settings, Map<String, Double> validation, int rows) {}
        };

    /// A trial of the search ended.
    ///
    /// @param metric what trials are compared by; the trial has it with the sign turned unless
    ///   lower is better
    void trial(Trial trial, String metric, boolean lowerIsBetter, long startMillis);

    /// Of the last fit, on the whole training part.
    Curve curve();

    /// @param settings as chosen
    /// @param validation metrics of the validation part by name; NaN where not defined
    /// @param rows of the training part
    void fitted(Map<String, String> settings, Map<String, Double> validation, int rows);
  }
}
