package dev.gnomon.tracking.search;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking.DatasetKey;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the fields of a search are in the records of tracking: none, one, or (of data sets and of
/// metrics of logged models) several values. The first is what is sorted by.
///
/// @param <T> the records
@FunctionalInterface
public interface Values<T> {
  /// @param query the field is of, for the data sets it may be restricted to
  List<Value> of(T item, Field field, Query query);

  /// The tag that says what a run used a data set for.
  String CONTEXT_TAG = "mlflow.data.context";

  /// Of several measurements of one metric, the one to sort by comes first.
  Comparator<Metric> NEWEST_FIRST =
      Comparator.comparingLong(Metric::timestamp)
          .thenComparingLong(Metric::step)
          .thenComparingDouble(Metric::value)
          .reversed();

  Values<Run> RUNS =
      (run, field, _) ->
          switch (field) {
            case Field.Attribute a -> runAttribute(run.info(), a.name());
            case Field.Metric m ->
                run.metrics().stream()
                    .filter(x -> x.key().equals(m.key()))
                    .map(x -> number(x.value()))
                    .toList();
            case Field.Param p -> text(run.params().get(p.key()));
            case Field.Tag t -> text(run.tags().get(t.key()));
            case Field.Dataset d ->
                run.datasets().stream().flatMap(x -> part(x, d.part()).stream()).toList();
          };

  Values<Study> STUDIES =
      (study, field, _) ->
          field instanceof Field.Attribute a
              ? switch (a.name()) {
                case "name" -> text(study.name());
                case "creation_time" -> List.of(number(study.created()));
                case "last_update_time" -> List.of(number(study.updated()));
                case "experiment_id" -> List.of(number(Long.parseLong(study.id())));
                default -> throw unknown(field);
              }
              : tag(study.tags(), field);

  Values<RegisteredModel> MODELS =
      (model, field, _) ->
          field instanceof Field.Attribute a
              ? switch (a.name()) {
                case "name" -> text(model.name());
                case "creation_timestamp" -> List.of(number(model.created()));
                case "last_updated_timestamp" -> List.of(number(model.updated()));
                default -> throw unknown(field);
              }
              : tag(model.tags(), field);

  Values<RegisteredVersion> VERSIONS =
      (version, field, _) ->
          field instanceof Field.Attribute a
              ? switch (a.name()) {
                case "name" -> text(version.model());
                case "run_id" -> text(version.runId());
                case "source_path" -> text(version.source());
                case "version_number" -> List.of(number(version.version()));
                case "creation_timestamp" -> List.of(number(version.created()));
                case "last_updated_timestamp" -> List.of(number(version.updated()));
                default -> throw unknown(field);
              }
              : tag(version.tags(), field);

  Values<LoggedModel> LOGGED_MODELS =
      (model, field, query) ->
          switch (field) {
            case Field.Attribute a -> loggedAttribute(model, a.name());
            case Field.Metric m ->
                model.metrics().stream()
                    .filter(x -> x.key().equals(m.key()))
                    .filter(x -> m.on() == null || measuredOn(x, m.on()))
                    .filter(x -> measuredOn(x, query))
                    .sorted(NEWEST_FIRST)
                    .map(x -> number(x.value()))
                    .toList();
            case Field.Param p -> text(model.params().get(p.key()));
            case Field.Tag _, Field.Dataset _ -> tag(model.tags(), field);
          };

  /// Whether a measurement counts in a search.
  static boolean measuredOn(Metric metric, Query query) {
    return query.measuredOn().isEmpty()
        || query.measuredOn().stream().anyMatch(d -> measuredOn(metric, d));
  }

  private static boolean measuredOn(Metric metric, DatasetKey on) {
    return on.name().equals(metric.datasetName())
        && (on.digest() == null
            || on.digest().equals(Objects.requireNonNullElse(metric.datasetDigest(), "")));
  }

  private static List<Value> runAttribute(RunInfo info, String name) {
    return switch (name) {
      case "run_id" -> text(info.id());
      case "run_name" -> text(info.name());
      case "status" -> text(info.status().name());
      case "artifact_uri" -> text(info.artifactUri());
      case "user_id" -> text(info.user());
      case "start_time" -> List.of(number(info.start()));
      case "end_time" ->
          Optional.ofNullable(info.end()).map(end -> List.of(number(end))).orElse(List.of());
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<Value> loggedAttribute(LoggedModel model, String name) {
    return switch (name) {
      case "name" -> text(model.name());
      case "model_id" -> text(model.id());
      case "model_type" -> text(model.modelType());
      case "status" -> text(model.status());
      case "source_run_id" -> text(model.sourceRunId());
      case "creation_timestamp" -> List.of(number(model.created()));
      case "last_updated_timestamp" -> List.of(number(model.updated()));
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static List<Value> part(Dataset.Input input, Field.Part part) {
    return switch (part) {
      case NAME -> text(input.dataset().name());
      case DIGEST -> text(input.dataset().digest());
      case CONTEXT -> text(input.tags().get(CONTEXT_TAG));
    };
  }

  private static List<Value> tag(Map<String, String> tags, Field field) {
    if (field instanceof Field.Tag(String key)) {
      return text(tags.get(key));
    }
    throw unknown(field);
  }

  private static List<Value> text(@Nullable String value) {
    return value == null ? List.of() : List.of(new Value.Text(value));
  }

  private static Value number(long value) {
    return number((double) value);
  }

  private static Value number(double value) {
    return new Value.Numeric(value);
  }

  private static IllegalArgumentException unknown(Field field) {
    return new IllegalArgumentException("no such field: " + field);
  }
}
