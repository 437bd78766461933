package dev.gnomon.engines.jdbc;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.SqlTable;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A table, and beside it [#MARKS] with one row for each table written: by which job, and how many
/// of its parts and rows are there.
///
/// The mark is moved first and under a condition, so that of two runs that would write the same
/// part one waits for the other and is then refused.
final class JdbcTable implements SqlTable {
  static final String MARKS = "gnomon_batches";
  private static final int BATCH = 1_000;

  private final JdbcAddress address;
  private final String table;
  private final Connection connection;
  private String job = "";
  private String quotedTable = "";
  private String insert = "";
  private boolean clear;

  JdbcTable(JdbcAddress address, String table) {
    this.address = address;
    this.table = table;
    this.connection = address.connect(false);
    try {
      if (address.isSqlite()) {
        execute("PRAGMA busy_timeout = 10000");
        execute("PRAGMA synchronous = FULL");
      }
      connection.setAutoCommit(false);
    } catch (SQLException e) {
      throw refused(e);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// Whatever the database says, nothing of the part is there and it can be written again.
  private BadInput refused(SQLException failure) {
    return address.refused(
        failure, "a table that can be written; the same command then goes on where it was");
  }

  @Override
  public int begin(String job, Schema schema, boolean replace) {
    this.job = job;
    try {
      DatabaseMetaData database = connection.getMetaData();
      String quote = database.getIdentifierQuoteString().strip();
      quotedTable = JdbcAddress.quoted(database, table);
      List<String> names = new ArrayList<>();
      names.add(ROW);
      names.addAll(schema.names());
      insert =
          "INSERT INTO %s (%s) VALUES (%s)"
              .formatted(
                  quotedTable,
                  names.stream()
                      .map(name -> JdbcAddress.column(quote, name))
                      .collect(Collectors.joining(", ")),
                  IntStream.range(0, names.size())
                      .mapToObj(_ -> "?")
                      .collect(Collectors.joining(", ")));
      execute(
          "CREATE TABLE IF NOT EXISTS %s (target varchar(255) PRIMARY KEY, job varchar(64) NOT NULL, parts integer NOT NULL, written bigint NOT NULL)"
              .formatted(MARKS));
      connection.commit();
      if (!exists()) {
        execute("CREATE TABLE %s (%s)".formatted(quotedTable, definition(schema, quote)));
        execute("DELETE FROM %s WHERE target = '%s'".formatted(MARKS, target()));
      } else {
        requireColumns(names);
      }
      int parts = mark(replace);
      connection.commit();
      return parts;
    } catch (SQLException e) {
      rollback(e);
      throw refused(e);
    } catch (RuntimeException e) {
      rollback(e);
      throw e;
    }
  }

  private void rollback(Exception failure) {
    try {
      connection.rollback();
    } catch (SQLException also) {
      failure.addSuppressed(also);
    }
  }

  private String target() {
    return table.replace("'", "''");
  }

  private boolean exists() throws SQLException {
    try {
      execute("SELECT 1 FROM %s WHERE 1 = 0".formatted(quotedTable));
      return true;
    } catch (SQLException e) {
      connection.rollback(); // nothing can be asked before
      return false;
    }
  }

  private String definition(Schema schema, String quote) {
    String text = address.isPostgres() || address.isSqlite() ? "text" : "varchar(4000)";
    String time = address.isSqlite() ? "text" : "timestamp with time zone";
    List<String> columns = new ArrayList<>();
    columns.add(JdbcAddress.column(quote, ROW) + " bigint NOT NULL PRIMARY KEY");
    for (Field field : schema.fields()) {
      columns.add(
          JdbcAddress.column(quote, field.name())
              + switch (field.type()) {
                case NUMBER -> " double precision";
                case TEXT -> " " + text;
                case TIME -> " " + time;
              });
    }
    return String.join(", ", columns);
  }

  private void requireColumns(List<String> wanted) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT * FROM %s WHERE 1 = 0".formatted(quotedTable))) {
      ResultSetMetaData columns = rows.getMetaData();
      Map<String, String> there = new HashMap<>();
      for (int i = 1; i <= columns.getColumnCount(); i++) {
        there.put(columns.getColumnName(i).toLowerCase(Locale.ROOT), columns.getColumnName(i));
      }
      List<String> missing =
          wanted.stream()
              .filter(name -> !there.containsKey(name.toLowerCase(Locale.ROOT)))
              .toList();
      if (!missing.isEmpty()) {
        throw new Refusal(
            "table " + table,
            "it has no column " + String.join(", ", missing),
            "a table with " + String.join(", ", wanted) + ", or one that is not there yet");
      }
    }
  }

  /// How many parts of the job are there.
  private int mark(boolean replace) throws SQLException {
    long rows;
    try (Statement statement = connection.createStatement();
        ResultSet count = statement.executeQuery("SELECT count(*) FROM " + quotedTable)) {
      count.next();
      rows = count.getLong(1);
    }
    try (PreparedStatement ask =
        connection.prepareStatement(
            "SELECT job, parts, written FROM %s WHERE target = ?".formatted(MARKS))) {
      ask.setString(1, table);
      try (ResultSet found = ask.executeQuery()) {
        if (found.next() && found.getString(1).equals(job) && found.getLong(3) == rows) {
          return found.getInt(2);
        }
      }
    }
    if (rows > 0 && !replace) {
      throw new Refusal(
          "table " + table,
          "it has %,d rows that are not of this run".formatted(rows),
          "another table, or --overwrite");
    }
    clear = rows > 0;
    execute("DELETE FROM %s WHERE target = '%s'".formatted(MARKS, target()));
    if (!clear) {
      insertMark();
    }
    return 0;
  }

  private void insertMark() throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO %s VALUES (?, ?, 0, 0)".formatted(MARKS))) {
      insert.setString(1, table);
      insert.setString(2, job);
      insert.executeUpdate();
    }
  }

  @Override
  public void append(int number, Table rows) {
    try {
      if (clear) { // with the first part, so that a failure before leaves what was there
        execute("DELETE FROM " + quotedTable);
        insertMark();
        clear = false;
      }
      long before = advance(number, rows.rows());
      insert(before, rows);
      connection.commit();
    } catch (SQLException e) {
      rollback(e);
      throw refused(e);
    } catch (RuntimeException e) {
      rollback(e);
      throw e;
    }
  }

  /// Moves the mark; the rows that were there before.
  private long advance(int number, int rows) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE %s SET parts = parts + 1, written = written + ? WHERE target = ? AND job = ? AND parts = ?"
                .formatted(MARKS))) {
      update.setLong(1, rows);
      update.setString(2, table);
      update.setString(3, job);
      update.setInt(4, number);
      if (update.executeUpdate() != 1) {
        throw new Refusal(
            "table " + table,
            "another run writes into it",
            "one run at a time; the same command goes on where the other ends");
      }
    }
    try (PreparedStatement ask =
        connection.prepareStatement("SELECT written FROM %s WHERE target = ?".formatted(MARKS))) {
      ask.setString(1, table);
      try (ResultSet found = ask.executeQuery()) {
        found.next();
        return found.getLong(1) - rows;
      }
    }
  }

  private void insert(long before, Table rows) throws SQLException {
    Schema schema = rows.schema();
    Table.Cursor row = rows.cursor();
    try (PreparedStatement statement = connection.prepareStatement(insert)) {
      for (int r = 0; r < rows.rows(); r++) {
        row.at(r);
        statement.setLong(1, before + r + 1);
        for (int c = 0; c < schema.size(); c++) {
          set(statement, c + 2, schema.field(c).type(), row, c);
        }
        statement.addBatch();
        if ((r + 1) % BATCH == 0 || r == rows.rows() - 1) {
          statement.executeBatch();
        }
      }
    }
  }

  private void set(PreparedStatement statement, int at, Type type, Table.Cursor row, int column)
      throws SQLException {
    switch (type) {
      case NUMBER -> {
        double number = row.number(column);
        if (Double.isNaN(number)) {
          statement.setNull(at, Types.DOUBLE);
        } else {
          statement.setDouble(at, number);
        }
      }
      case TEXT -> statement.setString(at, row.text(column));
      case TIME -> {
        if (row.time(column) == Times.MISSING) {
          statement.setNull(at, address.isSqlite() ? Types.VARCHAR : Types.TIMESTAMP_WITH_TIMEZONE);
        } else if (address.isSqlite()) {
          statement.setString(at, Times.instant(row.time(column)).toString());
        } else {
          statement.setObject(at, Times.instant(row.time(column)).atOffset(ZoneOffset.UTC));
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw refused(e);
    }
  }
}
