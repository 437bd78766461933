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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Searches runs.
///
/// What decides the time of a search is where it begins, and neither database knows how rare a
/// value of one key is among those of all keys. So it is decided here, in one of three ways:
///
/// 1. Some condition holds for few runs, as counted in its index up to [#FEW]: these are read, the
///    other conditions checked, and all is sorted.
/// 2. Otherwise, if the order begins with a metric, parameter or tag and there is one study: runs
///    are read in the order of the index of that key, until the page is full; then those with NaN,
///    then those without the key.
/// 3. Otherwise runs are read by start, which is the order of an index unless another is asked for.
public final class RunSearch {
  /// So many runs are looked at within the time of a page.
  private static final int FEW = 20_000;

  /// Counting takes time itself.
  private static final int MOST_COUNTED = 6;

  private final Connection connection;
  private final SearchDialect dialect;
  private final Comparisons comparisons;

  private final int few;

  public RunSearch(Connection connection, SearchDialect dialect) {
    this(connection, dialect, FEW);
  }

  /// @param few so many that it is not worth while to begin with them
  RunSearch(Connection connection, SearchDialect dialect, int few) {
    this.connection = connection;
    this.dialect = dialect;
    this.few = few;
    this.comparisons = new Comparisons(dialect);
  }

  /// @param studies their rows
  /// @throws dev.gnomon.tracking.TrackingError if the token is not of this search
  public Found page(
      Query query, List<Long> studies, View view, int most, @Nullable String token)
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
      @Nullable Sql few = few();
      if (few != null || studies.size() > 1 || table(first) == null) {
        return select(few, First.ANY).run(connection, dialect, after, most);
      }
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
      return value == null ? 2 : value instanceof Value.Number(double n) && Double.isNaN(n) ? 1 : 0;
    }

    /// The condition that holds for the fewest runs, as what to begin with; null if none holds for
    /// few.
    private @Nullable Sql few() throws SQLException {
      @Nullable Sql best = null;
      int least = few;
      int counted = 0;
      for (Condition condition : query.conditions()) {
        Sql range = range(condition);
        if (range != null && counted++ < MOST_COUNTED) {
          int count = count(range, least);
          if (count < least) {
            least = count;
            best = range;
          }
        }
      }
      return best;
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

    /// A condition as a range of an index: table `d` and what its rows fulfil.
    private @Nullable Sql range(Condition condition) {
      String table = table(condition.field());
      Long name = name(condition.field());
      if (table == null || name == null) {
        return null;
      }
      Sql start =
          new Sql()
              .add(table + " d WHERE ")
              .add(inStudies("d.study"))
              .add(" AND d.name = ? AND ", name);
      return switch (condition.comparison()) {
        case Comparison.Number number when number.relation() != Relation.UNEQUAL ->
            start.add(Comparisons.ofMetric("d.value", number));
        case Comparison.Text(boolean equal, String value) when equal ->
            start.add(
                Select.head("d.value") + " = ? AND d.value = ?", Select.headOf(value), value);
        case Comparison.Number _,
            Comparison.Text _,
            Comparison.Like _,
            Comparison.In _ ->
            null;
      };
    }

    private Select select(@Nullable Sql few, First first) {
      var from = new Sql();
      var where = new ArrayList<Sql>();
      String firstTable = table(query.order().getFirst().field());
      Long firstName = name(query.order().getFirst().field());
      if (few != null) {
        from.add("(SELECT d.run FROM ").add(few).add(") f" + dialect.then() + "run r ON r.id = f.run");
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
              condition.comparison() instanceof Comparison.Number number
                  ? Comparisons.ofMetric("x.value", number)
                  : comparisons.of("x.value", condition.comparison()))
          .add(")");
    }

    private Sql holdsForDataset(Field.Part part, Comparison comparison) {
      return switch (part) {
        case CONTEXT ->
            new Sql()
                .add("EXISTS (SELECT 1 FROM run_input_tag x WHERE x.run = r.id AND x.name = ? AND ", Values.CONTEXT_TAG)
                .add(comparisons.of("x.value", comparison))
                .add(")");
        case NAME, DIGEST ->
            new Sql()
                .add("EXISTS (SELECT 1 FROM run_input i JOIN dataset x ON x.id = i.dataset")
                .add(" WHERE i.run = r.id AND ")
                .add(
                    comparisons.of(part == Field.Part.NAME ? "x.name" : "x.digest", comparison))
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
