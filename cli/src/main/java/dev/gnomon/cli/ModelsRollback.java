package dev.gnomon.cli;

import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import java.time.InstantSource;
import picocli.CommandLine.Command;

/// Make the version before the champion the champion again.
@Command(
    name = "rollback",
    description = "Make the version before the champion the champion again.",
    footer = {"gnomon models rollback churn --why complaints"})
final class ModelsRollback extends ModelsStep {
  ModelsRollback(Terminal terminal, InstantSource clock) {
    super(terminal, clock);
  }

  @Override
  Done step(Promotions promotions, ModelVersion version, String why) {
    return Done.of(promotions.rollback(version.useCase(), Person.name(), why));
  }

  @Override
  boolean ofVersion() {
    return false;
  }
}
