package dev.gnomon.engines.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The statements of one transaction. Values go in as parameters, never as text.
public class Statements {
  private static final int FETCH = 10_000;

  private final Connection connection;

  /// Reads one row.
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /// Does something with one row.
  public interface RowVisitor {
    void visit(ResultSet row) throws SQLException;
  }

  public Statements(Connection connection) {
    this.connection = connection;
  }

  protected Connection connection() {
    return connection;
  }

  public <T> List<T> query(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    List<T> results = new ArrayList<>();
    visit(sql, row -> results.add(reader.read(row)), arguments);
    return results;
  }

  public <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... arguments) {
    return query(sql, reader, arguments).stream().findFirst();
  }

  public void visit(String sql, RowVisitor visitor, @Nullable Object... arguments) {
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
  public int update(String sql, @Nullable Object... arguments) {
    try (PreparedStatement statement = prepare(sql, arguments)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw new SqlFailure(e);
    }
  }

  /// @param sql ends with `RETURNING id`
  public long insert(String sql, @Nullable Object... arguments) {
    return first(sql, row -> row.getLong(1), arguments).orElseThrow();
  }

  /// One statement for many rows.
  public void batch(String sql, List<@Nullable Object[]> rows) {
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
}
