package dev.gnomon.engines.jdbc;

import dev.gnomon.core.BadInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;

/// Where a database is, and how it is told who asks.
record JdbcAddress(String url, Properties properties) {
  /// Who asks, where the address does not say.
  static final String USER = "GNOMON_JDBC_USER";

  static final String PASSWORD = "GNOMON_JDBC_PASSWORD";

  static JdbcAddress of(String url, Map<String, String> environment) {
    Properties properties = new Properties();
    String user = environment.get(USER);
    String password = environment.get(PASSWORD);
    if (user != null && !user.isBlank()) {
      properties.setProperty("user", user);
    }
    if (password != null && !password.isEmpty()) {
      properties.setProperty("password", password);
    }
    if (url.startsWith("jdbc:postgresql:")) {
      properties.setProperty("reWriteBatchedInserts", "true");
      properties.setProperty("ApplicationName", "gnomon");
    }
    return new JdbcAddress(url, properties);
  }

  boolean isSqlite() {
    return url.startsWith("jdbc:sqlite:");
  }

  boolean isPostgres() {
    return url.startsWith("jdbc:postgresql:");
  }

  /// As it may be shown to anybody.
  String shown() {
    return url.replaceAll("(?i)(password=)[^&;]*", "$1…").replaceAll("://[^/@]*@", "://…@");
  }

  /// @param reading whether what is not there must not be made
  Connection connect(boolean reading) {
    if (reading && isSqlite()) {
      String file = url.substring("jdbc:sqlite:".length()).replaceFirst("\\?.*", "");
      if (!file.startsWith(":") && !file.startsWith("file:") && !Files.exists(Path.of(file))) {
        throw new BadInput(shown(), "there is no file " + file, "an SQLite file");
      }
    }
    try {
      return DriverManager.getConnection(url, properties);
    } catch (SQLException e) {
      if (Collections.list(DriverManager.getDrivers()).stream().noneMatch(this::takenBy)) {
        throw new BadInput(
            shown(),
            "no driver for it is on the class path",
            Collections.list(DriverManager.getDrivers()).stream()
                .map(driver -> driver.getClass().getName())
                .sorted()
                .collect(Collectors.joining(", ", "one of ", "")));
      }
      throw refused(e, "a database that can be reached, and " + USER + ", " + PASSWORD);
    }
  }

  private boolean takenBy(Driver driver) {
    try {
      return driver.acceptsURL(url);
    } catch (SQLException e) {
      return false;
    }
  }

  BadInput refused(SQLException failure, String valid) {
    return new BadInput(shown(), String.valueOf(failure.getMessage()).strip(), valid);
  }

  /// A name as it stands in a statement; a dot divides schema and table.
  static String quoted(DatabaseMetaData database, String name) throws SQLException {
    String quote = database.getIdentifierQuoteString().strip();
    StringBuilder all = new StringBuilder();
    for (String part : name.split("\\.", -1)) {
      all.append(all.isEmpty() ? "" : ".").append(column(quote, part));
    }
    return all.toString();
  }

  static String column(String quote, String name) {
    return quote.isEmpty() ? name : quote + name.replace(quote, quote + quote) + quote;
  }
}
