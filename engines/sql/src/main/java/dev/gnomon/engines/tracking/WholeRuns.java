package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.spi.RunRows.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Reads all data of many runs in a few statements.
final class WholeRuns {
  /// Statements stay short, and what a database plans for them stays the same.
  private static final int AT_ONCE = 500;

  private final Session session;

  WholeRuns(Session session) {
    this.session = session;
  }

  private static final class Data {
    private final TreeMap<String, Metric> metrics = new TreeMap<>();
    private final TreeMap<String, String> params = new TreeMap<>();
    private final TreeMap<String, String> tags = new TreeMap<>();
    private final Map<Long, Dataset> datasets = new LinkedHashMap<>();
    private final Map<Long, Map<String, String>> datasetTags = new HashMap<>();
    private final List<String> models = new ArrayList<>();
    private final List<Run.Output> outputs = new ArrayList<>();

    private Run run(Stored stored) {
      List<Dataset.Input> inputs = new ArrayList<>();
      datasets.forEach((row, dataset) ->
          inputs.add(new Dataset.Input(dataset, datasetTags.getOrDefault(row, new TreeMap<>()))));
      return new Run(
          stored.info(), List.copyOf(metrics.values()), params, tags, inputs, models, outputs);
    }
  }

  List<Run> of(List<Stored> runs) {
    List<Run> whole = new ArrayList<>(runs.size());
    for (int i = 0; i < runs.size(); i += AT_ONCE) {
      whole.addAll(some(runs.subList(i, Math.min(i + AT_ONCE, runs.size()))));
    }
    return whole;
  }

  private List<Run> some(List<Stored> runs) {
    Map<Long, Data> data = new HashMap<>();
    runs.forEach(run -> data.put(run.row(), new Data()));
    String in = Session.in(runs.stream().map(Stored::row).toList());
    NamesOf names = namesOf(in);
    readMetrics(in, names, data);
    texts("param", in, names, data, d -> d.params);
    texts("run_tag", in, names, data, d -> d.tags);
    readInputs(in, data);
    readOutputs(in, data);
    return runs.stream().map(run -> of(data, run.row()).run(run)).toList();
  }

  private static Data of(Map<Long, Data> data, long row) {
    return Objects.requireNonNull(data.get(row));
  }

  private interface NamesOf {
    String of(long id);
  }

  /// Keys are few and known: to join them to each row would take longer than the rows.
  private NamesOf namesOf(String in) {
    List<Long> ids =
        session.query(
            "SELECT name FROM latest WHERE run IN %s UNION SELECT name FROM param WHERE run IN %s UNION SELECT name FROM run_tag WHERE run IN %s"
                .formatted(in, in, in),
            row -> row.getLong(1));
    Map<Long, String> texts = session.names().texts(ids);
    return id -> Objects.requireNonNull(texts.get(id));
  }

  private void readMetrics(String in, NamesOf names, Map<Long, Data> data) {
    session.visit(
        "SELECT run, name, value, at, step, logged_model, dataset, digest FROM latest WHERE run IN "
            + in,
        row -> {
          double value = row.getDouble(3);
          boolean nan = row.wasNull();
          Metric metric =
              new Metric(
                  names.of(row.getLong(2)),
                  nan ? Double.NaN : value,
                  row.getLong(4),
                  row.getLong(5),
                  row.getString(6),
                  row.getString(7),
                  row.getString(8));
          of(data, row.getLong(1)).metrics.put(metric.key(), metric);
        });
  }

  private interface Texts {
    Map<String, String> of(Data data);
  }

  private void texts(String table, String in, NamesOf names, Map<Long, Data> data, Texts texts) {
    session.visit(
        "SELECT run, name, value FROM %s WHERE run IN %s".formatted(table, in),
        row -> texts.of(of(data, row.getLong(1))).put(names.of(row.getLong(2)), row.getString(3)));
  }

  private void readInputs(String in, Map<Long, Data> data) {
    session.visit(
        "SELECT i.run, d.id, d.name, d.digest, d.source_type, d.source, d.schema, d.profile"
            + " FROM run_input i JOIN dataset d ON d.id = i.dataset WHERE i.run IN "
            + in
            + " ORDER BY i.run, d.id",
        row ->
            of(data, row.getLong(1))
                .datasets
                .put(
                    row.getLong(2),
                    new Dataset(
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7),
                        row.getString(8))));
    session.visit(
        "SELECT run, dataset, name, value FROM run_input_tag WHERE run IN " + in,
        row ->
            of(data, row.getLong(1))
                .datasetTags
                .computeIfAbsent(row.getLong(2), _ -> new TreeMap<>())
                .put(row.getString(3), row.getString(4)));
    session.visit(
        "SELECT run, logged_model FROM run_model WHERE run IN "
            + in
            + " ORDER BY run, logged_model",
        row -> of(data, row.getLong(1)).models.add(row.getString(2)));
  }

  private void readOutputs(String in, Map<Long, Data> data) {
    session.visit(
        "SELECT run, logged_model, step FROM run_output WHERE run IN "
            + in
            + " ORDER BY run, step, logged_model",
        row ->
            of(data, row.getLong(1)).outputs.add(new Run.Output(row.getString(2), row.getLong(3))));
  }
}
