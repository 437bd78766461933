package dev.gnomon.engines.tracking;

import dev.gnomon.engines.sql.SqlFailure;
import dev.gnomon.engines.sql.Statements;
import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.SearchDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The statements of one transaction, with the keys it knows by number and how it searches.
final class Session extends Statements {
  /// The state of an error of a key that is there already.
  private static final String UNIQUE = "23505";

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

  /// Any number of rows, by as few round trips as there can be.
  void insert(ManyRows into, List<@Nullable Object[]> rows) {
    if (!rows.isEmpty()) {
      switch (dialect) {
        case SQLITE -> batch(into.rowByRow(), rows);
        case POSTGRES -> {
          int _ = byArrays(into.byArrays(), into, rows);
        }
      }
    }
  }

  /// Inserts rows that are most likely all new, which Postgres does in half the time if it need not
  /// provide for the others.
  ///
  /// @return false if one was there: then nothing was inserted
  boolean insertNew(ManyRows into, List<@Nullable Object[]> rows) {
    try {
      Savepoint before = connection().setSavepoint();
      try {
        int _ = arrays(into.byArrays(), into, rows);
        connection().releaseSavepoint(before);
        return true;
      } catch (SQLException e) {
        if (!UNIQUE.equals(e.getSQLState())) {
          throw e;
        }
        connection().rollback(before);
        return false;
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /// A statement of Postgres that takes rows as [ManyRows#arrays].
  ///
  /// @return how many rows were changed
  int byArrays(String sql, ManyRows of, List<@Nullable Object[]> rows) {
    try {
      return arrays(sql, of, rows);
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  private int arrays(String sql, ManyRows of, List<@Nullable Object[]> rows) throws SQLException {
    try (PreparedStatement statement = connection().prepareStatement(sql)) {
      for (int i = 0; i < of.types().size(); i++) {
        statement.setArray(
            i + 1, connection().createArrayOf(of.types().get(i).word(), of.column(i, rows)));
      }
      return statement.executeUpdate();
    }
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
