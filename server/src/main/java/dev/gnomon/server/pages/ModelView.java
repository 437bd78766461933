package dev.gnomon.server.pages;

import dev.gnomon.registry.ModelVersion;
import dev.gnomon.tracking.RegisteredVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the pages show of a registered model: a use case of our own, or one that a client of MLflow
/// registered.
///
/// @param own whether it is a use case, whose versions are bundles
/// @param description Markdown; empty for none
/// @param aliases the version each points at
/// @param versions newest first; the newest of them if there are many
/// @param all how many there are, at least
record ModelView(
    String name,
    boolean own,
    String description,
    Map<String, String> tags,
    SortedMap<String, Integer> aliases,
    List<Version> versions,
    int all) {
  ModelView {
    tags = Map.copyOf(tags);
    versions = List.copyOf(versions);
  }

  Optional<Version> version(int number) {
    return versions.stream().filter(version -> version.number() == number).findFirst();
  }

  /// A version.
  ///
  /// @param own what the registry knows; empty for one of a client of MLflow
  /// @param registered what tracking knows
  /// @param summary what was written down of it when it was registered; an empty object if nothing
  record Version(
      int number,
      Optional<ModelVersion> own,
      Optional<RegisteredVersion> registered,
      JsonNode summary,
      List<String> aliases) {
    static Version of(
        int number,
        Optional<ModelVersion> own,
        Optional<RegisteredVersion> registered,
        SortedMap<String, Integer> aliases) {
      return new Version(
          number,
          own,
          registered,
          own.map(version -> json(version.summaryJson())).orElseGet(() -> json("{}")),
          aliases.entrySet().stream()
              .filter(alias -> alias.getValue() == number)
              .map(Map.Entry::getKey)
              .toList());
    }

    private static JsonNode json(String text) {
      try {
        return JsonMapper.shared().readTree(text);
      } catch (JacksonException _) {
        return JsonMapper.shared().createObjectNode();
      }
    }

    Instant created() {
      return own.map(ModelVersion::createdAt)
          .or(() -> registered.map(version -> Instant.ofEpochMilli(version.created())))
          .orElse(Instant.EPOCH);
    }

    /// The run it was made by; empty if it is not said.
    Optional<String> run() {
      String ours = summary.path("lineage").path("run").asString("");
      return ours.isEmpty()
          ? registered.map(RegisteredVersion::runId).filter(id -> !id.isEmpty())
          : Optional.of(ours);
    }

    /// Gates by whether they said yes; empty for versions without any.
    List<Gate> gates() {
      List<Gate> gates = new ArrayList<>();
      for (JsonNode gate : summary.path("gates")) {
        JsonNode value = gate.path("value");
        gates.add(
            new Gate(
                gate.path("name").asString(""),
                gate.path("passed").asBoolean(false),
                value.isObject()
                    ? value.path("estimate").asDouble(Double.NaN)
                    : value.asDouble(Double.NaN),
                gate.path("bound").asDouble(Double.NaN),
                gate.path("text").asString("")));
      }
      return gates;
    }

    /// As written down at registration; of versions of clients they are with their run.
    SortedMap<String, Double> metrics() {
      SortedMap<String, Double> metrics = new TreeMap<>();
      summary
          .path("metrics")
          .forEachEntry((name, value) -> {
            if (value.isNumber()) {
              metrics.put(name, value.doubleValue());
            }
          });
      return metrics;
    }

    /// A text of its lineage; empty if it is not there.
    String lineage(String key) {
      return summary.path("lineage").path(key).asString("");
    }
  }

  /// @param value NaN if it is not known; likewise the bound
  /// @param text what was measured, for people
  record Gate(String name, boolean passed, double value, double bound, String text) {}
}
