package dev.gnomon.core.usecase;

import java.util.List;
import java.util.Map;

/// Step 5, `models`.
///
/// @param candidates by trainer name, in the order of the file; settings as written (`- xgboost:
///   {max-depth: 4}`), empty for plain names
public record ModelSection(
    List<Candidate> candidates, Calibration calibration, PreprocessingSection preprocessing) {
  public ModelSection {
    candidates = List.copyOf(candidates);
  }

  /// With the usual preprocessing.
  public ModelSection(List<Candidate> candidates, Calibration calibration) {
    this(candidates, calibration, PreprocessingSection.DEFAULT);
  }

  public record Candidate(String trainer, Map<String, String> settings) {
    public Candidate {
      settings = Map.copyOf(settings);
    }
  }

  public enum Calibration {
    NONE,
    PLATT,
    ISOTONIC
  }
}
