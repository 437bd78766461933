package dev.gnomon.registry;

import dev.gnomon.core.BadInput;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where registry and tracking keep their rows: a file of the home each, or one Postgres database
/// for all nodes. This is the one place that reads the address.
///
/// @param kind the name of the engine: `sqlite` or `postgres`
/// @param settings `path`, or `url`, `user` and `password`
public record StateAddress(String kind, Map<String, String> settings) {
  /// Names the database, where the command line does not.
  public static final String VARIABLE = "GNOMON_REGISTRY";

  public static final String USER = "GNOMON_REGISTRY_USER";
  public static final String PASSWORD = "GNOMON_REGISTRY_PASSWORD";

  public StateAddress {
    settings = Map.copyOf(settings);
  }

  /// @param address as given on the command line; else [#VARIABLE] counts
  /// @param file of the home, used when neither is there
  /// @throws BadInput for an address of another kind
  public static StateAddress of(
      Optional<String> address, Path file, Map<String, String> environment) {
    String url =
        address.or(() -> Optional.ofNullable(environment.get(VARIABLE))).orElse("").strip();
    if (url.isEmpty()) {
      return new StateAddress("sqlite", Map.of("path", file.toString()));
    }
    if (!url.startsWith("jdbc:postgresql://")) {
      throw new BadInput(
          "registry address",
          "'%s'".formatted(url.replaceAll("://[^/@]*@", "://…@").replaceAll("\\?.*", "?…")),
          "jdbc:postgresql://host:port/database, or nothing for a file in the home");
    }
    Map<String, String> settings = new TreeMap<>(Map.of("url", url));
    put(settings, "user", environment.get(USER));
    put(settings, "password", environment.get(PASSWORD));
    return new StateAddress("postgres", settings);
  }

  /// How studies and runs are copied that are not in the home, for whoever makes a backup of it:
  /// one sentence, without a secret. Empty for a file.
  public Optional<String> copiedBy() {
    String url = settings.getOrDefault("url", "");
    if (url.isEmpty()) {
      return Optional.empty();
    }
    String shown = url.replaceFirst("\\?.*", "").replaceAll("://[^/@]*@", "://…@");
    String name = shown.substring(shown.lastIndexOf('/') + 1);
    return Optional.of(
        "studies and runs are in %s and not in this file: copy them with pg_dump --schema=tracking --format=custom --file=%s.dump %s"
            .formatted(shown, name, name));
  }

  private static void put(
      Map<String, String> settings, String key, @org.jspecify.annotations.Nullable String value) {
    if (value != null && !value.isEmpty()) {
      settings.put(key, value);
    }
  }
}
