package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.Registry;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/// One step of a version on its way to the champion, or back.
abstract class ModelsStep implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "NAME[@VERSION]",
      description = "A use case, and the version (for all but rollback).")
  private String name = "";

  @Option(names = "--why", paramLabel = "TEXT", description = "The reason, for the ledger.")
  private String why = "";

  ModelsStep(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  /// Does it, and tells what came of it.
  abstract Done step(Promotions promotions, ModelVersion version, String why);

  /// Whether the step is about a version, and not about whichever is champion.
  boolean ofVersion() {
    return true;
  }

  /// @param text for people
  record Done(int exitCode, ObjectNode json, String text) {
    static Done of(Promotions.Outcome outcome) {
      int version = outcome.version().version();
      return switch (outcome) {
        case Promotions.Outcome.Promoted promoted -> {
          ObjectNode json = CanonicalJson.object().put("state", "champion").put("version", version);
          promoted.previous().ifPresent(one -> json.put("previous", one.version()));
          yield new Done(
              ExitCode.DONE,
              json,
              "version %d is champion%s"
                  .formatted(
                      version,
                      promoted
                          .previous()
                          .filter(one -> one.version() != version)
                          .map(one -> " instead of version " + one.version())
                          .orElse("")));
        }
        case Promotions.Outcome.Waiting waiting ->
            new Done(
                ExitCode.REFUSED,
                CanonicalJson.object()
                    .put("state", "waiting")
                    .put("version", version)
                    .put("requester", waiting.requester()),
                "version %d waits for the approval of another person than '%s'"
                    .formatted(version, waiting.requester()));
      };
    }

    static Done of(Promotions.Question question) {
      return new Done(
          ExitCode.DONE,
          CanonicalJson.object()
              .put("state", question.state().word())
              .put("version", question.version())
              .put("requester", question.requester()),
          "version %d is %s".formatted(question.version(), question.state().word()));
    }
  }

  @Override
  public Integer call() {
    Home home = common.home();
    try (Registry registry = Versions.open(common, home, clock)) {
      if (ofVersion() && name.indexOf('@') < 0) {
        throw new BadInput(
            "'" + name + "'", "no version is named", "NAME@VERSION, as in " + name + "@2");
      }
      Done done = step(registry.promotions(), Versions.find(registry, name, home), why);
      if (common.json()) {
        terminal.json(done.json());
      } else {
        terminal.out().println(done.text());
      }
      return done.exitCode();
    }
  }
}
