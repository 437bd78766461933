package dev.gnomon.server.mlflow;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.Study;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// The objects of MLflow's interface as JSON. What is not set and empty lists are left out; numbers
/// of 64 bits are numbers; NaN and infinities are texts.
final class Wire {
  private Wire() {}

  static <T> void page(
      JsonGenerator json, String name, Page<T> page, BiConsumer<JsonGenerator, T> one) {
    list(json, name, page.items(), one);
    if (page.next() != null) {
      json.writeStringProperty("next_page_token", page.next());
    }
  }

  static <T> void list(
      JsonGenerator json, String name, Collection<T> items, BiConsumer<JsonGenerator, T> one) {
    if (!items.isEmpty()) {
      json.writeArrayPropertyStart(name);
      for (T item : items) {
        one.accept(json, item);
      }
      json.writeEndArray();
    }
  }

  static void study(JsonGenerator json, Study study) {
    json.writeStartObject();
    json.writeStringProperty("experiment_id", study.id());
    json.writeStringProperty("name", study.name());
    json.writeStringProperty("artifact_location", study.artifactLocation());
    json.writeStringProperty("lifecycle_stage", lifeCycle(study.deleted()));
    json.writeNumberProperty("creation_time", study.created());
    json.writeNumberProperty("last_update_time", study.updated());
    pairs(json, "tags", study.tags());
    json.writeEndObject();
  }

  static void run(JsonGenerator json, Run run) {
    json.writeStartObject();
    json.writeName("info");
    info(json, run.info());
    json.writeObjectPropertyStart("data");
    list(json, "metrics", run.metrics(), (to, metric) -> metric(to, metric, null));
    pairs(json, "params", run.params());
    pairs(json, "tags", run.tags());
    json.writeEndObject();
    json.writeObjectPropertyStart("inputs");
    list(json, "dataset_inputs", run.datasets(), Wire::input);
    list(json, "model_inputs", run.models(), Wire::modelInput);
    json.writeEndObject();
    if (!run.outputs().isEmpty()) {
      json.writeObjectPropertyStart("outputs");
      list(json, "model_outputs", run.outputs(), Wire::output);
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  static void info(JsonGenerator json, RunInfo info) {
    json.writeStartObject();
    json.writeStringProperty("run_id", info.id());
    json.writeStringProperty("run_uuid", info.id());
    json.writeStringProperty("run_name", info.name());
    json.writeStringProperty("experiment_id", info.studyId());
    json.writeStringProperty("user_id", info.user());
    json.writeStringProperty("status", info.status().name());
    json.writeNumberProperty("start_time", info.start());
    if (info.end() != null) {
      json.writeNumberProperty("end_time", info.end());
    }
    json.writeStringProperty("artifact_uri", info.artifactUri());
    json.writeStringProperty("lifecycle_stage", lifeCycle(info.deleted()));
    json.writeEndObject();
  }

  static void metric(JsonGenerator json, Metric metric, @Nullable String run) {
    json.writeStartObject();
    json.writeStringProperty("key", metric.key());
    number(json, "value", metric.value());
    json.writeNumberProperty("timestamp", metric.timestamp());
    json.writeNumberProperty("step", metric.step());
    text(json, "model_id", metric.modelId());
    text(json, "dataset_name", metric.datasetName());
    text(json, "dataset_digest", metric.datasetDigest());
    text(json, "run_id", run);
    json.writeEndObject();
  }

  private static void input(JsonGenerator json, Dataset.Input input) {
    json.writeStartObject();
    pairs(json, "tags", input.tags());
    Dataset dataset = input.dataset();
    json.writeObjectPropertyStart("dataset");
    json.writeStringProperty("name", dataset.name());
    json.writeStringProperty("digest", dataset.digest());
    json.writeStringProperty("source_type", dataset.sourceType());
    json.writeStringProperty("source", dataset.source());
    text(json, "schema", dataset.schema());
    text(json, "profile", dataset.profile());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void modelInput(JsonGenerator json, String model) {
    json.writeStartObject();
    json.writeStringProperty("model_id", model);
    json.writeEndObject();
  }

  private static void output(JsonGenerator json, Run.Output output) {
    json.writeStartObject();
    json.writeStringProperty("model_id", output.modelId());
    json.writeNumberProperty("step", output.step());
    json.writeEndObject();
  }

  static void datasets(JsonGenerator json, Collection<Dataset.Summary> all) {
    list(
        json,
        "dataset_summaries",
        all,
        (to, one) -> {
          to.writeStartObject();
          to.writeStringProperty("experiment_id", one.studyId());
          to.writeStringProperty("name", one.name());
          to.writeStringProperty("digest", one.digest());
          text(to, "context", one.context());
          to.writeEndObject();
        });
  }

  static void model(JsonGenerator json, RegisteredModel model) {
    json.writeStartObject();
    json.writeStringProperty("name", model.name());
    json.writeNumberProperty("creation_timestamp", model.created());
    json.writeNumberProperty("last_updated_timestamp", model.updated());
    json.writeStringProperty("user_id", model.user());
    json.writeStringProperty("description", model.description());
    list(json, "latest_versions", model.latest(), Wire::version);
    pairs(json, "tags", model.tags());
    list(
        json,
        "aliases",
        model.aliases().entrySet(),
        (to, alias) -> {
          to.writeStartObject();
          to.writeStringProperty("alias", alias.getKey());
          to.writeStringProperty("version", Integer.toString(alias.getValue()));
          to.writeEndObject();
        });
    json.writeEndObject();
  }

  static void version(JsonGenerator json, RegisteredVersion version) {
    json.writeStartObject();
    versionFields(json, version);
    json.writeEndObject();
  }

  static void versionFields(JsonGenerator json, RegisteredVersion version) {
    json.writeStringProperty("name", version.model());
    json.writeStringProperty("version", Integer.toString(version.version()));
    json.writeNumberProperty("creation_timestamp", version.created());
    json.writeNumberProperty("last_updated_timestamp", version.updated());
    json.writeStringProperty("user_id", version.user());
    json.writeStringProperty("current_stage", version.stage().word());
    json.writeStringProperty("description", version.description());
    json.writeStringProperty("source", version.source());
    text(json, "run_id", version.runId());
    text(json, "run_link", version.runLink());
    json.writeStringProperty("status", version.status());
    json.writeStringProperty("status_message", version.statusMessage());
    pairs(json, "tags", version.tags());
    list(json, "aliases", version.aliases(), JsonGenerator::writeString);
    text(json, "model_id", version.modelId());
  }

  /// What a version tells of the logged model it was made of.
  static void modelFields(JsonGenerator json, LoggedModel model) {
    list(
        json,
        "model_params",
        model.params().entrySet(),
        (to, param) -> {
          to.writeStartObject();
          to.writeStringProperty("name", param.getKey());
          to.writeStringProperty("value", param.getValue());
          to.writeEndObject();
        });
    list(json, "model_metrics", model.metrics(), (to, metric) -> metric(to, metric, null));
  }

  static void loggedModel(JsonGenerator json, LoggedModel model) {
    json.writeStartObject();
    json.writeObjectPropertyStart("info");
    json.writeStringProperty("model_id", model.id());
    json.writeStringProperty("experiment_id", model.studyId());
    json.writeStringProperty("name", model.name());
    json.writeNumberProperty("creation_timestamp_ms", model.created());
    json.writeNumberProperty("last_updated_timestamp_ms", model.updated());
    json.writeStringProperty("artifact_uri", model.artifactUri());
    json.writeStringProperty("status", model.status());
    text(json, "model_type", model.modelType());
    text(json, "source_run_id", model.sourceRunId());
    pairs(json, "tags", model.tags());
    list(
        json,
        "registrations",
        model.registrations(),
        (to, one) -> {
          to.writeStartObject();
          to.writeStringProperty("name", one.model());
          to.writeStringProperty("version", Integer.toString(one.version()));
          to.writeEndObject();
        });
    json.writeEndObject();
    json.writeObjectPropertyStart("data");
    pairs(json, "params", model.params());
    list(json, "metrics", model.metrics(), (to, metric) -> metric(to, metric, null));
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String lifeCycle(boolean deleted) {
    return deleted ? "deleted" : "active";
  }

  private static void text(JsonGenerator json, String name, @Nullable String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
  }

  private static void number(JsonGenerator json, String name, double value) {
    if (Double.isFinite(value)) {
      json.writeNumberProperty(name, value);
    } else {
      json.writeStringProperty(name, Double.toString(value));
    }
  }

  private static void pairs(JsonGenerator json, String name, Map<String, String> pairs) {
    list(
        json,
        name,
        pairs.entrySet(),
        (to, pair) -> {
          to.writeStartObject();
          to.writeStringProperty("key", pair.getKey());
          to.writeStringProperty("value", pair.getValue());
          to.writeEndObject();
        });
  }
}
