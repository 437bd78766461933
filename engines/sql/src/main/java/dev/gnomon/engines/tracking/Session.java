package dev.gnomon.engines.tracking;

import dev.gnomon.engines.tracking.search.Found;
import dev.gnomon.engines.tracking.search.SearchDialect;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A connection for the length of one transaction. Values go in as parameters, never as text.
final class Session {
  private static final int FETCH = 10_000;

  private final Connection connection;
  private final Dialect dialect;
  private final Names names;

  /// Reads one row.
  interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /// Does something with one row.
  interface RowVisitor {
    void visit(ResultSet row) throws SQLException;
  }

  Session(Connection connection, Dialect dialect, Names.Known known) {
    this.connection = connection;
    this.dialect = dialect;
    this.names = new Names(this, known);
  }

  Dialect dialect() {
    return dialect;
  }

  Names names() {
    return names;
  }

  <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    List<T> results = new ArrayList<>();
    visit(sql, row -> results.add(reader.read(row)), arguments);
    return results;
  }

  <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    return query(sql, reader, arguments).stream().findFirst();
  }

  void visit(String sql, RowVisitor visitor, @Nullable Object... arguments) {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          visitor.visit(rows);
        }
      }
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /// @return how many rows were changed
  int update(String sql, @Nullable Object... arguments) {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /// @param sql ends with `RETURNING id`
  long insert(String sql, @Nullable Object... arguments) {
    return first(sql, row -> row.getLong(1), arguments).orElseThrow();
  }

  /// One statement for many rows.
  void batch(String sql, List<@Nullable Object[]> rows) {
    if (rows.isEmpty()) {
      return;
    }
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (@Nullable Object[] row : rows) {
        set(statement, row);
        statement.addBatch();
      }
      statement.executeBatch();
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  private PreparedStatement prepare(String sql, @Nullable Object... arguments) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    set(statement, arguments);
    return statement;
  }

  private static void set(PreparedStatement statement, @Nullable Object... arguments)
      throws SQLException {
    for (int i = 0; i < arguments.length; i++) {
      statement.setObject(i + 1, arguments[i]);
    }
  }

  /// A search that is compiled on its own.
  interface Searching {
    Found in(Connection connection, SearchDialect dialect) throws SQLException;
  }

  Found search(Searching searching) {
    try {
      return searching.in(connection, dialect.search());
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
