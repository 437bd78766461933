package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Study;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tables of tracking, filled with given records row by row: no code of the store in between.
final class SearchedStore implements AutoCloseable {
  final Connection connection;
  final SearchDialect dialect;
  private final Map<String, Long> names = new HashMap<>();

  SearchedStore(Connection connection, SearchDialect dialect) throws SQLException {
    this.connection = connection;
    this.dialect = dialect;
    for (String version : List.of("V1__tracking", "V2__heads")) {
      execute(script(dialect == SearchDialect.SQLITE ? "sqlite" : "postgres", version));
    }
    connection.setAutoCommit(false);
  }

  static SearchedStore sqlite(String file) throws SQLException {
    return new SearchedStore(
        DriverManager.getConnection("jdbc:sqlite:" + file), SearchDialect.SQLITE);
  }

  private static String script(String folder, String version) {
    String name = "/dev/gnomon/engines/tracking/" + folder + "/" + version + ".sql";
    try (InputStream in = SearchedStore.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  void clear() throws SQLException {
    names.clear();
    for (String table :
        List.of(
            "logged_model_metric",
            "logged_model_param",
            "logged_model_tag",
            "logged_model",
            "alias",
            "version_tag",
            "version",
            "model_tag",
            "model",
            "run_output",
            "run_model",
            "run_input_tag",
            "run_input",
            "dataset",
            "run_tag",
            "param",
            "latest",
            "metric",
            "name",
            "run",
            "study_tag",
            "study")) {
      execute("DELETE FROM " + table);
    }
  }

  void update(String sql, @Nullable Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  long name(String key) throws SQLException {
    Long id = names.get(key);
    if (id == null) {
      id = names.size() + 1L;
      names.put(key, id);
      update("INSERT INTO name (id, text) VALUES (?, ?)", id, key);
    }
    return id;
  }

  void add(Study study) throws SQLException {
    long id = Long.parseLong(study.id());
    update(
        "INSERT INTO study (id, name, location, deleted, created, updated) VALUES (?, ?, ?, ?, ?, ?)",
        id,
        study.name(),
        study.artifactLocation(),
        study.deleted() ? 1 : 0,
        study.created(),
        study.updated());
    tags("study_tag (study", id, study.tags());
  }

  private void tags(String into, long owner, Map<String, String> tags) throws SQLException {
    for (var tag : tags.entrySet()) {
      update(
          "INSERT INTO " + into + ", name, value) VALUES (?, ?, ?)",
          owner,
          tag.getKey(),
          tag.getValue());
    }
  }

  void add(long row, Run run) throws SQLException {
    var info = run.info();
    long study = Long.parseLong(info.studyId());
    update(
        "INSERT INTO run (id, uuid, study, name, user_name, status, started, ended, uri, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, "
            + (info.end() == null ? "NULL" : info.end())
            + ", ?, ?)",
        row,
        info.id(),
        study,
        info.name(),
        info.user(),
        info.status().name(),
        info.start(),
        info.artifactUri(),
        info.deleted() ? 1 : 0);
    for (Metric metric : run.metrics()) {
      update(
          "INSERT INTO latest (run, name, study, value, at, step) VALUES (?, ?, ?, "
              + (Double.isNaN(metric.value()) ? "NULL" : metric.value() + 0.0)
              + ", ?, ?)",
          row,
          name(metric.key()),
          study,
          metric.timestamp(),
          metric.step());
    }
    for (var param : run.params().entrySet()) {
      update(
          "INSERT INTO param (run, name, study, value) VALUES (?, ?, ?, ?)",
          row,
          name(param.getKey()),
          study,
          param.getValue());
    }
    for (var tag : run.tags().entrySet()) {
      update(
          "INSERT INTO run_tag (run, name, study, value) VALUES (?, ?, ?, ?)",
          row,
          name(tag.getKey()),
          study,
          tag.getValue());
    }
    for (Dataset.Input input : run.datasets()) {
      Dataset dataset = input.dataset();
      update(
          "INSERT INTO dataset (study, name, digest, source_type, source) VALUES (?, ?, ?, '', '') ON CONFLICT DO NOTHING",
          study,
          dataset.name(),
          dataset.digest());
      long id =
          number(
              "SELECT id FROM dataset WHERE study = ? AND name = ? AND digest = ?",
              study,
              dataset.name(),
              dataset.digest());
      update("INSERT INTO run_input (run, dataset) VALUES (?, ?)", row, id);
      for (var tag : input.tags().entrySet()) {
        update(
            "INSERT INTO run_input_tag (run, dataset, name, value) VALUES (?, ?, ?, ?)",
            row,
            id,
            tag.getKey(),
            tag.getValue());
      }
    }
  }

  long number(String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        return found.getLong(1);
      }
    }
  }

  void add(long row, RegisteredModel model) throws SQLException {
    update(
        "INSERT INTO model (id, name, created, updated, user_name, description, next_version) VALUES (?, ?, ?, ?, '', '', 1)",
        row,
        model.name(),
        model.created(),
        model.updated());
    tags("model_tag (model", row, model.tags());
  }

  void add(long row, RegisteredVersion version) throws SQLException {
    long model = number("SELECT id FROM model WHERE name = ?", version.model());
    update(
        "INSERT INTO version (id, model, number, created, updated, user_name, stage, description, source, storage, run, status, status_message) VALUES (?, ?, ?, ?, ?, '', 'NONE', '', ?, '', "
            + (version.runId() == null ? "NULL" : "'" + version.runId() + "'")
            + ", 'READY', '')",
        row,
        model,
        version.version(),
        version.created(),
        version.updated(),
        version.source());
    tags("version_tag (version", row, version.tags());
  }

  void add(long row, LoggedModel model) throws SQLException {
    update(
        "INSERT INTO logged_model (id, uuid, study, name, created, updated, uri, status, kind, deleted) VALUES (?, ?, ?, ?, ?, ?, '', ?, "
            + (model.modelType() == null ? "NULL" : "'" + model.modelType() + "'")
            + ", 0)",
        row,
        model.id(),
        Long.parseLong(model.studyId()),
        model.name(),
        model.created(),
        model.updated(),
        model.status());
    tags("logged_model_tag (model", row, model.tags());
    tags("logged_model_param (model", row, model.params());
    for (Metric m : model.metrics()) {
      boolean nan = Double.isNaN(m.value());
      update(
          "INSERT INTO logged_model_metric (model, name, dataset, digest, step, at, nan, value, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'r')",
          row,
          name(m.key()),
          m.datasetName() == null ? "" : m.datasetName(),
          m.datasetDigest() == null ? "" : m.datasetDigest(),
          m.step(),
          m.timestamp(),
          nan ? 1 : 0,
          nan ? 0.0 : m.value() + 0.0);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
