package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.spi.RunRows.Stored;
import dev.gnomon.tracking.spi.TrackingStore;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The rules of what runs read and made.
final class InputRules {
  private static final String HISTORY = "mlflow.log-model.history";
  private static final int MOST_HISTORY = 1_000_000;
  private static final int MOST_DATASETS = 1_000;
  private static final int NAME = 500;
  private static final int DIGEST = 36;
  private static final int SOURCE = 65_535;
  private static final int SCHEMA = 1_048_575;
  private static final int PROFILE = 16_777_215;
  private static final int TAG_KEY = 255;
  private static final int TAG_VALUE = 500;
  private static final int DEEPEST = 100;

  /// Not deeper than what is read can be written again within another list.
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .build();

  private final TrackingStore store;

  InputRules(TrackingStore store) {
    this.store = store;
  }

  void logInputs(String runId, List<Dataset.Input> datasets, List<String> models) {
    Checks.required("run_id", runId);
    for (int i = 0; i < datasets.size(); i++) {
      check("datasets[%d].".formatted(i), datasets.get(i));
    }
    store.write(rows -> {
      Stored run = RunRules.writable(rows, runId);
      models.forEach(id -> LoggedModelRules.found(rows, id));
      rows.datasets().addInputs(run, datasets);
      rows.datasets().addModels(run, models.stream().distinct().toList());
      return run;
    });
  }

  private static void check(String field, Dataset.Input input) {
    Dataset dataset = input.dataset();
    required(field + "dataset.name", dataset.name(), NAME);
    required(field + "dataset.digest", dataset.digest(), DIGEST);
    required(field + "dataset.source_type", dataset.sourceType(), NAME);
    required(field + "dataset.source", dataset.source(), SOURCE);
    Checks.optional(field + "dataset.schema", dataset.schema(), SCHEMA);
    Checks.optional(field + "dataset.profile", dataset.profile(), PROFILE);
    input
        .tags()
        .forEach((key, value) -> {
          required(field + "tags.key", key, TAG_KEY);
          Checks.text(field + "tags.value", value, TAG_VALUE);
        });
  }

  private static void required(String field, String value, int most) {
    Checks.required(field, value);
    Checks.text(field, value, most);
  }

  void logOutputs(String runId, List<Run.Output> outputs) {
    Checks.required("run_id", runId);
    store.write(rows -> {
      Stored run = RunRules.writable(rows, runId);
      outputs.forEach(output -> LoggedModelRules.found(rows, output.modelId()));
      rows.datasets().addOutputs(run, outputs);
      return run;
    });
  }

  void logModel(String runId, String modelJson) {
    Checks.required("run_id", runId);
    Checks.required("model_json", modelJson);
    JsonNode model = object(modelJson);
    store.write(rows -> {
      Stored run = RunRules.writable(rows, runId);
      ArrayNode history = history(rows.runs().tag(run.row(), HISTORY).orElse("[]"));
      boolean known = history.valueStream().anyMatch(model::equals); // a repeated request
      if (!known) {
        String text = history.add(model).toString();
        Checks.text("model_json", text, MOST_HISTORY);
        rows.runs().setTags(run, List.of(new Tag(HISTORY, text)));
      }
      return run;
    });
  }

  private static JsonNode object(String text) {
    JsonNode node;
    try {
      node = JSON.readTree(text);
    } catch (StreamConstraintsException _) {
      throw TrackingError.invalid(
          "Malformed model info. It goes beyond the limits of JSON, such as %d levels of nesting."
              .formatted(DEEPEST));
    } catch (JacksonException e) {
      throw TrackingError.invalid("Malformed model info. It is not valid JSON.");
    }
    List<String> missing = new ArrayList<>();
    for (String field : List.of("artifact_path", "flavors", "utc_time_created", "run_id")) {
      if (!node.has(field)) {
        missing.add("'" + field + "'");
      }
    }
    if (!missing.isEmpty()) {
      throw TrackingError.invalid(
          "Model json is missing mandatory fields: [%s]".formatted(String.join(", ", missing)));
    }
    return node;
  }

  /// What a client wrote there itself and is no list is replaced.
  private static ArrayNode history(String text) {
    try {
      if (JSON.readTree(text) instanceof ArrayNode array) {
        return array;
      }
    } catch (JacksonException e) {
      // as said
    }
    return JsonNodeFactory.instance.arrayNode();
  }

  List<Dataset.Summary> summaries(List<String> studyIds) {
    List<Long> studies = Searches.studies(studyIds);
    return store.read(rows -> rows.datasets().summaries(studies, MOST_DATASETS));
  }
}
