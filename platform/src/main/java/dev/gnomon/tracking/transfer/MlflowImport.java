package dev.gnomon.tracking.transfer;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.spi.TrackingStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Takes an MLflow server's studies, runs with their whole history, logged models and registered
/// models into a store, with their ids, names and times.
///
/// Each run is brought in one transaction, so that an import that ended early goes on where it was,
/// and one done again adds only what came since. What is here already is never removed.
public final class MlflowImport {
  private static final int RUNS_AT_ONCE = 200;

  private final MlflowDatabase from;
  private final TrackingStore into;
  private final Artifacts artifacts;
  private final Progress progress;
  private final List<String> notes = new ArrayList<>();
  private final Map<Long, Long> studies = new HashMap<>();

  /// Brings the files of runs.
  public interface Artifacts {
    /// Leaves them where they are.
    Artifacts NONE = (_, _, _) -> Optional.empty();

    /// @param experiment the id there
    /// @param study the id here
    /// @return where the files are now; empty if none were brought
    Optional<String> bring(long experiment, long study, String run) throws IOException;
  }

  public MlflowImport(
      MlflowDatabase from, TrackingStore into, Artifacts artifacts, Progress progress) {
    this.from = from;
    this.into = into;
    this.artifacts = artifacts;
    this.progress = progress;
  }

  /// @throws BadInput if the database can't be read to the end
  public ImportReport run() {
    try {
      int imported = studies();
      RunImport runs = new RunImport(from, into, artifacts, progress, studies);
      runs.all(RUNS_AT_ONCE);
      int logged = from.has("logged_models") ? loggedModels() : 0;
      ModelImport models = new ModelImport(from, into, notes);
      models.all();
      return new ImportReport(
          imported,
          runs.added(),
          runs.known(),
          runs.points(),
          models.models(),
          models.versions(),
          logged,
          List.copyOf(notes));
    } catch (SQLException e) {
      throw new BadInput(
          from.place(),
          "can't be read further: " + e.getMessage(),
          "repeat the import: it goes on");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Under their ids, where these are free; a study of the same name is the same study.
  private int studies() throws SQLException {
    List<Study> all =
        from.rows(
            "SELECT experiment_id, name, artifact_location, lifecycle_stage, creation_time,"
                + " last_update_time FROM experiments ORDER BY experiment_id",
            row ->
                new Study(
                    Long.toString(row.getLong(1)),
                    row.getString(2),
                    text(row.getString(3)),
                    "deleted".equals(row.getString(4)),
                    row.getLong(5),
                    row.getLong(6),
                    Map.of()));
    progress.stage("studies", all.size());
    for (Study study : all) {
      List<Tag> tags =
          tags(
              "SELECT key, value FROM experiment_tags WHERE experiment_id = ?",
              Long.valueOf(study.id()));
      long id =
          into.write(rows -> {
            Optional<Study> same = rows.studies().byName(study.name());
            long at;
            if (same.isPresent()) {
              at = Long.parseLong(same.get().id());
            } else if (rows.studies().find(Long.parseLong(study.id())).isEmpty()) {
              at = Long.parseLong(study.id());
              rows.studies().insertFirst(study);
              rows.studies().update(study);
            } else {
              at = rows.studies().insert(study.name(), study.artifactLocation(), study.created());
              rows.studies().update(at(study, at));
            }
            tags.forEach(tag -> rows.studies().setTag(at, tag));
            return at;
          });
      if (id != Long.parseLong(study.id())) {
        notes.add(
            "study '%s' has id %d here: %s belongs to another"
                .formatted(study.name(), id, study.id()));
      }
      studies.put(Long.valueOf(study.id()), id);
      progress.advance(1);
    }
    return all.size();
  }

  private static Study at(Study study, long id) {
    return new Study(
        Long.toString(id),
        study.name(),
        study.artifactLocation(),
        study.deleted(),
        study.created(),
        study.updated(),
        study.tags());
  }

  private int loggedModels() throws SQLException {
    List<LoggedModel> all =
        from.rows(
            "SELECT model_id, experiment_id, name, artifact_location, creation_timestamp_ms,"
                + " last_updated_timestamp_ms, status, model_type, source_run_id FROM logged_models"
                + " WHERE lifecycle_stage = 'active' ORDER BY model_id",
            row ->
                new LoggedModel(
                    row.getString(1),
                    Long.toString(studies.getOrDefault(row.getLong(2), 0L)),
                    text(row.getString(3)),
                    row.getLong(5),
                    row.getLong(6),
                    text(row.getString(4)),
                    status(row.getInt(7)),
                    row.getString(8),
                    row.getString(9),
                    Map.of(),
                    Map.of(),
                    List.of(),
                    List.of()));
    progress.stage("logged models", all.size());
    for (LoggedModel model : all) {
      List<Tag> tags =
          tags("SELECT tag_key, tag_value FROM logged_model_tags WHERE model_id = ?", model.id());
      List<Tag> params =
          tags(
              "SELECT param_key, param_value FROM logged_model_params WHERE model_id = ?",
              model.id());
      Map<String, List<Metric>> metrics = metrics(model.id());
      into.write(rows -> {
        boolean known = rows.loggedModels().find(model.id()).isPresent();
        if (!known) {
          long row = rows.loggedModels().insert(model);
          rows.loggedModels().addParams(row, params);
          rows.loggedModels().setTags(row, tags);
          metrics.forEach((run, points) -> rows.loggedModels().addMetrics(row, run, points));
        }
        return model;
      });
      progress.advance(1);
    }
    return all.size();
  }

  /// By run.
  private Map<String, List<Metric>> metrics(String model) throws SQLException {
    Map<String, List<Metric>> metrics = new HashMap<>();
    from.visit(
        "SELECT run_id, metric_name, metric_value, metric_timestamp_ms, metric_step, dataset_name,"
            + " dataset_digest FROM logged_model_metrics WHERE model_id = ?",
        row -> {
          double value = row.getDouble(3);
          metrics
              .computeIfAbsent(row.getString(1), _ -> new ArrayList<>())
              .add(
                  new Metric(
                      row.getString(2),
                      row.wasNull() ? Double.NaN : stored(value),
                      row.getLong(4),
                      row.getLong(5),
                      model,
                      row.getString(6),
                      row.getString(7)));
        },
        model);
    return metrics;
  }

  private static String status(int code) {
    return switch (code) {
      case 2 -> "LOGGED_MODEL_READY";
      case 3 -> "LOGGED_MODEL_UPLOAD_FAILED";
      default -> "LOGGED_MODEL_PENDING";
    };
  }

  private List<Tag> tags(String sql, Object... values) throws SQLException {
    return from.rows(sql, MlflowImport::tag, values);
  }

  static Tag tag(ResultSet row) throws SQLException {
    return new Tag(row.getString(1), text(row.getString(2)));
  }

  static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  /// Infinities and minus zero as they are kept here.
  static double stored(double value) {
    return Double.isNaN(value)
        ? Double.NaN
        : Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE) + 0.0;
  }
}
