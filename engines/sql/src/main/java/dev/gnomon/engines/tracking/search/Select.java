package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.search.Order;
import dev.gnomon.tracking.search.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One statement that finds records in order, from behind a given place on.
///
/// Missing values come last by a rank that stands before each value, and the place is written out
/// as (a > x or (a = x and (b > y or ...))): databases differ in how they sort and compare nulls,
/// and tuples have one direction only.
///
/// @param id of a record
/// @param from tables with their joins
/// @param where what a record must fulfil
/// @param keys as many as orders, in their order
record Select(String id, Sql from, Sql where, List<Key> keys, List<Order> orders) {
  /// A record found, with what it was sorted by.
  record Row(long id, List<@Nullable Value> keys) {}

  /// @param after the keys of the last record of the page before; empty for the first page
  List<Row> run(Connection connection, SearchDialect dialect, List<@Nullable Value> after, int most)
      throws SQLException {
    var rows = new ArrayList<Row>();
    try (PreparedStatement statement = sql(after, most).prepare(connection, dialect);
        ResultSet found = statement.executeQuery()) {
      while (found.next()) {
        rows.add(new Row(found.getLong(1), values(found)));
      }
    }
    return rows;
  }

  Sql sql(List<@Nullable Value> after, int most) {
    var sql = new Sql().add("SELECT * FROM (SELECT " + id + " AS id");
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      if (key.rank() != null) {
        sql.add(", ").add(key.rank()).add(" AS r" + i);
      }
      if (key.head() != null) {
        sql.add(", " + key.head() + " AS h" + i);
      }
      sql.add(", ").add(key.value()).add(" AS v" + i);
    }
    sql.add(" FROM ").add(from).add(" WHERE ").add(where).add(") q");
    if (!after.isEmpty()) {
      sql.add(" WHERE ").add(start(after)).add(behind(after, 0));
    }
    String comma = " ORDER BY ";
    for (int i = 0; i < keys.size(); i++) {
      String direction = orders.get(i).ascending() ? " ASC" : " DESC";
      if (keys.get(i).rank() != null) {
        sql.add(comma + "r" + i);
        comma = ", ";
      }
      if (keys.get(i).head() != null) {
        sql.add(comma + "h" + i + direction);
        comma = ", ";
      }
      sql.add(comma + "v" + i + direction);
      comma = ", ";
    }
    return sql.add(" LIMIT " + most);
  }

  /// Follows from what comes behind it, but an index can be entered with it.
  private Sql start(List<@Nullable Value> after) {
    Key key = keys.getFirst();
    Value value = after.getFirst();
    if (key.rank() != null || value == null) {
      return new Sql();
    }
    String sign = orders.getFirst().ascending() ? " >= ?" : " <= ?";
    var start = new Sql();
    if (key.head() != null && value instanceof Value.Text(String text)) {
      start.add("h0" + sign + " AND ", RunTerms.headOf(text));
    }
    return start.add("v0" + sign + " AND ", parameter(key, value));
  }

  private Sql behind(List<@Nullable Value> after, int i) {
    Key key = keys.get(i);
    Value value = after.get(i);
    int rank = value == null ? 2 : isNaN(value) ? 1 : 0;
    String ranked = key.rank() == null ? "" : "r" + i + " = " + rank;
    var sql = new Sql().add("(");
    if (value != null && rank == 0) {
      String sign = orders.get(i).ascending() ? " > ?" : " < ?";
      String and = ranked.isEmpty() ? "" : " AND ";
      sql.add("(" + ranked + and + "v" + i + sign + ")", parameter(key, value));
      sql.add(ranked.isEmpty() ? "" : " OR r" + i + " > 0");
      if (i + 1 < keys.size()) {
        sql.add(" OR (" + ranked + and + "v" + i + " = ? AND ", parameter(key, value))
            .add(behind(after, i + 1))
            .add(")");
      }
    } else {
      // Without a rank there is no such row, and whatever follows is behind it.
      sql.add(ranked.isEmpty() ? "1 = 0" : "r" + i + " > " + rank);
      if (i + 1 < keys.size()) {
        sql.add(" OR (" + (ranked.isEmpty() ? "1 = 1" : ranked) + " AND ")
            .add(behind(after, i + 1))
            .add(")");
      }
    }
    return sql.add(")");
  }

  private static boolean isNaN(Value value) {
    return value instanceof Value.Numeric(double number) && Double.isNaN(number);
  }

  private static Object parameter(Key key, Value value) {
    return switch (value) {
      case Value.Text(String text) -> text;
      case Value.Numeric(double number) ->
          key.measured() ? (Object) number : Comparisons.whole(number);
    };
  }

  private List<@Nullable Value> values(ResultSet row) throws SQLException {
    var values = new ArrayList<@Nullable Value>();
    for (int i = 0; i < keys.size(); i++) {
      Key key = keys.get(i);
      int rank = key.rank() == null ? 0 : row.getInt("r" + i);
      values.add(
          rank == 2
              ? null
              : !key.number()
                  ? new Value.Text(row.getString("v" + i))
                  : new Value.Numeric(rank == 1 ? Double.NaN : row.getDouble("v" + i)));
    }
    return values;
  }
}
