package dev.gnomon.tracking.search;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What can be searched, with the names that its filters and orders know.
@SuppressWarnings("ImmutableEnumChecker") // List.of does not change
public enum Searched {
  RUNS(
      List.of(
          text("run_id", true, "Run ID"),
          text("run_name", false, "run name", "Run name", "Run Name"),
          text("status", false),
          text("artifact_uri", false),
          text("user_id", false),
          number("start_time", "created", "Created"),
          number("end_time")),
      List.of(Prefix.METRIC, Prefix.PARAM, Prefix.TAG, Prefix.ATTRIBUTE, Prefix.DATASET),
      List.of(descending("start_time", true), ascending("run_id", false)),
      List.of(descending("start_time", true), ascending("run_id", false))),
  STUDIES(
      List.of(
          text("name", false),
          number("creation_time"),
          number("last_update_time"),
          orderOnly("experiment_id")),
      List.of(Prefix.TAG, Prefix.ATTRIBUTE),
      List.of(descending("creation_time", true), descending("experiment_id", true)),
      List.of(descending("experiment_id", true))),
  MODELS(
      List.of(
          text("name", false),
          orderOnly("creation_timestamp"),
          orderOnly("last_updated_timestamp", "timestamp")),
      List.of(Prefix.TAG, Prefix.ATTRIBUTE),
      List.of(ascending("name", false)),
      List.of(ascending("name", false))),
  VERSIONS(
      List.of(
          text("name", false),
          text("run_id", true),
          text("source_path", false),
          number("version_number"),
          orderOnly("creation_timestamp"),
          orderOnly("last_updated_timestamp")),
      List.of(Prefix.TAG, Prefix.ATTRIBUTE),
      List.of(
          descending("last_updated_timestamp", true),
          ascending("name", false),
          descending("version_number", true)),
      List.of(ascending("name", false), descending("version_number", true))),
  LOGGED_MODELS(
      List.of(
          text("name", true),
          text("model_id", true),
          text("model_type", true),
          text("status", true),
          text("source_run_id", true),
          number("creation_timestamp", "creation_time", "creation_timestamp_ms"),
          number("last_updated_timestamp", "last_updated_time", "last_updated_timestamp_ms")),
      List.of(Prefix.METRIC, Prefix.PARAM, Prefix.TAG, Prefix.ATTRIBUTE),
      List.of(descending("creation_timestamp", true), ascending("model_id", false)),
      List.of(descending("creation_timestamp", true), ascending("model_id", false)));

  /// What stands before the dot, in every spelling; the first is the one that errors name.
  @SuppressWarnings("ImmutableEnumChecker") // List.of does not change
  enum Prefix {
    METRIC("metrics", "metric"),
    PARAM("params", "param", "parameter", "parameters"),
    TAG("tags", "tag"),
    ATTRIBUTE("attributes", "attribute", "attr", "run"),
    DATASET("datasets", "dataset");

    final String name;
    private final List<String> words;

    Prefix(String... words) {
      this.name = words[0];
      this.words = List.of(words);
    }
  }

  /// A fixed property.
  ///
  /// @param lists whether `IN` is allowed
  /// @param filter whether it may stand in filters; in orders all may
  record Property(
      String name, boolean number, boolean lists, boolean filter, List<String> aliases) {
    Field.Attribute field() {
      return new Field.Attribute(name, number);
    }
  }

  private final List<Property> properties;
  private final List<Prefix> prefixes;
  private final List<Order> standard;
  private final List<Order> ties;

  Searched(
      List<Property> properties, List<Prefix> prefixes, List<Order> standard, List<Order> ties) {
    this.properties = properties;
    this.prefixes = prefixes;
    this.standard = standard;
    this.ties = ties;
  }

  List<Property> properties() {
    return properties;
  }

  List<Prefix> prefixes() {
    return prefixes;
  }

  /// The order if none is asked for.
  List<Order> standard() {
    return standard;
  }

  /// What is appended to an order.
  List<Order> ties() {
    return ties;
  }

  Optional<Prefix> prefix(String word) {
    return prefixes.stream().filter(p -> p.words.contains(word)).findFirst();
  }

  Optional<Property> property(String word) {
    return properties.stream()
        .filter(p -> p.name().equals(word) || p.aliases().contains(word))
        .findFirst();
  }

  private static final Map<String, String> STATUS_WORDS =
      Map.of(
          "PENDING", "LOGGED_MODEL_PENDING",
          "READY", "LOGGED_MODEL_READY",
          "FAILED", "LOGGED_MODEL_UPLOAD_FAILED",
          "UPLOAD_FAILED", "LOGGED_MODEL_UPLOAD_FAILED");

  /// The stored form of a text to compare an attribute with: of a logged model's status, clients
  /// write the short one.
  String stored(String attribute, String value) {
    return this == LOGGED_MODELS && attribute.equals("status")
        ? STATUS_WORDS.getOrDefault(value, value)
        : value;
  }

  private static Property text(String name, boolean lists, String... aliases) {
    return new Property(name, false, lists, true, List.of(aliases));
  }

  private static Property number(String name, String... aliases) {
    return new Property(name, true, false, true, List.of(aliases));
  }

  private static Property orderOnly(String name, String... aliases) {
    return new Property(name, true, false, false, List.of(aliases));
  }

  private static Order ascending(String name, boolean number) {
    return new Order(new Field.Attribute(name, number), true);
  }

  private static Order descending(String name, boolean number) {
    return new Order(new Field.Attribute(name, number), false);
  }
}
