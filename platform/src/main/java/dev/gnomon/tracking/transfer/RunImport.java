package dev.gnomon.tracking.transfer;

import dev.gnomon.core.Progress;
import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.spi.RunRows;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Brings runs, each with all that was logged of it in one transaction.
final class RunImport {
  private static final int POINTS_AT_ONCE = 10_000;
  private static final Set<RunStatus> OVER =
      Set.of(RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED);

  private final MlflowDatabase from;
  private final TrackingStore into;
  private final MlflowImport.Artifacts artifacts;
  private final Progress progress;
  private final Map<Long, Long> studies;
  private int added;
  private int known;
  private long points;

  /// A run as it stands there.
  ///
  /// @param experiment its id there
  private record Found(long experiment, RunInfo info) {}

  /// Within a transaction only unchecked errors pass.
  private static final class ReadFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient SQLException error;

    ReadFailed(SQLException error) {
      super(error);
      this.error = error;
    }
  }

  RunImport(
      MlflowDatabase from,
      TrackingStore into,
      MlflowImport.Artifacts artifacts,
      Progress progress,
      Map<Long, Long> studies) {
    this.from = from;
    this.into = into;
    this.artifacts = artifacts;
    this.progress = progress;
    this.studies = studies;
  }

  int added() {
    return added;
  }

  int known() {
    return known;
  }

  long points() {
    return points;
  }

  void all(int atOnce) throws SQLException, IOException {
    progress.stage(
        "runs", from.rows("SELECT count(*) FROM runs", row -> row.getLong(1)).getFirst());
    String last = "";
    List<Found> some;
    do {
      some =
          from.rows(
              "SELECT run_uuid, experiment_id, name, user_id, status, start_time, end_time,"
                  + " artifact_uri, lifecycle_stage FROM runs WHERE run_uuid > ? ORDER BY run_uuid"
                  + " LIMIT "
                  + atOnce,
              this::found,
              last);
      for (Found run : some) {
        one(run);
        last = run.info().id();
        progress.advance(1);
      }
    } while (some.size() == atOnce);
  }

  private Found found(ResultSet row) throws SQLException {
    long experiment = row.getLong(2);
    long end = row.getLong(7);
    boolean running = row.wasNull();
    return new Found(
        experiment,
        new RunInfo(
            row.getString(1),
            Long.toString(studies.getOrDefault(experiment, 0L)),
            MlflowImport.text(row.getString(3)),
            MlflowImport.text(row.getString(4)),
            status(row.getString(5)),
            row.getLong(6),
            running ? null : end,
            MlflowImport.text(row.getString(8)),
            "deleted".equals(row.getString(9))));
  }

  private static RunStatus status(@Nullable String word) {
    for (RunStatus status : RunStatus.values()) {
      if (status.name().equals(word)) {
        return status;
      }
    }
    return RunStatus.FINISHED;
  }

  private void one(Found found) throws SQLException, IOException {
    String id = found.info().id();
    List<Tag> params = texts("SELECT key, value FROM params WHERE run_uuid = ?", id);
    List<Tag> tags = texts("SELECT key, value FROM tags WHERE run_uuid = ?", id);
    RunInfo named = named(found.info(), tags);
    Optional<String> moved =
        artifacts.bring(found.experiment(), Long.parseLong(named.studyId()), id);
    RunInfo info = moved.map(uri -> at(named, uri)).orElse(named);
    List<Dataset.Input> datasets = datasets(id);
    List<Run.Output> outputs = outputs(id);
    List<String> models = models(id);
    try {
      record Done(boolean isNew, long points) {}
      Done done =
          into.write(rows -> {
            Optional<RunRows.Stored> here = rows.runs().lock(id);
            RunRows.Stored run =
                here.isEmpty()
                    ? rows.runs().insert(info)
                    : new RunRows.Stored(here.get().row(), within(info, here.get()));
            boolean same = here.isPresent() && over(here.get().info(), info);
            if (here.isPresent()) {
              rows.runs().update(run);
            }
            Map<String, String> old =
                rows.runs().params(run.row(), params.stream().map(Tag::key).toList());
            rows.runs()
                .addParams(run, params.stream().filter(p -> !old.containsKey(p.key())).toList());
            rows.runs().setTags(run, tags);
            rows.datasets().addInputs(run, datasets);
            rows.datasets().addModels(run, models);
            rows.datasets().addOutputs(run, outputs);
            return new Done(here.isEmpty(), same ? 0 : metrics(rows, run));
          });
      added += done.isNew() ? 1 : 0;
      known += done.isNew() ? 0 : 1;
      points += done.points();
    } catch (ReadFailed e) {
      throw e.error;
    }
  }

  /// The study and the place of files are those of here.
  private static RunInfo within(RunInfo info, RunRows.Stored here) {
    return new RunInfo(
        info.id(),
        here.info().studyId(),
        info.name(),
        info.user(),
        info.status(),
        info.start(),
        info.end(),
        here.info().artifactUri(),
        info.deleted());
  }

  /// Whether the run was over when it came, so that no more was measured since.
  private static boolean over(RunInfo here, RunInfo there) {
    return OVER.contains(here.status())
        && here.status() == there.status()
        && Objects.equals(here.end(), there.end());
  }

  /// Before MLflow 2 the name stood in a tag only.
  private static RunInfo named(RunInfo info, List<Tag> tags) {
    if (!info.name().isEmpty()) {
      return info;
    }
    String name =
        tags.stream()
            .filter(t -> t.key().equals("mlflow.runName"))
            .map(Tag::value)
            .findFirst()
            .orElse("");
    return new RunInfo(
        info.id(),
        info.studyId(),
        name,
        info.user(),
        info.status(),
        info.start(),
        info.end(),
        info.artifactUri(),
        info.deleted());
  }

  private static RunInfo at(RunInfo info, String uri) {
    return new RunInfo(
        info.id(),
        info.studyId(),
        info.name(),
        info.user(),
        info.status(),
        info.start(),
        info.end(),
        uri,
        info.deleted());
  }

  private List<Tag> texts(String sql, String run) throws SQLException {
    return from.rows(sql, MlflowImport::tag, run);
  }

  private long metrics(TrackingRows rows, RunRows.Stored run) {
    List<Metric> some = new ArrayList<>();
    long[] count = new long[1];
    try {
      from.visit(
          "SELECT key, value, \"timestamp\", step, is_nan FROM metrics WHERE run_uuid = ?",
          row -> {
            some.add(
                new Metric(
                    row.getString(1),
                    row.getBoolean(5) ? Double.NaN : MlflowImport.stored(row.getDouble(2)),
                    row.getLong(3),
                    row.getLong(4)));
            count[0]++;
            if (some.size() == POINTS_AT_ONCE) {
              rows.runs().addMetrics(run, List.copyOf(some));
              some.clear();
            }
          },
          run.info().id());
    } catch (SQLException e) {
      throw new ReadFailed(e);
    }
    rows.runs().addMetrics(run, some);
    return count[0];
  }

  private List<Dataset.Input> datasets(String run) throws SQLException {
    if (!from.has("datasets") || !from.has("inputs")) {
      return List.of();
    }
    record Input(String id, Dataset dataset) {}
    List<Input> inputs =
        from.rows(
            "SELECT i.input_uuid, d.name, d.digest, d.dataset_source_type, d.dataset_source,"
                + " d.dataset_schema, d.dataset_profile FROM inputs i JOIN datasets d ON"
                + " d.dataset_uuid = i.source_id WHERE i.source_type = 'DATASET' AND"
                + " i.destination_type = 'RUN' AND i.destination_id = ? ORDER BY i.input_uuid",
            row ->
                new Input(
                    row.getString(1),
                    new Dataset(
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7))),
            run);
    List<Dataset.Input> all = new ArrayList<>();
    for (Input input : inputs) {
      Map<String, String> tags = new TreeMap<>();
      if (from.has("input_tags")) {
        texts("SELECT name, value FROM input_tags WHERE input_uuid = ?", input.id())
            .forEach(t -> tags.put(t.key(), t.value()));
      }
      all.add(new Dataset.Input(input.dataset(), tags));
    }
    return all;
  }

  private List<String> models(String run) throws SQLException {
    return from.has("logged_models") && from.has("inputs")
        ? from.rows(
            "SELECT DISTINCT destination_id FROM inputs WHERE source_type = 'RUN_INPUT' AND"
                + " destination_type = 'MODEL_INPUT' AND source_id = ?",
            row -> row.getString(1),
            run)
        : List.of();
  }

  private List<Run.Output> outputs(String run) throws SQLException {
    return from.has("logged_models") && from.has("inputs", "step")
        ? from.rows(
            "SELECT destination_id, step FROM inputs WHERE source_type = 'RUN_OUTPUT' AND"
                + " destination_type = 'MODEL_OUTPUT' AND source_id = ?",
            row -> new Run.Output(row.getString(1), row.getLong(2)),
            run)
        : List.of();
  }
}
