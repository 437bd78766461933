package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.spi.DatasetRows;
import dev.gnomon.tracking.spi.RunRows.Stored;
import java.util.List;

/// What runs read and made, in SQL.
final class SqlDatasets implements DatasetRows {
  private static final String CONTEXT = "mlflow.data.context";

  private final Session session;

  SqlDatasets(Session session) {
    this.session = session;
  }

  @Override
  public void addInputs(Stored run, List<Dataset.Input> inputs) {
    for (Dataset.Input input : inputs) {
      long dataset = dataset(run.study(), input.dataset());
      session.update(
          "INSERT INTO run_input (run, dataset) VALUES (?, ?) ON CONFLICT DO NOTHING",
          run.row(),
          dataset);
      input
          .tags()
          .forEach((key, value) ->
              session.update(
                  "INSERT INTO run_input_tag (run, dataset, name, value) VALUES (?, ?, ?, ?)"
                      + " ON CONFLICT (run, dataset, name) DO UPDATE SET value = excluded.value",
                  run.row(),
                  dataset,
                  key,
                  value));
    }
  }

  private long dataset(long study, Dataset d) {
    session.update(
        "INSERT INTO dataset (study, name, digest, source_type, source, schema, profile)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        study,
        d.name(),
        d.digest(),
        d.sourceType(),
        d.source(),
        d.schema(),
        d.profile());
    return session
        .first(
            "SELECT id FROM dataset WHERE study = ? AND name = ? AND digest = ?",
            row -> row.getLong(1),
            study,
            d.name(),
            d.digest())
        .orElseThrow();
  }

  @Override
  public void addModels(Stored run, List<String> models) {
    models.forEach(id ->
        session.update(
            "INSERT INTO run_model (run, logged_model) VALUES (?, ?) ON CONFLICT DO NOTHING",
            run.row(),
            id));
  }

  @Override
  public void addOutputs(Stored run, List<Run.Output> outputs) {
    outputs.forEach(output ->
        session.update(
            "INSERT INTO run_output (run, logged_model, step) VALUES (?, ?, ?)"
                + " ON CONFLICT DO NOTHING",
            run.row(),
            output.modelId(),
            output.step()));
  }

  @Override
  public List<Dataset.Summary> summaries(List<Long> studies, int most) {
    if (studies.isEmpty()) {
      return List.of();
    }
    return session.query(
        "SELECT DISTINCT d.study, d.name, d.digest, t.value FROM dataset d"
            + " JOIN run_input i ON i.dataset = d.id"
            + " JOIN run r ON r.id = i.run AND r.deleted = 0"
            + " LEFT JOIN run_input_tag t"
            + " ON t.run = i.run AND t.dataset = i.dataset AND t.name = ?"
            + " WHERE d.study IN "
            + Session.in(studies)
            + " ORDER BY 1, 2, 3, 4 LIMIT ?",
        row ->
            new Dataset.Summary(
                Long.toString(row.getLong(1)),
                row.getString(2),
                row.getString(3),
                row.getString(4)),
        CONTEXT,
        most);
  }
}
