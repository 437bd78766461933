package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a batch may hold.
final class BatchRules {
  private static final int MOST_METRICS = 1_000;
  private static final int MOST_PARAMS = 100;
  private static final int MOST_TAGS = 100;
  private static final int MOST_IN_ALL = 1_000;
  private static final int DATASET_NAME = 500;
  private static final int DIGEST = 36;

  private BatchRules() {}

  static void check(Batch batch) {
    size("metrics", batch.metrics().size(), MOST_METRICS);
    size("params", batch.params().size(), MOST_PARAMS);
    size("tags", batch.tags().size(), MOST_TAGS);
    size(
        "metrics, params, and tags",
        batch.metrics().size() + batch.params().size() + batch.tags().size(),
        MOST_IN_ALL);
    for (int i = 0; i < batch.metrics().size(); i++) {
      metric("metrics[%d].".formatted(i), batch.metrics().get(i));
    }
    params(batch.params());
    for (int i = 0; i < batch.tags().size(); i++) {
      Checks.tag("tags[%d].".formatted(i), batch.tags().get(i), Checks.RUN_TAG_VALUE);
    }
  }

  private static void size(String kind, int found, int most) {
    if (found > most) {
      throw TrackingError.invalid(
          ("A batch logging request can contain at most %d %s. Got %d %s. Please split up %s across"
                  + " multiple requests and try again.")
              .formatted(most, kind, found, kind, kind));
    }
  }

  private static void metric(String field, Metric metric) {
    Checks.key(field + "key", metric.key());
    if (metric.timestamp() < 0) {
      throw Checks.invalid(
          field + "timestamp", metric.timestamp(), "Must be an integer of at least 0.");
    }
    Checks.optional(field + "dataset_name", metric.datasetName(), DATASET_NAME);
    Checks.optional(field + "dataset_digest", metric.datasetDigest(), DIGEST);
  }

  /// Of a run or of a logged model.
  static void params(List<Tag> params) {
    Set<String> seen = new HashSet<>();
    List<String> twice = new ArrayList<>();
    for (int i = 0; i < params.size(); i++) {
      Tag param = params.get(i);
      Checks.tag("params[%d].".formatted(i), param, Checks.PARAM_VALUE);
      if (!seen.add(param.key())) {
        twice.add("'" + param.key() + "'");
      }
    }
    if (!twice.isEmpty()) {
      throw TrackingError.invalid(
          "Duplicate parameter keys have been submitted: [%s]. Please ensure the request contains only"
                  .formatted(String.join(", ", twice))
              + " one param value per param key.");
    }
  }

  /// Infinities become the greatest numbers, as MLflow's server keeps them. Minus zero becomes
  /// zero: not every database can tell them apart.
  static List<Metric> stored(List<Metric> metrics) {
    return metrics.stream()
        .map(m ->
            new Metric(
                m.key(),
                Double.isNaN(m.value())
                    ? Double.NaN
                    : Math.clamp(m.value(), -Double.MAX_VALUE, Double.MAX_VALUE) + 0.0,
                m.timestamp(),
                m.step(),
                emptyIsNone(m.modelId()),
                emptyIsNone(m.datasetName()),
                emptyIsNone(m.datasetDigest())))
        .toList();
  }

  private static @Nullable String emptyIsNone(@Nullable String text) {
    return text == null || text.isEmpty() ? null : text;
  }

  /// The last one of each key.
  static Collection<Tag> last(List<Tag> tags) {
    Map<String, Tag> last = new LinkedHashMap<>();
    tags.forEach(tag -> last.put(tag.key(), tag));
    return last.values();
  }
}
