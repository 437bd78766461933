package dev.gnomon.server.pages;

import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads registered models out of the registry and tracking, which both may know one.
///
/// @param tracking as far as the caller may see it
record ModelReader(Tracking tracking, Registry registry) {
  private static final int MOST_VERSIONS = 100;

  /// @param before only versions with smaller numbers; 0 for the newest
  Optional<ModelView> model(String name, int before) {
    List<ModelVersion> own = registry.versions(name);
    Optional<RegisteredModel> registered = registered(name);
    if (own.isEmpty() && registered.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<String, Integer> aliases = new TreeMap<>();
    registered.ifPresent(model -> aliases.putAll(model.aliases()));
    if (!own.isEmpty()) {
      registry.aliases(name).forEach((alias, version) -> aliases.put(alias, version.version()));
    }
    Map<Integer, ModelVersion> ownBy = new TreeMap<>();
    own.forEach(version -> ownBy.put(version.version(), version));
    Map<Integer, RegisteredVersion> registeredBy =
        registered.isPresent() ? versions(name) : Map.of();
    TreeMap<Integer, ModelView.Version> all = new TreeMap<>();
    ownBy
        .keySet()
        .forEach(number -> all.put(number, version(number, ownBy, registeredBy, aliases)));
    registeredBy
        .keySet()
        .forEach(number -> all.put(number, version(number, ownBy, registeredBy, aliases)));
    List<ModelView.Version> shown =
        (before > 0 ? all.headMap(before, false) : all)
            .descendingMap().values().stream().limit(MOST_VERSIONS).toList();
    return Optional.of(
        new ModelView(
            name,
            !own.isEmpty(),
            registered.map(RegisteredModel::description).orElse(""),
            registered.map(RegisteredModel::tags).orElse(Map.of()),
            aliases,
            shown,
            all.size()));
  }

  private static ModelView.Version version(
      int number,
      Map<Integer, ModelVersion> own,
      Map<Integer, RegisteredVersion> registered,
      SortedMap<String, Integer> aliases) {
    return ModelView.Version.of(
        number,
        Optional.ofNullable(own.get(number)),
        Optional.ofNullable(registered.get(number)),
        aliases);
  }

  /// A version with the model it is one of.
  ///
  /// @param text of the number, as it came in an address
  Optional<ModelView.Version> version(ModelView model, String text) {
    // At most nine digits: always an int.
    if (!text.matches("[1-9][0-9]{0,8}")) {
      return Optional.empty();
    }
    int number = Integer.parseInt(text);
    return model
        .version(number)
        .or(() -> {
          Optional<ModelVersion> own = registry.version(model.name(), number);
          Optional<RegisteredVersion> registered = registered(model.name(), number);
          return own.isEmpty() && registered.isEmpty()
              ? Optional.empty()
              : Optional.of(ModelView.Version.of(number, own, registered, model.aliases()));
        });
  }

  private Optional<RegisteredModel> registered(String name) {
    try {
      return Optional.of(tracking.model(name));
    } catch (TrackingError e) {
      ControlPages.orAway(e);
      return Optional.empty();
    }
  }

  private Optional<RegisteredVersion> registered(String name, int number) {
    try {
      return Optional.of(tracking.version(name, number));
    } catch (TrackingError e) {
      ControlPages.orAway(e);
      return Optional.empty();
    }
  }

  private Map<Integer, RegisteredVersion> versions(String name) {
    Map<Integer, RegisteredVersion> out = new TreeMap<>();
    Optional<String> quoted = quoted(name);
    if (quoted.isPresent()) {
      Search search =
          new Search(
              "name = " + quoted.get(),
              List.of("version_number DESC"),
              View.ACTIVE_ONLY,
              MOST_VERSIONS,
              null);
      tracking.searchVersions(search).items().forEach(one -> out.put(one.version(), one));
    }
    return out;
  }

  /// As a text of the grammar; empty if it can't be one.
  private static Optional<String> quoted(String text) {
    return text.indexOf('\'') < 0
        ? Optional.of("'" + text + "'")
        : text.indexOf('"') < 0 ? Optional.of("\"" + text + "\"") : Optional.empty();
  }

  /// Names of use cases that a page of tracking's models does not have.
  List<String> others(List<RegisteredModel> known) {
    List<String> names = new ArrayList<>(registry.useCases());
    known.forEach(model -> names.remove(model.name()));
    return names;
  }
}
