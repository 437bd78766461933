package dev.gnomon.training;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.LastVerification;
import dev.gnomon.features.LastVerification.Kind;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation.GateResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Refuses a version whose features differed between serving and training when they were last
/// compared: it would decide on other values than it learned from.
///
/// Only what was compared under the very definition counts; nothing compared yet passes. When it
/// passes it always says the same, so that the bundle does not depend on when it was looked at.
final class VerifiedGate {
  static final String NAME = "features-verified";

  private VerifiedGate() {}

  /// @param definition of the features that the version was trained on
  /// @return empty where there is nothing to compare, or the file asks for no gates at all
  static Optional<GateResult> judge(UseCase useCase, String definition, Home home) {
    boolean none = useCase.evaluation().gates().filter(List::isEmpty).isPresent();
    if (none || useCase.data().isFlatTable()) {
      return Optional.empty();
    }
    for (Kind kind : Kind.values()) {
      Optional<LastVerification> differed =
          LastVerification.read(home, useCase.name(), kind)
              .filter(last -> last.definition().equals(definition) && last.differing() > 0);
      if (differed.isPresent()) {
        LastVerification last = differed.get();
        return Optional.of(
            result(
                last.differing(),
                String.format(
                    Locale.ROOT,
                    "%,d of %,d served values differ (%s): %s; see gnomon features verify",
                    last.differing(),
                    last.values(),
                    last.how(),
                    String.join(", ", last.features()))));
      }
    }
    return Optional.of(result(0, "no served value differs where they were last compared"));
  }

  private static GateResult result(long differing, String text) {
    return new GateResult(
        NAME,
        "derived: a model must be served the features it learned from",
        differing == 0,
        new Interval(differing, differing, differing, 1),
        0,
        text);
  }
}
