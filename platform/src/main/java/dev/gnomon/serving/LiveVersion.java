package dev.gnomon.serving;

import dev.gnomon.models.Bundle;
import dev.gnomon.models.Scoring;

/// A loaded and replayed version, ready to decide.
public record LiveVersion(int version, String bundleHash, Bundle bundle, Scoring scoring) {
  public static LiveVersion of(int version, String bundleHash, Bundle bundle) {
    return new LiveVersion(version, bundleHash, bundle, bundle.scoring());
  }
}
