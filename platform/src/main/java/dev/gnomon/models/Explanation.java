package dev.gnomon.models;

import dev.gnomon.stats.Interval;
import java.util.List;
import java.util.Optional;

/// One decision for a person who is no engineer, saying only what the numbers support.
///
/// @param families what moved the score, strongest first, three at most
/// @param similar how cases with a score like this one turned out; empty where too few are known
/// @param text all of it in a few sentences
public record Explanation(List<Family> families, Optional<Similar> similar, String text) {
  public Explanation {
    families = List.copyOf(families);
  }

  /// Features of one origin together.
  ///
  /// @param share of the sum of absolute contributions over all families, 0 to 1: of the absolute
  ///   log-odds where the model gives log-odds, of the raw output otherwise
  /// @param raises whether the family moves the score up in all
  /// @param text the feature that weighs most in it, now against usual
  public record Family(String name, double share, boolean raises, String text) {}

  /// @param score the mean score of these cases
  /// @param rate how many of them turned out positive
  public record Similar(int rows, double score, Interval rate) {}
}
