package dev.gnomon.engines.tracking;

import dev.gnomon.core.BadInput;
import dev.gnomon.engines.sql.PostgresDatabase;
import dev.gnomon.tracking.spi.TrackingProvider;
import dev.gnomon.tracking.spi.TrackingStore;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Opens tracking in a Postgres database; the name is `postgres`, its settings are `url`
/// (`jdbc:postgresql://host:port/database`), `user` and `password`. Its tables are made in a schema
/// of their own, `tracking`.
public final class PostgresProvider implements TrackingProvider {
  private static final Set<String> SETTINGS = Set.of("url", "user", "password");

  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public Supplier<TrackingStore> opening(Map<String, String> settings) {
    String url = settings.getOrDefault("url", "");
    if (!SETTINGS.containsAll(settings.keySet()) || !url.startsWith("jdbc:postgresql:")) {
      throw new BadInput(
          "tracking 'postgres'",
          "settings " + settings.keySet(),
          "url (jdbc:postgresql://host:port/database), user, password");
    }
    PostgresDatabase.Access access =
        new PostgresDatabase.Access(
            url, settings.getOrDefault("user", ""), settings.getOrDefault("password", ""));
    return () -> SqlTrackingStore.postgres(access);
  }
}
