package dev.gnomon.cli;

import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import java.time.InstantSource;
import picocli.CommandLine.Command;

/// Approve a version that somebody else asked to promote.
@Command(
    name = "approve",
    description = "Approve a version that somebody else asked to promote.",
    footer = {"gnomon models approve churn@3 --why reviewed"})
final class ModelsApprove extends ModelsStep {
  ModelsApprove(Terminal terminal, InstantSource clock) {
    super(terminal, clock);
  }

  @Override
  Done step(Promotions promotions, ModelVersion version, String why) {
    return Done.of(promotions.approve(version.useCase(), version.version(), Person.name(), why));
  }
}
