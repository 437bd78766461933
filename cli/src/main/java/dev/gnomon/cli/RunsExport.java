package dev.gnomon.cli;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Prints all that tracking knows of a run, its curves and the runs below it included.
@Command(
    name = "export",
    description = "Print a run with every point of its metrics, and the runs below it, as JSON.",
    footer = {"gnomon runs export 5e1fa3c2"})
final class RunsExport implements Callable<Integer> {
  private static final int PAGE = 10_000;

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "RUN", description = "Its id, or the beginning of it.")
  private String id = "";

  RunsExport(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Home home = common.home();
    ObjectNode json = CanonicalJson.object();
    try (Tracking tracking = Runs.open(common, home, clock)) {
      Run run = Runs.find(tracking, id);
      ArrayNode list = json.putArray("runs");
      List<Run> all = new ArrayList<>(List.of(run));
      all.addAll(Runs.below(tracking, run));
      for (Run one : all) {
        ObjectNode node = Runs.json(one);
        node.set("history", history(tracking, one));
        list.add(node);
      }
    }
    terminal.json(json);
    return ExitCode.DONE;
  }

  private static ObjectNode history(Tracking tracking, Run run) {
    ObjectNode all = CanonicalJson.object();
    for (Metric last : run.metrics()) {
      ArrayNode points = all.putArray(last.key());
      @Nullable String token = null;
      do {
        Page<Metric> page = tracking.history(run.info().id(), last.key(), PAGE, token);
        for (Metric metric : page.items()) {
          ObjectNode point = points.addObject().put("step", metric.step());
          point.put("at", Runs.time(metric.timestamp()));
          Runs.put(point, "value", metric.value());
        }
        token = page.next();
      } while (token != null);
    }
    return all;
  }
}
