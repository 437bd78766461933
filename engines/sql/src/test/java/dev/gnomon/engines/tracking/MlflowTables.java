package dev.gnomon.engines.tracking;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/// The tables of an MLflow server, as far as they are told in `docs/how-to/move-from-mlflow.md`.
final class MlflowTables {
  private MlflowTables() {}

  static final String OF_2 =
      """
      CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
      CREATE TABLE experiments (experiment_id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(256) NOT NULL UNIQUE, artifact_location VARCHAR(256), lifecycle_stage VARCHAR(32), creation_time BIGINT, last_update_time BIGINT);
      CREATE TABLE experiment_tags (key VARCHAR(250) NOT NULL, value VARCHAR(5000), experiment_id INTEGER NOT NULL, PRIMARY KEY (key, experiment_id));
      CREATE TABLE runs (run_uuid VARCHAR(32) NOT NULL PRIMARY KEY, name VARCHAR(250), source_type VARCHAR(20), source_name VARCHAR(500), entry_point_name VARCHAR(50), user_id VARCHAR(256), status VARCHAR(9), start_time BIGINT, end_time BIGINT, deleted_time BIGINT, source_version VARCHAR(50), lifecycle_stage VARCHAR(20), artifact_uri VARCHAR(200), experiment_id INTEGER);
      CREATE TABLE metrics (key VARCHAR(250) NOT NULL, value DOUBLE PRECISION NOT NULL, "timestamp" BIGINT NOT NULL, run_uuid VARCHAR(32) NOT NULL, step BIGINT DEFAULT 0 NOT NULL, is_nan BOOLEAN DEFAULT '0' NOT NULL, PRIMARY KEY (key, "timestamp", step, run_uuid, value, is_nan));
      CREATE TABLE latest_metrics (key VARCHAR(250) NOT NULL, value DOUBLE PRECISION NOT NULL, "timestamp" BIGINT, step BIGINT NOT NULL, is_nan BOOLEAN NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
      CREATE TABLE params (key VARCHAR(250) NOT NULL, value VARCHAR(8000) NOT NULL, run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
      CREATE TABLE tags (key VARCHAR(250) NOT NULL, value VARCHAR(8000), run_uuid VARCHAR(32) NOT NULL, PRIMARY KEY (key, run_uuid));
      CREATE TABLE registered_models (name VARCHAR(256) NOT NULL PRIMARY KEY, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000));
      CREATE TABLE registered_model_tags (key VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL, PRIMARY KEY (key, name));
      CREATE TABLE registered_model_aliases (alias VARCHAR(256) NOT NULL, version INTEGER NOT NULL, name VARCHAR(256) NOT NULL, PRIMARY KEY (name, alias));
      CREATE TABLE model_versions (name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, creation_time BIGINT, last_updated_time BIGINT, description VARCHAR(5000), user_id VARCHAR(256), current_stage VARCHAR(20), source VARCHAR(500), run_id VARCHAR(32), status VARCHAR(20), status_message VARCHAR(500), run_link VARCHAR(500), storage_location VARCHAR(500), PRIMARY KEY (name, version));
      CREATE TABLE model_version_tags (key VARCHAR(250) NOT NULL, value VARCHAR(5000), name VARCHAR(256) NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (key, name, version));
      CREATE TABLE datasets (dataset_uuid VARCHAR(36) NOT NULL, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL, digest VARCHAR(36) NOT NULL, dataset_source_type VARCHAR(36) NOT NULL, dataset_source TEXT NOT NULL, dataset_schema TEXT, dataset_profile TEXT, PRIMARY KEY (experiment_id, name, digest));
      CREATE TABLE inputs (input_uuid VARCHAR(36) NOT NULL, source_type VARCHAR(36) NOT NULL, source_id VARCHAR(36) NOT NULL, destination_type VARCHAR(36) NOT NULL, destination_id VARCHAR(36) NOT NULL, PRIMARY KEY (source_type, source_id, destination_type, destination_id));
      CREATE TABLE input_tags (input_uuid VARCHAR(36) NOT NULL, name VARCHAR(255) NOT NULL, value VARCHAR(500) NOT NULL, PRIMARY KEY (input_uuid, name));
      """;

  static final String ALSO_IN_3 =
      """
      ALTER TABLE inputs ADD COLUMN step BIGINT NOT NULL DEFAULT 0;
      ALTER TABLE metrics ADD COLUMN note VARCHAR(10);
      CREATE TABLE logged_models (model_id VARCHAR(34) NOT NULL PRIMARY KEY, experiment_id INTEGER NOT NULL, name VARCHAR(500) NOT NULL, artifact_location VARCHAR(1000) NOT NULL, creation_timestamp_ms BIGINT NOT NULL, last_updated_timestamp_ms BIGINT NOT NULL, status INTEGER NOT NULL, lifecycle_stage VARCHAR(32), model_type VARCHAR(500), source_run_id VARCHAR(32), status_message VARCHAR(1000));
      CREATE TABLE logged_model_metrics (model_id VARCHAR(34) NOT NULL, metric_name VARCHAR(500) NOT NULL, metric_timestamp_ms BIGINT NOT NULL, metric_step BIGINT NOT NULL, metric_value DOUBLE PRECISION, experiment_id INTEGER NOT NULL, run_id VARCHAR(32) NOT NULL, dataset_uuid VARCHAR(36), dataset_name VARCHAR(500), dataset_digest VARCHAR(36), PRIMARY KEY (model_id, metric_name, metric_timestamp_ms, metric_step, run_id));
      CREATE TABLE logged_model_params (model_id VARCHAR(34) NOT NULL, experiment_id INTEGER NOT NULL, param_key VARCHAR(255) NOT NULL, param_value TEXT NOT NULL, PRIMARY KEY (model_id, param_key));
      CREATE TABLE logged_model_tags (model_id VARCHAR(34) NOT NULL, experiment_id INTEGER NOT NULL, tag_key VARCHAR(255) NOT NULL, tag_value TEXT NOT NULL, PRIMARY KEY (model_id, tag_key));
      """;

  static void make(Connection connection, boolean three) throws SQLException {
    execute(connection, OF_2);
    if (three) {
      execute(connection, ALSO_IN_3);
    }
    insert(connection, "experiments", 0, "Default", "mlflow-artifacts:/0", "active", 10L, 10L);
    insert(connection, "experiments", 7, "churn", "mlflow-artifacts:/7", "active", 100L, 120L);
    insert(connection, "experiments", 9, "gone", "mlflow-artifacts:/9", "deleted", 100L, 130L);
    insert(connection, "experiment_tags", "team", "growth", 7);
    for (int i = 0; i < 5; i++) {
      String id = "%032x".formatted(i);
      insert(
          connection,
          "runs",
          id,
          i == 4 ? null : "run " + i,
          "LOCAL",
          "train.py",
          "",
          i == 0 ? null : "ada",
          i == 3 ? "RUNNING" : "FINISHED",
          1000L + i,
          i == 3 ? null : 2000L + i,
          null,
          "",
          i == 2 ? "deleted" : "active",
          "mlflow-artifacts:/7/" + id + "/artifacts",
          7);
      insert(connection, "params", "depth", Integer.toString(i), id);
      insert(connection, "params", "leer", "", id);
      insert(connection, "tags", "mlflow.runName", "run " + i, id);
      insert(connection, "tags", "größe", i == 1 ? null : "ü'\"", id);
      for (int step = 0; step < 30; step++) {
        metric(connection, three, "loss", 1.0 / (1 + step), 5000L + step, id, step, false);
      }
      insert(connection, "latest_metrics", "loss", 1.0 / 30, 5029L, 29L, false, id);
      metric(connection, three, "odd", 0.0, 5000, id, 0, true);
      metric(connection, three, "odd", Double.MAX_VALUE, 5001, id, 1, false);
      insert(connection, "latest_metrics", "odd", Double.MAX_VALUE, 5001L, 1L, false, id);
    }
    insert(connection, "datasets", "d1", 7, "customers", "abc", "local", "{}", "{\"s\":1}", null);
    execute(
        connection,
        "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id) VALUES ('i1', 'DATASET', 'd1', 'RUN', '"
            + "%032x".formatted(1)
            + "')");
    insert(connection, "input_tags", "i1", "mlflow.data.context", "training");
    insert(connection, "registered_models", "churn-model", 300L, 400L, "who leaves");
    insert(connection, "registered_model_tags", "stage", "x", "churn-model");
    insert(
        connection,
        "model_versions",
        "churn-model",
        1,
        300L,
        310L,
        "first",
        "ada",
        "Archived",
        "runs:/" + "%032x".formatted(0) + "/model",
        "%032x".formatted(0),
        "READY",
        null,
        null,
        null);
    insert(
        connection,
        "model_versions",
        "churn-model",
        4,
        350L,
        360L,
        null,
        null,
        "Production",
        "file:///models/4",
        null,
        "READY",
        null,
        null,
        null);
    insert(
        connection,
        "model_versions",
        "churn-model",
        2,
        320L,
        330L,
        null,
        null,
        "Deleted_Internal",
        "x",
        null,
        "READY",
        null,
        null,
        null);
    insert(connection, "model_version_tags", "ok", "yes", "churn-model", 4);
    insert(connection, "registered_model_aliases", "champion", 4, "churn-model");
    if (three) {
      insert(
          connection,
          "logged_models",
          "m-" + "%032x".formatted(1),
          7,
          "xgb",
          "mlflow-artifacts:/7/models/m-1/artifacts",
          500L,
          600L,
          2,
          "active",
          "xgboost",
          "%032x".formatted(1),
          null);
      insert(connection, "logged_model_params", "m-" + "%032x".formatted(1), 7, "depth", "3");
      insert(connection, "logged_model_tags", "m-" + "%032x".formatted(1), 7, "a", "b");
      insert(
          connection,
          "logged_model_metrics",
          "m-" + "%032x".formatted(1),
          "auc",
          5L,
          0L,
          0.9,
          7,
          "%032x".formatted(1),
          null,
          "customers",
          "abc");
      execute(
          connection,
          "INSERT INTO inputs (input_uuid, source_type, source_id, destination_type, destination_id, step) VALUES ('i2', 'RUN_OUTPUT', '"
              + "%032x".formatted(1)
              + "', 'MODEL_OUTPUT', 'm-"
              + "%032x".formatted(1)
              + "', 3)");
    }
  }

  static void metric(
      Connection connection,
      boolean three,
      String key,
      double value,
      long at,
      String run,
      long step,
      boolean nan)
      throws SQLException {
    if (three) {
      insert(connection, "metrics", key, value, at, run, step, nan, null);
    } else {
      insert(connection, "metrics", key, value, at, run, step, nan);
    }
  }

  static void insert(Connection connection, String table, @Nullable Object... values)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "INSERT INTO " + table + " VALUES (" + "?, ".repeat(values.length - 1) + "?)")) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
