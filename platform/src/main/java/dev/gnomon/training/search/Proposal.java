package dev.gnomon.training.search;

import java.util.Map;

/// Settings to be tried next.
///
/// @param resource the share of the full effort, above 0 and up to 1
public record Proposal(Map<String, String> settings, double resource) {
  public Proposal {
    settings = Map.copyOf(settings);
  }
}
