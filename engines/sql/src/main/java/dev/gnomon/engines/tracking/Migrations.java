package dev.gnomon.engines.tracking;

import dev.gnomon.core.Refusal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// Brings the tables of a database to the present version.
final class Migrations {
  /// The newest script. A database that has it already is opened without looking any further, for
  /// that takes longer than the rest of a start.
  private static final int NEWEST = 1;

  private static final String HISTORY = "tracking_history";

  private Migrations() {}

  /// @param name of the folder of scripts
  /// @param schema empty if the database has none
  static void run(DataSource database, String name, String schema, String place)
      throws SQLException {
    int version = version(database, schema);
    if (version > NEWEST) {
      throw new Refusal(
          place,
          "written by a newer version (schema %d)".formatted(version),
          "a store of schema %d or older; upgrade to read this one".formatted(NEWEST));
    }
    if (version < NEWEST) {
      FluentConfiguration flyway =
          Flyway.configure(Migrations.class.getClassLoader())
              .dataSource(database)
              .locations("classpath:dev/gnomon/engines/tracking/" + name)
              .table(HISTORY);
      if (!schema.isEmpty()) {
        flyway.schemas(schema);
      }
      flyway.load().migrate();
    }
  }

  /// 0 for an empty database.
  private static int version(DataSource database, String schema) throws SQLException {
    try (Connection connection = database.getConnection()) {
      String table = schema.isEmpty() ? HISTORY : schema + "." + HISTORY;
      try (ResultSet tables =
          connection
              .getMetaData()
              .getTables(null, schema.isEmpty() ? null : schema, HISTORY, null)) {
        if (!tables.next()) {
          return 0;
        }
      }
      try (Statement statement = connection.createStatement();
          ResultSet newest =
              statement.executeQuery(
                  "SELECT max(CAST(version AS INTEGER)) FROM "
                      + table
                      + " WHERE version IS NOT NULL")) {
        return newest.next() ? newest.getInt(1) : 0;
      }
    }
  }
}
