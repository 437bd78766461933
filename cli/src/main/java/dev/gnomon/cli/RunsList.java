package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.View;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Lists runs, as MLflow's grammar filters and orders them.
@Command(
    name = "list",
    description = "List runs: trainings, or with --children their candidates and trials too.",
    footer = {
      "gnomon runs list churn",
      "gnomon runs list --filter 'params.candidate = \"xgboost\"' --children --json",
      "gnomon runs list churn --order-by 'metrics.`test/expected-cost` ASC' --metrics test/expected-cost"
    })
final class RunsList implements Callable<Integer> {
  private static final List<String> USUAL =
      List.of("test/expected-cost", "test/roc-auc", "test/rmse", "validation/objective");
  private static final int ID = 8;

  private final Terminal terminal;
  private final InstantSource clock;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "STUDY",
      description = "A study, which is a use case or one of another client (default: all).")
  private Optional<String> study = Optional.empty();

  @Option(names = "--filter", paramLabel = "FILTER", description = "In MLflow's grammar.")
  private String filter = "";

  @Option(
      names = "--order-by",
      paramLabel = "ORDER",
      description = "As in metrics.loss ASC; may be repeated (default: the newest first).")
  private List<String> orderBy = new ArrayList<>();

  @Option(names = "--metrics", split = ",", paramLabel = "KEY", description = "Metrics to show.")
  private List<String> metrics = new ArrayList<>();

  @Option(names = "--children", description = "Also runs below others.")
  private boolean children;

  @Option(names = "--deleted", description = "Deleted runs instead.")
  private boolean deleted;

  @Option(names = "--most", paramLabel = "N", description = "At most so many (default: 50).")
  private int most = 50;

  RunsList(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (most < 1) {
      throw new BadInput("--most", Integer.toString(most), "1 or more");
    }
    Home home = common.home();
    List<Run> runs;
    try (Tracking tracking = Runs.open(common, home, clock)) {
      runs =
          Runs.search(
              tracking,
              Runs.studies(tracking, study.orElse(null)),
              filter,
              orderBy,
              deleted ? View.DELETED_ONLY : View.ACTIVE_ONLY,
              children,
              most);
    }
    if (common.json()) {
      ObjectNode json = CanonicalJson.object();
      ArrayNode list = json.putArray("runs");
      runs.forEach(run -> list.add(Runs.json(run)));
      terminal.json(json);
      return ExitCode.DONE;
    }
    if (runs.isEmpty()) {
      terminal.out().println("no run");
      return ExitCode.DONE;
    }
    print(runs);
    return ExitCode.DONE;
  }

  private void print(List<Run> runs) {
    List<Map<String, Double>> values = new ArrayList<>();
    for (Run run : runs) {
      values.add(run.metrics().stream().collect(Collectors.toMap(Metric::key, Metric::value)));
    }
    List<String> shown =
        metrics.isEmpty()
            ? USUAL.stream()
                .filter(key -> values.stream().anyMatch(own -> own.containsKey(key)))
                .limit(2)
                .toList()
            : metrics;
    List<String> head = new ArrayList<>(List.of("RUN", "NAME", "STARTED", "TOOK", "STATUS"));
    head.add("V");
    head.addAll(shown);
    TextTable table = new TextTable(head, Set.of(0, 4));
    for (int i = 0; i < runs.size(); i++) {
      Run run = runs.get(i);
      Map<String, Double> own = values.get(i);
      List<String> cells = new ArrayList<>();
      String id = run.info().id();
      cells.add(id.substring(0, Math.min(ID, id.length())));
      cells.add(run.info().name());
      cells.add(Runs.time(run.info().start()).substring(0, 16).replace('T', ' '));
      cells.add(Runs.duration(run));
      cells.add(run.info().status().name());
      cells.add(run.tags().getOrDefault("gnomon.version", ""));
      for (String key : shown) {
        Double value = own.get(key);
        cells.add(value == null ? "" : String.format(Locale.ROOT, "%.4g", value));
      }
      table.add(cells);
    }
    List<String> lines = table.lines(terminal.width());
    terminal.out().println(terminal.bold(lines.getFirst()));
    lines.subList(1, lines.size()).forEach(terminal.out()::println);
  }
}
