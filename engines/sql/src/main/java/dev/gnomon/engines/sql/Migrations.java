package dev.gnomon.engines.sql;

import dev.gnomon.core.Refusal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// The scripts that bring the tables of a database to the present version.
///
/// @param folder of the scripts on the class path
/// @param history the table that tells which were run
/// @param newest number of the newest script. A database that has it already is opened without
///   looking any further, for that takes longer than the rest of a start
/// @param schema the tables' own one in Postgres; empty for that of the connection, where tables of
///   others may stand
public record Migrations(String folder, String history, int newest, String schema) {
  /// Whether the database has all of them.
  ///
  /// @param before the version a database says it has that was made before there was a history
  boolean done(DataSource database, int before, String place) throws SQLException {
    int version = Math.max(before, version(database));
    if (version > newest) {
      throw new Refusal(
          place,
          "written by a newer version (schema %d)".formatted(version),
          "a store of schema %d or older; upgrade to read this one".formatted(newest));
    }
    return version == newest;
  }

  void run(DataSource database, int before) {
    FluentConfiguration flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(database)
            .locations("classpath:" + folder)
            .table(history);
    if (!schema.isEmpty()) {
      flyway.schemas(schema);
    }
    flyway.baselineOnMigrate(before > 0 || besideOthers(database));
    flyway.baselineVersion(Integer.toString(before));
    flyway.load().migrate();
  }

  /// In a schema that is not our own there may be tables of others; in a file there must not.
  private boolean besideOthers(DataSource database) {
    return schema.isEmpty() && !(database instanceof org.sqlite.SQLiteDataSource);
  }

  /// 0 for an empty database.
  private int version(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection()) {
      String in = schema.isEmpty() ? connection.getSchema() : schema;
      try (ResultSet tables = connection.getMetaData().getTables(null, in, history, null)) {
        if (!tables.next()) {
          return 0;
        }
      }
      String table = schema.isEmpty() ? history : schema + "." + history;
      try (Statement statement = connection.createStatement();
          ResultSet newestRun =
              statement.executeQuery(
                  "SELECT max(CAST(version AS INTEGER)) FROM "
                      + table
                      + " WHERE version IS NOT NULL")) {
        return newestRun.next() ? newestRun.getInt(1) : 0;
      }
    }
  }
}
