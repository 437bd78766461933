package dev.gnomon.engines.jdbc;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.data.spi.SqlEngine;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The rows of a statement, fetched a few thousand at a time.
final class JdbcRows implements SqlEngine.Rows {
  private static final int BATCH = 16_384;
  private static final int FETCH = 4_096;

  private final JdbcAddress address;
  private final Connection connection;
  private final PreparedStatement statement;
  private final ResultSet rows;
  private final Kind[] kinds;
  private final Schema schema;

  /// How a column is taken.
  private enum Kind {
    REAL,
    TRUTH,
    DECIMAL,
    DAY,
    PLAIN_TIME,
    ZONED_TIME,
    TEXT
  }

  private JdbcRows(
      JdbcAddress address, Connection connection, PreparedStatement statement, ResultSet rows)
      throws SQLException {
    this.address = address;
    this.connection = connection;
    this.statement = statement;
    this.rows = rows;
    ResultSetMetaData columns = rows.getMetaData();
    this.kinds = new Kind[columns.getColumnCount()];
    List<Field> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = kind(columns, i + 1, address);
      String name = columns.getColumnLabel(i + 1);
      if (!names.add(name)) {
        throw new BadInput(
            address.shown(), "two columns are called '%s'".formatted(name), "one name for each");
      }
      fields.add(new Field(name, kinds[i] == Kind.REAL ? Type.NUMBER : Type.TEXT));
    }
    this.schema = new Schema(fields);
  }

  static JdbcRows open(JdbcAddress address, String select) {
    Connection connection = address.connect(true);
    try {
      connection.setReadOnly(!address.isSqlite()); // there only before it is opened
      connection.setAutoCommit(false); // else Postgres sends everything at once
      String sql = select.strip();
      if (!sql.matches("(?is)(select|with|values|table)\\s.*")) {
        sql = "SELECT * FROM " + JdbcAddress.quoted(connection.getMetaData(), sql);
      }
      PreparedStatement statement =
          connection.prepareStatement(sql, ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
      statement.setFetchSize(FETCH);
      return new JdbcRows(address, connection, statement, statement.executeQuery());
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException also) {
        e.addSuppressed(also);
      }
      if (e instanceof SQLException refused) {
        throw address.refused(refused, "the name of a table, or a statement that selects rows");
      }
      throw (RuntimeException) e;
    }
  }

  private static Kind kind(ResultSetMetaData columns, int column, JdbcAddress address)
      throws SQLException {
    if (address.isSqlite()) {
      return Kind.TEXT; // each value there has a type of its own
    }
    return switch (columns.getColumnType(column)) {
      case Types.REAL, Types.FLOAT, Types.DOUBLE -> Kind.REAL;
      case Types.BOOLEAN -> Kind.TRUTH;
      case Types.BIT -> columns.getPrecision(column) > 1 ? Kind.TEXT : Kind.TRUTH;
      case Types.DECIMAL, Types.NUMERIC -> Kind.DECIMAL;
      case Types.DATE -> Kind.DAY;
      case Types.TIMESTAMP ->
          columns.getColumnTypeName(column).equalsIgnoreCase("timestamptz")
              ? Kind.ZONED_TIME
              : Kind.PLAIN_TIME;
      case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.ZONED_TIME;
      default -> Kind.TEXT;
    };
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Optional<Table> next() {
    List<Object> arrays = new ArrayList<>();
    for (Kind kind : kinds) {
      arrays.add(kind == Kind.REAL ? new double[BATCH] : new int[BATCH]);
    }
    Dictionary[] texts = new Dictionary[kinds.length];
    Arrays.setAll(texts, i -> new Dictionary());
    int many = 0;
    try {
      while (many < BATCH && rows.next()) {
        for (int i = 0; i < kinds.length; i++) {
          if (arrays.get(i) instanceof double[] numbers) {
            double value = rows.getDouble(i + 1);
            numbers[many] = rows.wasNull() ? Double.NaN : value;
          } else if (arrays.get(i) instanceof int[] codes) {
            codes[many] = texts[i].code(text(i));
          }
        }
        many++;
      }
    } catch (SQLException e) {
      throw address.refused(e, "rows that can be read to the end");
    }
    if (many == 0) {
      return Optional.empty();
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < kinds.length; i++) {
      columns.add(
          arrays.get(i) instanceof double[] numbers
              ? new Column.Numbers(Arrays.copyOf(numbers, many))
              : new Column.Texts(Arrays.copyOf((int[]) arrays.get(i), many), texts[i]));
    }
    return Optional.of(new Table(schema, columns, many));
  }

  private @Nullable String text(int i) throws SQLException {
    return switch (kinds[i]) {
      case TRUTH -> {
        boolean value = rows.getBoolean(i + 1);
        yield rows.wasNull() ? null : Boolean.toString(value);
      }
      case DECIMAL -> {
        BigDecimal value = rows.getBigDecimal(i + 1);
        yield value == null ? null : value.toPlainString();
      }
      case DAY -> {
        LocalDate value = rows.getObject(i + 1, LocalDate.class);
        yield value == null ? null : value.toString();
      }
      case PLAIN_TIME -> {
        LocalDateTime value = rows.getObject(i + 1, LocalDateTime.class);
        yield value == null ? null : DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(value);
      }
      case ZONED_TIME -> {
        OffsetDateTime value = rows.getObject(i + 1, OffsetDateTime.class);
        yield value == null
            ? null
            : DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                value.withOffsetSameInstant(ZoneOffset.UTC));
      }
      case TEXT, REAL -> rows.getString(i + 1);
    };
  }

  @Override
  public void close() {
    try (Connection _ = connection;
        PreparedStatement _ = statement) {
      rows.close();
    } catch (SQLException e) {
      throw address.refused(e, "a connection that ends well");
    }
  }
}
