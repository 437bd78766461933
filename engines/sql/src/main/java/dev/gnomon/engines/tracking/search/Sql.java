package dev.gnomon.engines.tracking.search;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// SQL with its parameters in the order of their question marks. Whatever a client wrote is a
/// parameter; the text comes from this package alone.
final class Sql {
  /// A list as one parameter.
  record Many(List<?> values) {}

  private final StringBuilder text = new StringBuilder();
  private final List<Object> parameters = new ArrayList<>();

  Sql add(String more, Object... its) {
    text.append(more);
    parameters.addAll(Arrays.asList(its));
    return this;
  }

  Sql add(Sql more) {
    text.append(more.text);
    parameters.addAll(more.parameters);
    return this;
  }

  boolean isEmpty() {
    return text.isEmpty();
  }

  /// What a condition can be joined to.
  static Sql all(List<Sql> conditions) {
    var all = new Sql();
    for (Sql condition : conditions) {
      all.add(all.isEmpty() ? "" : " AND ").add(condition);
    }
    return all.isEmpty() ? all.add("1 = 1") : all;
  }

  PreparedStatement prepare(Connection connection, SearchDialect dialect) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(text.toString());
    boolean done = false;
    try {
      for (int i = 0; i < parameters.size(); i++) {
        Object value = parameters.get(i);
        statement.setObject(
            i + 1, value instanceof Many many ? list(connection, dialect, many) : value);
      }
      done = true;
      return statement;
    } finally {
      if (!done) {
        statement.close();
      }
    }
  }

  private static Object list(Connection connection, SearchDialect dialect, Many many)
      throws SQLException {
    return switch (dialect) {
      case SQLITE -> JsonMapper.shared().writeValueAsString(many.values());
      case POSTGRES ->
          connection.createArrayOf(
              many.values().getFirst() instanceof Long ? "bigint" : "text",
              many.values().toArray());
    };
  }

  @Override
  public String toString() {
    return text + " " + parameters;
  }
}
