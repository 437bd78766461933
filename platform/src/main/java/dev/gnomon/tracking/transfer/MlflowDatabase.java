package dev.gnomon.tracking.transfer;

import dev.gnomon.core.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The database of an MLflow server, read only. Its tables are those of MLflow 2.0 to 3.x; columns
/// it does not know are left alone, unless they could change what a row means.
public final class MlflowDatabase implements AutoCloseable {
  private static final int FETCH = 10_000;

  /// What must be there, with the columns that are read.
  private static final Map<String, Set<String>> REQUIRED =
      Map.ofEntries(
          table(
              "experiments",
              "experiment_id",
              "name",
              "artifact_location",
              "lifecycle_stage",
              "creation_time",
              "last_update_time"),
          table("experiment_tags", "key", "value", "experiment_id"),
          table(
              "runs",
              "run_uuid",
              "name",
              "user_id",
              "status",
              "start_time",
              "end_time",
              "lifecycle_stage",
              "artifact_uri",
              "experiment_id"),
          table("metrics", "key", "value", "timestamp", "run_uuid", "step", "is_nan"),
          table("latest_metrics", "key", "value", "timestamp", "run_uuid", "step", "is_nan"),
          table("params", "key", "value", "run_uuid"),
          table("tags", "key", "value", "run_uuid"),
          table("registered_models", "name", "creation_time", "last_updated_time", "description"),
          table("registered_model_tags", "key", "value", "name"),
          table(
              "model_versions",
              "name",
              "version",
              "creation_time",
              "last_updated_time",
              "description",
              "user_id",
              "current_stage",
              "source",
              "run_id",
              "status",
              "status_message",
              "run_link"),
          table("model_version_tags", "name", "version", "key", "value"));

  /// What came with a later version of MLflow.
  private static final Map<String, Set<String>> OPTIONAL =
      Map.ofEntries(
          table(
              "datasets",
              "dataset_uuid",
              "experiment_id",
              "name",
              "digest",
              "dataset_source_type",
              "dataset_source",
              "dataset_schema",
              "dataset_profile"),
          table(
              "inputs",
              "input_uuid",
              "source_type",
              "source_id",
              "destination_type",
              "destination_id"),
          table("input_tags", "input_uuid", "name", "value"),
          table("registered_model_aliases", "name", "alias", "version"),
          table(
              "logged_models",
              "model_id",
              "experiment_id",
              "name",
              "artifact_location",
              "creation_timestamp_ms",
              "last_updated_timestamp_ms",
              "status",
              "lifecycle_stage",
              "model_type",
              "source_run_id"),
          table("logged_model_tags", "model_id", "tag_key", "tag_value", "experiment_id"),
          table("logged_model_params", "model_id", "param_key", "param_value", "experiment_id"),
          table(
              "logged_model_metrics",
              "model_id",
              "metric_name",
              "metric_timestamp_ms",
              "metric_step",
              "metric_value",
              "run_id",
              "dataset_name",
              "dataset_digest",
              "experiment_id",
              "dataset_uuid"));

  /// Columns that are known and not read.
  private static final Set<String> IGNORED =
      Set.of(
          "source_type",
          "source_name",
          "entry_point_name",
          "deleted_time",
          "source_version",
          "storage_location",
          "step",
          "status_message");

  private final String place;
  private final Connection connection;
  private final Map<String, Set<String>> columns = new TreeMap<>();

  private MlflowDatabase(String place, Connection connection) {
    this.place = place;
    this.connection = connection;
  }

  private static Map.Entry<String, Set<String>> table(String name, String... columns) {
    return Map.entry(name, Set.of(columns));
  }

  /// @param from a file of SQLite, or `jdbc:postgresql://…`
  /// @throws BadInput if it is not there, is none, or one of a version that is not understood
  public static MlflowDatabase open(String from, @Nullable String user, @Nullable String password) {
    Properties properties = new Properties();
    String url = from;
    String place = from.replaceAll("://[^/@]*@", "://…@").replaceAll("\\?.*", "?…");
    if (!from.startsWith("jdbc:postgresql:")) {
      Path file = Path.of(from.startsWith("sqlite:///") ? from.substring(10) : from);
      if (!Files.isRegularFile(file)) {
        throw new BadInput(
            place,
            "no such file",
            "a file of SQLite (mlflow.db), or jdbc:postgresql://host/database");
      }
      url = "jdbc:sqlite:" + file.toAbsolutePath();
      properties.setProperty("open_mode", "1"); // to read only
    }
    if (user != null) {
      properties.setProperty("user", user);
    }
    if (password != null) {
      properties.setProperty("password", password);
    }
    MlflowDatabase database = null;
    boolean done = false;
    try {
      database = new MlflowDatabase(place, DriverManager.getConnection(url, properties));
      if (url.startsWith("jdbc:postgresql:")) {
        // One moment throughout, while the server may go on.
        database.connection.setReadOnly(true);
        database.connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      }
      database.connection.setAutoCommit(false);
      database.check();
      done = true;
      return database;
    } catch (SQLException e) {
      throw new BadInput(
          place, "can't be read: " + e.getMessage(), "the database of an MLflow server");
    } finally {
      if (!done && database != null) {
        database.close();
      }
    }
  }

  private void check() throws SQLException {
    List<String> problems = new ArrayList<>();
    DatabaseMetaData meta = connection.getMetaData();
    for (Map<String, Set<String>> tables : List.of(REQUIRED, OPTIONAL)) {
      for (var table : new TreeMap<>(tables).entrySet()) {
        Set<String> found = new HashSet<>();
        Set<String> demanding = new HashSet<>();
        read(meta, table.getKey(), found, demanding);
        if (found.isEmpty()) {
          if (REQUIRED.containsKey(table.getKey())) {
            problems.add("table %s is missing".formatted(table.getKey()));
          }
          continue;
        }
        columns.put(table.getKey(), found);
        for (String column : table.getValue()) {
          if (!found.contains(column)) {
            problems.add("%s.%s is missing".formatted(table.getKey(), column));
          }
        }
        demanding.removeAll(table.getValue());
        demanding.removeAll(IGNORED);
        demanding.forEach(c -> problems.add("%s.%s is unknown".formatted(table.getKey(), c)));
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(
          place,
          "not the tables of an MLflow that is known here"
              + revision()
              + ": "
              + String.join(", ", problems.subList(0, Math.min(5, problems.size())))
              + (problems.size() > 5 ? " and %d more".formatted(problems.size() - 5) : ""),
          "a database written by MLflow 2.0 to 3.x; an older one is brought up with `mlflow db upgrade`");
    }
  }

  /// @param demanding gets the columns without which a row can't be understood: parts of the
  ///   primary key, and those that must be given
  private void read(DatabaseMetaData meta, String table, Set<String> found, Set<String> demanding)
      throws SQLException {
    String schema = connection.getSchema();
    try (ResultSet all = meta.getColumns(null, schema, table, null)) {
      while (all.next()) {
        String column = all.getString("COLUMN_NAME").toLowerCase(Locale.ROOT);
        found.add(column);
        if ("NO".equals(all.getString("IS_NULLABLE")) && all.getString("COLUMN_DEF") == null) {
          demanding.add(column);
        }
      }
    }
    if (found.isEmpty()) {
      return; // asked for the keys of a table that is not there, SQLite's driver throws
    }
    try (ResultSet keys = meta.getPrimaryKeys(null, schema, table)) {
      while (keys.next()) {
        demanding.add(keys.getString("COLUMN_NAME").toLowerCase(Locale.ROOT));
      }
    }
  }

  private String revision() {
    try {
      List<String> revisions =
          rows("SELECT version_num FROM alembic_version", row -> row.getString(1));
      return " (revision %s)".formatted(String.join(", ", revisions));
    } catch (SQLException e) {
      return "";
    }
  }

  boolean has(String table) {
    return columns.containsKey(table);
  }

  boolean has(String table, String column) {
    return columns.getOrDefault(table, Set.of()).contains(column);
  }

  String place() {
    return place;
  }

  /// Reads one row.
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /// Takes one row.
  interface Visitor {
    void visit(ResultSet row) throws SQLException;
  }

  <T> List<T> rows(String sql, Reader<T> reader, Object... values) throws SQLException {
    List<T> rows = new ArrayList<>();
    visit(sql, row -> rows.add(reader.read(row)), values);
    return rows;
  }

  void visit(String sql, Visitor visitor, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(FETCH);
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          visitor.visit(rows);
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException _) {
      // nothing was written
    }
  }
}
