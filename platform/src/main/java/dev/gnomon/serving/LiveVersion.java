package dev.gnomon.serving;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Explainer;
import dev.gnomon.models.Scoring;

/// A loaded and replayed version, ready to decide.
public record LiveVersion(
    int version, String bundleHash, Bundle bundle, Scoring scoring, Explainer explainer) {
  public static LiveVersion of(int version, String bundleHash, Bundle bundle, UseCase useCase) {
    return new LiveVersion(
        version, bundleHash, bundle, bundle.scoring(), Explainer.of(bundle, useCase));
  }
}
