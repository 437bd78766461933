package dev.gnomon.cli;

import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import java.time.InstantSource;
import picocli.CommandLine.Command;

/// Reject a version, or take an approval back.
@Command(
    name = "reject",
    description = "Reject a version, or take an approval back.",
    footer = {"gnomon models reject churn@3 --why biased"})
final class ModelsReject extends ModelsStep {
  ModelsReject(Terminal terminal, InstantSource clock) {
    super(terminal, clock);
  }

  @Override
  Done step(Promotions promotions, ModelVersion version, String why) {
    return Done.of(promotions.reject(version.useCase(), version.version(), Person.name(), why));
  }
}
