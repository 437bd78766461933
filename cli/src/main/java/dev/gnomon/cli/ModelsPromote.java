package dev.gnomon.cli;

import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Make a version the champion, if gates and approvals allow it.
@Command(
    name = "promote",
    description = "Make a version the champion, if gates and approvals allow it.",
    footer = {
      "gnomon models promote churn@3",
      "gnomon models promote churn@3 --override --why outage"
    })
final class ModelsPromote extends ModelsStep {
  @Option(names = "--override", description = "Also against gates that said no; needs --why.")
  private boolean override;

  ModelsPromote(Terminal terminal, InstantSource clock) {
    super(terminal, clock);
  }

  @Override
  Done step(Promotions promotions, ModelVersion version, String why) {
    return Done.of(
        promotions.promote(
            version.useCase(),
            version.version(),
            new Promotions.Actor(Person.name(), true),
            override,
            why));
  }
}
