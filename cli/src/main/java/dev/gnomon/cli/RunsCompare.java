package dev.gnomon.cli;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Puts runs side by side.
@Command(
    name = "compare",
    description = "Put runs side by side: what differs in parameters and metrics.",
    footer = {"gnomon runs compare 5e1fa3c2 77ab01d9", "gnomon runs compare 5e1f 77ab --all"})
final class RunsCompare implements Callable<Integer> {
  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(arity = "2..*", paramLabel = "RUN", description = "Ids, or beginnings of them.")
  private List<String> ids = new ArrayList<>();

  @Option(names = "--all", description = "Also what is the same.")
  private boolean all;

  RunsCompare(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Home home = common.home();
    List<Run> runs = new ArrayList<>();
    try (Tracking tracking = Runs.open(common, home, clock)) {
      ids.forEach(id -> runs.add(Runs.find(tracking, id)));
    }
    if (common.json()) {
      ObjectNode json = CanonicalJson.object();
      ArrayNode list = json.putArray("runs");
      runs.forEach(run -> list.add(Runs.json(run)));
      terminal.json(json);
      return ExitCode.DONE;
    }
    List<Map<String, String>> metrics = new ArrayList<>();
    for (Run run : runs) {
      Map<String, String> own = new TreeMap<>();
      for (Metric metric : run.metrics()) {
        own.put(metric.key(), Runs.figure(metric.value()));
      }
      metrics.add(own);
    }
    List<String> head = new ArrayList<>(List.of(""));
    runs.forEach(run -> head.add(run.info().id().substring(0, 8)));
    TextTable table = new TextTable(head);
    row(table, "name", runs.stream().map(run -> run.info().name()).toList());
    row(table, "status", runs.stream().map(run -> run.info().status().name()).toList());
    rows(table, runs.stream().map(Run::params).toList());
    rows(table, metrics);
    table.lines(terminal.width()).forEach(terminal.out()::println);
    return ExitCode.DONE;
  }

  private void rows(TextTable table, List<Map<String, String>> texts) {
    Set<String> keys = new LinkedHashSet<>();
    texts.forEach(own -> keys.addAll(new TreeMap<>(own).keySet()));
    for (String key : keys) {
      row(table, key, texts.stream().map(own -> own.getOrDefault(key, "-")).toList());
    }
  }

  private void row(TextTable table, String name, List<String> values) {
    if (all || values.stream().distinct().count() > 1) {
      List<String> cells = new ArrayList<>(List.of(name));
      cells.addAll(values);
      table.add(cells);
    }
  }
}
