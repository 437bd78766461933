package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.registry.StateAddress;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.TrackingError.Code;
import dev.gnomon.tracking.View;
import dev.gnomon.training.runs.RunRecorder;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The runs of a home.
final class Runs {
  /// Under which a run has its parent.
  static final String PARENT = "mlflow.parentRunId";

  private static final int PAGE = 500;

  private Runs() {}

  /// Where trainings leave theirs.
  ///
  /// @param at where tracking keeps its rows
  static RunRecorder recorder(StateAddress at, InstantSource clock) {
    return RunRecorder.opening(() -> Tracking.open(at.kind(), at.settings(), clock), clock);
  }

  /// The tracking of a home that has one; opening another would make it.
  ///
  /// @throws BadInput when there is none
  static Tracking open(CommonOptions common, Home home, InstantSource clock) {
    StateAddress at = common.address(home.tracking());
    if (common.registryInHome() && !Files.exists(home.tracking())) {
      throw new BadInput(
          home.root().toString(),
          "no run was ever written there",
          "the home of a trained use case: run it beside the file, or name it with --home");
    }
    return Tracking.open(at.kind(), at.settings(), clock);
  }

  /// Ids of one study by its name, or of all.
  static List<String> studies(Tracking tracking, @Nullable String name) {
    if (name != null) {
      try {
        return List.of(tracking.studyByName(name).id());
      } catch (TrackingError none) {
        only(Code.RESOURCE_DOES_NOT_EXIST, none);
        throw new BadInput(
            "'" + name + "'",
            "no study of that name",
            "one of " + String.join(", ", all(tracking).stream().map(Study::name).toList()));
      }
    }
    return all(tracking).stream().map(Study::id).toList();
  }

  /// A store that is away is not what the caller wrote.
  private static void only(Code expected, TrackingError failure) {
    if (failure.code() != expected) {
      throw failure;
    }
  }

  private static List<Study> all(Tracking tracking) {
    List<Study> found = new ArrayList<>();
    @Nullable String token = null;
    do {
      Page<Study> page =
          tracking.searchStudies(new Search("", List.of(), View.ACTIVE_ONLY, PAGE, token));
      found.addAll(page.items());
      token = page.next();
    } while (token != null);
    return found;
  }

  /// @param view which runs
  /// @param children whether runs that have a parent count
  /// @throws BadInput for a filter or an order that is none
  static List<Run> search(
      Tracking tracking,
      List<String> studies,
      String filter,
      List<String> orderBy,
      View view,
      boolean children,
      int most) {
    List<Run> found = new ArrayList<>();
    @Nullable String token = null;
    try {
      do {
        Page<Run> page =
            tracking.searchRuns(studies, new Search(filter, orderBy, view, PAGE, token));
        for (Run run : page.items()) {
          if (found.size() < most && (children || !run.tags().containsKey(PARENT))) {
            found.add(run);
          }
        }
        token = page.next();
      } while (token != null && found.size() < most);
    } catch (TrackingError e) {
      only(Code.INVALID_PARAMETER_VALUE, e);
      throw new BadInput(
          "--filter or --order-by",
          String.valueOf(e.getMessage()),
          "MLflow's grammar: metrics.x > 0.8 and params.y = 'z', metrics.x DESC");
    }
    return found;
  }

  /// By its id or the beginning of one.
  ///
  /// @throws BadInput when there is none, or more than one
  static Run find(Tracking tracking, String id) {
    if (!id.matches("[A-Za-z0-9][\\w-]{0,255}")) {
      throw new BadInput("run '" + id + "'", "no id of a run", "letters, digits, _ and -");
    }
    if (id.length() >= 32) {
      try {
        return tracking.run(id);
      } catch (TrackingError none) {
        only(Code.RESOURCE_DOES_NOT_EXIST, none);
        throw new BadInput("run '" + id + "'", "there is none", "gnomon runs list names them");
      }
    }
    List<Run> found =
        search(
            tracking,
            studies(tracking, null),
            "attributes.run_id LIKE '" + id + "%'",
            List.of(),
            View.ALL,
            true,
            2);
    if (found.size() != 1) {
      throw new BadInput(
          "run '" + id + "'",
          found.isEmpty() ? "there is none" : "more than one begins so",
          found.isEmpty() ? "gnomon runs list names them" : "more of its id");
    }
    return found.getFirst();
  }

  /// The runs below a run, of all generations.
  static List<Run> below(Tracking tracking, Run run) {
    List<Run> found = new ArrayList<>();
    List<Run> at = List.of(run);
    while (!at.isEmpty()) {
      List<Run> next = new ArrayList<>();
      for (Run parent : at) {
        next.addAll(
            search(
                tracking,
                List.of(run.info().studyId()),
                "tags.`" + PARENT + "` = '" + parent.info().id() + "'",
                List.of("attributes.start_time ASC"),
                View.ALL,
                true,
                Integer.MAX_VALUE));
      }
      found.addAll(next);
      at = next;
    }
    return found;
  }

  static String duration(Run run) {
    @Nullable Long end = run.info().end();
    if (end == null) {
      return "";
    }
    double seconds = Duration.ofMillis(end - run.info().start()).toMillis() / 1000.0;
    return seconds >= 100
        ? String.format(Locale.ROOT, "%.0f s", seconds)
        : String.format(Locale.ROOT, "%.1f s", seconds);
  }

  static String time(long millis) {
    return Instant.ofEpochMilli(millis).toString().replaceFirst("(\\.\\d+)?Z$", "Z");
  }

  static String figure(double value) {
    return String.format(Locale.ROOT, "%.6g", value).replaceFirst("\\.?0+$", "");
  }

  static ObjectNode json(Run run) {
    ObjectNode json =
        CanonicalJson.object()
            .put("id", run.info().id())
            .put("study", run.info().studyId())
            .put("name", run.info().name())
            .put("user", run.info().user())
            .put("status", run.info().status().name())
            .put("start", time(run.info().start()))
            .put("deleted", run.info().deleted());
    @Nullable Long end = run.info().end();
    if (end != null) {
      json.put("end", time(end));
    }
    ObjectNode metrics = json.putObject("metrics");
    for (Metric metric : run.metrics()) {
      put(metrics, metric.key(), metric.value());
    }
    ObjectNode params = json.putObject("params");
    run.params().forEach(params::put);
    ObjectNode tags = json.putObject("tags");
    run.tags().forEach(tags::put);
    ArrayNode datasets = json.putArray("datasets");
    run.datasets()
        .forEach(input ->
            datasets
                .addObject()
                .put("name", input.dataset().name())
                .put("digest", input.dataset().digest())
                .put("source", input.dataset().source()));
    return json;
  }

  static void put(ObjectNode into, String key, double value) {
    if (Double.isFinite(value)) {
      into.put(key, value);
    } else {
      into.put(key, Double.toString(value));
    }
  }
}
