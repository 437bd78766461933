package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Comparison;
import dev.gnomon.tracking.search.Comparison.Relation;
import dev.gnomon.tracking.search.Condition;
import dev.gnomon.tracking.search.Field;
import dev.gnomon.tracking.search.Order;
import dev.gnomon.tracking.search.PageToken;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Value;
import dev.gnomon.tracking.search.Values;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Searches runs.
///
/// What decides the time of a search is where it begins, and neither database knows how rare a
/// value of one key is among those of all keys. So it is decided here, in one of three ways:
///
/// 1. Some field's conditions hold for few runs, as counted in its index: these are read, the other
///    conditions checked, and all is sorted.
/// 2. Otherwise, if the order begins with a metric, parameter or tag: the runs of each study are
///    read in the order of the index of that key, until the page is full; then those with NaN, then
///    those without the key.
/// 3. Otherwise runs are read by start, which is the order of an index unless another is asked for.
///
/// Few are fewer than the second way would have to look at if the conditions were independent.
public final class RunSearch {
  /// So many entries of an index are counted, which takes a few milliseconds.
  private static final int MOST_COUNTED = 20_000;

  /// Of so many fields.
  private static final int FIELDS_COUNTED = 6;

  /// Below this, nothing is won by finding out more.
  private static final int SURELY_FEW = 1_000;

  /// Of more studies, all runs are sorted at once.
  private static final int MERGED_STUDIES = 16;

  private final Connection connection;
  private final SearchDialect dialect;
  private final Comparisons comparisons;

  private final int mostFew;

  public RunSearch(Connection connection, SearchDialect dialect) {
    this(connection, dialect, MOST_COUNTED);
  }

  /// @param mostFew so many are never few
  RunSearch(Connection connection, SearchDialect dialect, int mostFew) {
    this.connection = connection;
    this.dialect = dialect;
    this.mostFew = mostFew;
    this.comparisons = new Comparisons(dialect);
  }

  /// @param studies their rows
  /// @throws dev.gnomon.tracking.TrackingError if the token is not of this search
  public Found page(Query query, List<Long> studies, View view, int most, @Nullable String token)
      throws SQLException {
    String scope = studies + " " + view;
    List<@Nullable Value> after =
        token == null ? List.of() : PageToken.read(query, scope, token).keys();
    if (studies.isEmpty()) {
      return new Found(List.of(), null);
    }
    return Found.of(
        new Asked(query, studies, view, names(query)).rows(after, most + 1), most, query, scope);
  }

  /// The rows of the keys that are known; nothing has one of the others.
  private Map<String, Long> names(Query query) throws SQLException {
    var keys = new ArrayList<String>();
    query.conditions().forEach(c -> keys.addAll(keys(c.field())));
    query.order().forEach(o -> keys.addAll(keys(o.field())));
    var names = new HashMap<String, Long>();
    if (keys.isEmpty()) {
      return names;
    }
    Sql sql = new Sql().add("SELECT text, id FROM name WHERE ").add(dialect.among("text", keys));
    try (PreparedStatement statement = sql.prepare(connection, dialect);
        ResultSet found = statement.executeQuery()) {
      while (found.next()) {
        names.put(found.getString(1), found.getLong(2));
      }
    }
    return names;
  }

  private static List<String> keys(Field field) {
    return switch (field) {
      case Field.Metric m -> List.of(m.key());
      case Field.Param p -> List.of(p.key());
      case Field.Tag t -> List.of(t.key());
      case Field.Attribute _, Field.Dataset _ -> List.of();
    };
  }

  /// How the first key of the order is joined.
  private enum First {
    ANY,
    PRESENT,
    NAN,
    MISSING
  }

  private final class Asked {
    private final Query query;
    private final List<Long> studies;
    private final View view;
    private final Map<String, Long> names;

    Asked(Query query, List<Long> studies, View view, Map<String, Long> names) {
      this.query = query;
      this.studies = studies;
      this.view = view;
      this.names = names;
    }

    List<Select.Row> rows(List<@Nullable Value> after, int most) throws SQLException {
      Field first = query.order().getFirst().field();
      @Nullable Sql few = few(most);
      if (few != null || table(first) == null || studies.size() > MERGED_STUDIES) {
        return select(few, First.ANY).run(connection, dialect, after, most);
      }
      var rows = new ArrayList<Select.Row>();
      for (long study : studies) {
        rows.addAll(new Asked(query, List.of(study), view, names).inOrder(first, after, most));
      }
      rows.sort(Comparator.comparing(Select.Row::keys, query::compare));
      return rows.subList(0, Math.min(most, rows.size()));
    }

    /// Of one study, by the index of the first key.
    private List<Select.Row> inOrder(Field first, List<@Nullable Value> after, int most)
        throws SQLException {
      var rows = new ArrayList<Select.Row>();
      for (First phase : phases(first, after)) {
        boolean begun = rank(phase) == rank(after);
        rows.addAll(
            select(null, phase)
                .run(connection, dialect, begun ? after : List.of(), most - rows.size()));
        if (rows.size() == most) {
          break;
        }
      }
      return rows;
    }

    private List<First> phases(Field first, List<@Nullable Value> after) {
      var phases = new ArrayList<First>();
      for (First phase : List.of(First.PRESENT, First.NAN, First.MISSING)) {
        boolean possible = phase != First.NAN || first instanceof Field.Metric;
        boolean known = phase == First.MISSING || name(first) != null;
        if (possible && known && rank(phase) >= Math.max(0, rank(after))) {
          phases.add(phase);
        }
      }
      return phases;
    }

    private static int rank(First phase) {
      return phase == First.NAN ? 1 : phase == First.MISSING ? 2 : 0;
    }

    private static int rank(List<@Nullable Value> after) {
      if (after.isEmpty()) {
        return -1;
      }
      Value value = after.getFirst();
      return value == null
          ? 2
          : value instanceof Value.Numeric(double n) && Double.isNaN(n) ? 1 : 0;
    }

    /// The field whose conditions hold for the fewest runs, as what to begin with; null if it is
    /// better to begin with the order.
    private @Nullable Sql few(int most) throws SQLException {
      @Nullable Sql best = null;
      int least = Integer.MAX_VALUE;
      var counts = new ArrayList<Integer>();
      for (Field field : query.conditions().stream().map(Condition::field).distinct().toList()) {
        Sql range = range(field);
        if (range != null && counts.size() < FIELDS_COUNTED) {
          int count = count(range, Math.min(mostFew, MOST_COUNTED));
          counts.add(count);
          if (count < least) {
            least = count;
            best = range;
          }
        }
      }
      if (best == null || least >= mostFew || least < SURELY_FEW) {
        return least < mostFew ? best : null;
      }
      double all =
          count(new Sql().add("run d WHERE ").add(inStudies("d.study")), 10 * MOST_COUNTED);
      double share = 1;
      for (int count : counts) {
        share *= Math.min(1, count / all);
      }
      return least < Math.min(all, most / share) ? best : null;
    }

    private int count(Sql range, int most) throws SQLException {
      Sql sql =
          new Sql()
              .add("SELECT count(*) FROM (SELECT 1 FROM ")
              .add(range)
              .add(" LIMIT " + most + ") few");
      try (PreparedStatement statement = sql.prepare(connection, dialect);
          ResultSet found = statement.executeQuery()) {
        return found.next() ? found.getInt(1) : most;
      }
    }

    /// The conditions on one field as a range of an index: table `d` and what its rows fulfil. Null
    /// if no index knows.
    private @Nullable Sql range(Field field) {
      String table = table(field);
      Long name = name(field);
      if (table == null || name == null) {
        return null;
      }
      var bounds = new ArrayList<Sql>();
      for (Condition condition : query.conditions()) {
        if (condition.field().equals(field)) {
          switch (condition.comparison()) {
            case Comparison.Numeric number when number.relation() != Relation.UNEQUAL ->
                bounds.add(Comparisons.ofMetric("d.value", number));
            case Comparison.Text(boolean equal, String value) when equal ->
                bounds.add(
                    new Sql()
                        .add(
                            Select.head("d.value") + " = ? AND d.value = ?",
                            Select.headOf(value),
                            value));
            case Comparison.Numeric _, Comparison.Text _, Comparison.Like _, Comparison.In _ -> {}
          }
        }
      }
      return bounds.isEmpty()
          ? null
          : new Sql()
              .add(table + " d WHERE ")
              .add(inStudies("d.study"))
              .add(" AND d.name = ? AND ", name)
              .add(Sql.all(bounds));
    }

    private Select select(@Nullable Sql few, First first) {
      var from = new Sql();
      var where = new ArrayList<Sql>();
      String firstTable = table(query.order().getFirst().field());
      Long firstName = name(query.order().getFirst().field());
      if (few != null) {
        from.add("(SELECT d.run FROM ")
            .add(few)
            .add(") f" + dialect.then() + "run r ON r.id = f.run");
      } else if (firstName != null && (first == First.PRESENT || first == First.NAN)) {
        from.add(firstTable + " k0" + dialect.then() + "run r ON r.id = k0.run");
        where.add(inStudies("k0.study"));
        where.add(new Sql().add("k0.name = ?", firstName));
        where.add(new Sql().add("k0.value IS " + (first == First.NAN ? "NULL" : "NOT NULL")));
      } else {
        from.add("run r");
      }
      if (first == First.MISSING && firstName != null) {
        where.add(
            new Sql()
                .add("NOT EXISTS (SELECT 1 FROM " + firstTable + " x")
                .add(" WHERE x.run = r.id AND x.name = ?)", firstName));
      }
      where.add(inStudies("r.study"));
      switch (view) {
        case ACTIVE_ONLY -> where.add(new Sql().add("r.deleted = 0"));
        case DELETED_ONLY -> where.add(new Sql().add("r.deleted = 1"));
        case ALL -> {}
      }
      query.conditions().forEach(c -> where.add(holds(c)));
      var keys = new ArrayList<Key>();
      for (int i = 0; i < query.order().size(); i++) {
        keys.add(key(i, query.order().get(i), i == 0 ? first : First.ANY, from));
      }
      return new Select("r.id", from, Sql.all(where), keys, query.order());
    }

    private Key key(int i, Order order, First first, Sql from) {
      Field field = order.field();
      if (field instanceof Field.Attribute attribute) {
        String column = "r." + column(attribute.name());
        return attribute.number()
            ? column.equals("r.ended") ? Key.whole(column).orMissing(column) : Key.whole(column)
            : Key.text(column);
      }
      boolean measured = field instanceof Field.Metric;
      Long name = name(field);
      if (first == First.MISSING || name == null) {
        return Key.never(measured);
      }
      String alias = "k" + i;
      Sql value = new Sql().add(alias + ".value");
      if (first == First.PRESENT) {
        return new Key(null, value, measured, measured, !measured);
      }
      if (first == First.NAN) {
        return new Key(new Sql().add("1"), new Sql().add("0.0"), true, true, false);
      }
      from.add(
          " LEFT JOIN %s %s ON %s.run = r.id AND %s.name = ?"
              .formatted(table(field), alias, alias, alias),
          name);
      return new Key(
          new Sql()
              .add("CASE WHEN " + alias + ".run IS NULL THEN 2 WHEN ")
              .add(alias + ".value IS NULL THEN 1 ELSE 0 END"),
          value,
          measured,
          measured,
          false);
    }

    private Sql holds(Condition condition) {
      return switch (condition.field()) {
        case Field.Attribute a -> comparisons.of("r." + column(a.name()), condition.comparison());
        case Field.Metric _, Field.Param _, Field.Tag _ -> holdsForKey(condition);
        case Field.Dataset(Field.Part part) -> holdsForDataset(part, condition.comparison());
      };
    }

    private Sql holdsForKey(Condition condition) {
      Long name = name(condition.field());
      if (name == null) {
        return new Sql().add("1 = 0");
      }
      return new Sql()
          .add("EXISTS (SELECT 1 FROM " + table(condition.field()) + " x WHERE x.run = r.id")
          .add(" AND x.name = ? AND ", name)
          .add(
              condition.comparison() instanceof Comparison.Numeric number
                  ? Comparisons.ofMetric("x.value", number)
                  : comparisons.of("x.value", condition.comparison()))
          .add(")");
    }

    private Sql holdsForDataset(Field.Part part, Comparison comparison) {
      return switch (part) {
        case CONTEXT ->
            new Sql()
                .add(
                    "EXISTS (SELECT 1 FROM run_input_tag x WHERE x.run = r.id AND x.name = ? AND ",
                    Values.CONTEXT_TAG)
                .add(comparisons.of("x.value", comparison))
                .add(")");
        case NAME, DIGEST ->
            new Sql()
                .add("EXISTS (SELECT 1 FROM run_input i JOIN dataset x ON x.id = i.dataset")
                .add(" WHERE i.run = r.id AND ")
                .add(comparisons.of(part == Field.Part.NAME ? "x.name" : "x.digest", comparison))
                .add(")");
      };
    }

    private Sql inStudies(String column) {
      return studies.size() == 1
          ? new Sql().add(column + " = ?", studies.getFirst())
          : dialect.among(column, studies);
    }

    private @Nullable Long name(Field field) {
      List<String> keys = keys(field);
      return keys.isEmpty() ? null : names.get(keys.getFirst());
    }
  }

  /// Where the values of keys are; null of what is not kept by key.
  private static @Nullable String table(Field field) {
    return switch (field) {
      case Field.Metric _ -> "latest";
      case Field.Param _ -> "param";
      case Field.Tag _ -> "run_tag";
      case Field.Attribute _, Field.Dataset _ -> null;
    };
  }

  private static String column(String attribute) {
    return switch (attribute) {
      case "run_id" -> "uuid";
      case "run_name" -> "name";
      case "status" -> "status";
      case "artifact_uri" -> "uri";
      case "user_id" -> "user_name";
      case "start_time" -> "started";
      case "end_time" -> "ended";
      default -> throw new IllegalArgumentException(attribute);
    };
  }
}
