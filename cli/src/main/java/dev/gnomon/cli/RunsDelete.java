package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Deletes runs, in the way that can be undone.
@Command(
    name = "delete",
    description = "Delete runs and those below them; --restore brings them back.",
    footer = {"gnomon runs delete 5e1fa3c2", "gnomon runs delete 5e1fa3c2 --restore"})
final class RunsDelete implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(arity = "1..*", paramLabel = "RUN", description = "Ids, or beginnings of them.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--restore", description = "Bring them back instead.")
  private boolean restore;

  RunsDelete(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Home home = common.home();
    List<String> done = new ArrayList<>();
    try (Tracking tracking = Runs.open(common, home, clock)) {
      List<Run> wanted = new ArrayList<>();
      ids.forEach(id -> wanted.add(Runs.find(tracking, id))); // all are known before any goes
      for (Run run : wanted) {
        List<Run> all = new ArrayList<>(List.of(run));
        all.addAll(Runs.below(tracking, run));
        for (Run one : all) {
          if (one.info().deleted() == restore) {
            if (restore) {
              tracking.restoreRun(one.info().id());
            } else {
              tracking.deleteRun(one.info().id());
            }
            done.add(one.info().id());
          }
        }
      }
    }
    if (common.json()) {
      terminal.json(Map.of(restore ? "restored" : "deleted", done));
    } else {
      terminal
          .out()
          .printf(
              "%s %d run%s%n",
              restore ? "restored" : "deleted", done.size(), done.size() == 1 ? "" : "s");
    }
    return ExitCode.DONE;
  }
}
