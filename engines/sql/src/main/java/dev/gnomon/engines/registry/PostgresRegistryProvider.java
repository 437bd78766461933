package dev.gnomon.engines.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.engines.sql.DatabaseFailure;
import dev.gnomon.engines.sql.PostgresDatabase;
import dev.gnomon.registry.spi.RegistryProvider;
import dev.gnomon.registry.spi.RegistryStore;
import java.util.Map;
import java.util.Set;

/// Opens a registry in a Postgres database; the name is `postgres`, its settings are `url`, and
/// `user` and `password` where the address does not say them.
public final class PostgresRegistryProvider implements RegistryProvider {
  private static final Set<String> SETTINGS = Set.of("url", "user", "password");

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public RegistryStore open(Map<String, String> settings) {
    String url = settings.get("url");
    if (url == null
        || !url.startsWith("jdbc:postgresql:")
        || !SETTINGS.containsAll(settings.keySet())) {
      throw new BadInput(
          "registry 'postgres'",
          "settings " + settings.keySet(),
          "url (jdbc:postgresql://…), and user and password if needed");
    }
    PostgresDatabase.Access access =
        new PostgresDatabase.Access(
            url, settings.getOrDefault("user", ""), settings.getOrDefault("password", ""));
    try {
      return SqlRegistryStore.postgres(access);
    } catch (DatabaseFailure e) {
      if (e.temporary()) {
        throw new BadInput(
            access.toString(),
            String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
            "a database that can be reached, and GNOMON_REGISTRY_USER, GNOMON_REGISTRY_PASSWORD");
      }
      throw e.unchecked();
    }
  }
}
