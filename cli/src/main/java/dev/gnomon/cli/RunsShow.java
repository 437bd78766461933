package dev.gnomon.cli;

import dev.gnomon.core.Home;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Shows one run.
@Command(
    name = "show",
    description = "Show a run: parameters, metrics, tags, data, and the runs below it.",
    footer = {"gnomon runs show 5e1fa3c2", "gnomon runs show 5e1fa3c2 --json"})
final class RunsShow implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "RUN", description = "Its id, or the beginning of it.")
  private String id = "";

  RunsShow(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Home home = common.home();
    Run run;
    List<Run> below;
    try (Tracking tracking = Runs.open(common, home, clock)) {
      run = Runs.find(tracking, id);
      below = Runs.below(tracking, run);
    }
    if (common.json()) {
      ObjectNode json = Runs.json(run);
      ArrayNode list = json.putArray("below");
      below.forEach(child -> list.add(Runs.json(child)));
      terminal.json(json);
      return ExitCode.DONE;
    }
    PrintStream out = terminal.out();
    out.println(terminal.bold(run.info().name() + "  " + run.info().id()));
    out.printf(
        "%s, started %s%s%s%n",
        run.info().status(),
        Runs.time(run.info().start()),
        Runs.duration(run).isEmpty() ? "" : ", took " + Runs.duration(run),
        run.info().deleted() ? ", deleted" : "");
    texts("parameters", run.params());
    if (!run.metrics().isEmpty()) {
      out.println("metrics:");
      TextTable table = new TextTable(List.of("  key", "value", "step"));
      for (Metric metric : run.metrics()) {
        table.add(
            List.of(
                "  " + metric.key(), Runs.figure(metric.value()), Long.toString(metric.step())));
      }
      table.lines(terminal.width()).stream().skip(1).forEach(out::println);
    }
    texts("tags", run.tags());
    run.datasets()
        .forEach(input ->
            out.printf(
                "data set: %s %s (%s)%n",
                input.dataset().name(),
                input.dataset().digest(),
                input.tags().getOrDefault("mlflow.data.context", "")));
    if (!below.isEmpty()) {
      out.println("below it:");
      below.forEach(child ->
          out.printf(
              "  %s  %s  %s  %s%n",
              child.info().id().substring(0, 8),
              child.info().name(),
              child.info().status(),
              Runs.duration(child)));
    }
    return ExitCode.DONE;
  }

  private void texts(String title, Map<String, String> texts) {
    if (!texts.isEmpty()) {
      terminal.out().println(title + ":");
      TextTable table = new TextTable(List.of("", ""));
      texts.forEach((key, value) -> table.add(List.of("  " + key, value)));
      table.lines(terminal.width()).stream().skip(1).forEach(line -> terminal.out().println(line));
    }
  }
}
