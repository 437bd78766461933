package dev.gnomon.engines.tracking;

import dev.gnomon.engines.sql.SqlFailure;
import dev.gnomon.engines.sql.Statements;
import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.SearchDialect;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The statements of one transaction, with the keys it knows by number and how it searches.
final class Session extends Statements {
  private final Dialect dialect;
  private final Names names;

  Session(Connection connection, Dialect dialect, Names.Known known) {
    super(connection);
    this.dialect = dialect;
    this.names = new Names(this, known);
  }

  Dialect dialect() {
    return dialect;
  }

  Names names() {
    return names;
  }

  /// A search that is compiled on its own.
  interface Searching {
    Found in(Connection connection, SearchDialect dialect) throws SQLException;
  }

  Found search(Searching searching) {
    try {
      return searching.in(connection(), dialect.search());
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /// `(1, 2, 3)`: row numbers are ours, and no text of a client.
  static String in(List<Long> rows) {
    StringBuilder out = new StringBuilder("(");
    for (int i = 0; i < rows.size(); i++) {
      out.append(i == 0 ? "" : ", ").append(rows.get(i).longValue());
    }
    return out.append(')').toString();
  }
}
