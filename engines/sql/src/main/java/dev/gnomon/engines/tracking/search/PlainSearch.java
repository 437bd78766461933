package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Comparison;
import dev.gnomon.tracking.search.Comparison.Relation;
import dev.gnomon.tracking.search.Condition;
import dev.gnomon.tracking.search.Field;
import dev.gnomon.tracking.search.Order;
import dev.gnomon.tracking.search.PageToken;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.search.Value;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Searches studies, registered models, their versions and logged models: of these there are so few
/// that one statement with the conditions as they are is fast.
public final class PlainSearch {
  private final Connection connection;
  private final SearchDialect dialect;
  private final Comparisons comparisons;

  public PlainSearch(Connection connection, SearchDialect dialect) {
    this.connection = connection;
    this.dialect = dialect;
    this.comparisons = new Comparisons(dialect);
  }

  public Found studies(Query query, View view, int most, @Nullable String token)
      throws SQLException {
    var where = new ArrayList<Sql>();
    active(where, view);
    return page(query, "study t", where, most, view.name(), token);
  }

  public Found models(Query query, int most, @Nullable String token) throws SQLException {
    return page(query, "model t", new ArrayList<>(), most, "", token);
  }

  public Found versions(Query query, int most, @Nullable String token) throws SQLException {
    return page(
        query, "version t JOIN model m ON m.id = t.model", new ArrayList<>(), most, "", token);
  }

  /// Of those that are not deleted.
  public Found loggedModels(Query query, List<Long> studies, int most, @Nullable String token)
      throws SQLException {
    var where = new ArrayList<Sql>();
    active(where, View.ACTIVE_ONLY);
    where.add(studies.isEmpty() ? new Sql().add("1 = 0") : dialect.among("t.study", studies));
    if (!query.measuredOn().isEmpty()) {
      where.add(
          new Sql()
              .add("EXISTS (SELECT 1 FROM logged_model_metric x WHERE x.model = t.id AND ")
              .add(on("x", query.measuredOn()))
              .add(")"));
    }
    return page(query, "logged_model t", where, most, studies.toString(), token);
  }

  private static void active(List<Sql> where, View view) {
    switch (view) {
      case ACTIVE_ONLY -> where.add(new Sql().add("t.deleted = 0"));
      case DELETED_ONLY -> where.add(new Sql().add("t.deleted = 1"));
      case ALL -> {}
    }
  }

  private Found page(
      Query query, String table, List<Sql> where, int most, String scope, @Nullable String token)
      throws SQLException {
    List<@Nullable Value> after =
        token == null ? List.of() : PageToken.read(query, scope, token).keys();
    query.conditions().forEach(c -> where.add(holds(query, c)));
    var from = new Sql().add(table);
    var keys = new ArrayList<Key>();
    for (int i = 0; i < query.order().size(); i++) {
      keys.add(key(query, i, query.order().get(i), from));
    }
    var select = new Select("t.id", from, Sql.all(where), keys, query.order());
    return Found.of(select.run(connection, dialect, after, most + 1), most, query, scope);
  }

  private Sql holds(Query query, Condition condition) {
    Field field = condition.field();
    if (field instanceof Field.Attribute attribute) {
      return comparisons.of(column(query, attribute), condition.comparison());
    }
    if (field instanceof Field.Metric metric
        && condition.comparison() instanceof Comparison.Numeric n) {
      String equals = n.relation() == Relation.UNEQUAL ? "(x.nan = 1 OR " : "(x.nan = 0 AND ";
      return new Sql()
          .add("EXISTS (SELECT 1 FROM ")
          .add(points(query, metric))
          .add(" AND " + equals + "x.value " + n.relation().sign() + " ?))", n.value());
    }
    Sql rows =
        new Sql()
            .add("EXISTS (SELECT 1 FROM " + table(query, field) + " x WHERE x." + owner(query))
            .add(" = t.id AND x.name = ?", key(field));
    Sql holds =
        new Sql()
            .add(rows)
            .add(" AND ")
            .add(comparisons.of("x.value", condition.comparison()))
            .add(")");
    return condition.orMissing()
        ? new Sql().add("(").add(holds).add(" OR NOT ").add(rows).add("))")
        : holds;
  }

  private Key key(Query query, int i, Order order, Sql from) {
    Field field = order.field();
    if (field instanceof Field.Attribute attribute) {
      String column = column(query, attribute);
      Key key = attribute.number() ? Key.whole(column) : Key.text(column);
      return nullable(column) ? key.orMissing(column) : key;
    }
    if (field instanceof Field.Metric metric) {
      return new Key(
          new Sql().add("COALESCE(").add(newest(query, metric, "x.nan")).add(", 2)"),
          newest(query, metric, "x.value"),
          true,
          true,
          null);
    }
    String alias = "k" + i;
    from.add(
        " LEFT JOIN %s %s ON %s.%s = t.id AND %s.name = ?"
            .formatted(table(query, field), alias, alias, owner(query), alias),
        key(field));
    return Key.text(alias + ".value").orMissing(alias + ".value");
  }

  /// One column of the newest point.
  private static Sql newest(Query query, Field.Metric metric, String column) {
    return new Sql()
        .add("(SELECT " + column + " FROM ")
        .add(points(query, metric))
        .add(" ORDER BY x.at DESC, x.step DESC, x.nan DESC, x.value DESC LIMIT 1)");
  }

  private static Sql points(Query query, Field.Metric metric) {
    Sql points =
        new Sql()
            .add("logged_model_metric x JOIN name n ON n.id = x.name")
            .add(" WHERE x.model = t.id AND n.text = ?", metric.key());
    if (metric.on() != null) {
      points.add(" AND ").add(on("x", List.of(metric.on())));
    }
    return query.measuredOn().isEmpty()
        ? points
        : points.add(" AND ").add(on("x", query.measuredOn()));
  }

  private static Sql on(String alias, List<DatasetKey> datasets) {
    var any = new Sql();
    for (DatasetKey dataset : datasets) {
      any.add(any.isEmpty() ? "(" : " OR ")
          .add("(" + alias + ".dataset <> '' AND " + alias + ".dataset = ?", dataset.name());
      if (dataset.digest() != null) {
        any.add(" AND " + alias + ".digest = ?", dataset.digest());
      }
      any.add(")");
    }
    return any.add(")");
  }

  private static String key(Field field) {
    return switch (field) {
      case Field.Param(String key) -> key;
      case Field.Tag(String key) -> key;
      case Field.Attribute _, Field.Metric _, Field.Dataset _ ->
          throw new IllegalArgumentException(field.toString());
    };
  }

  private static String table(Query query, Field field) {
    return switch (query.what()) {
      case STUDIES -> "study_tag";
      case MODELS -> "model_tag";
      case VERSIONS -> "version_tag";
      case LOGGED_MODELS ->
          field instanceof Field.Param ? "logged_model_param" : "logged_model_tag";
      case RUNS -> throw new IllegalArgumentException("runs");
    };
  }

  /// The column of a table of tags that says whose they are.
  private static String owner(Query query) {
    return switch (query.what()) {
      case STUDIES -> "study";
      case MODELS, LOGGED_MODELS -> "model";
      case VERSIONS -> "version";
      case RUNS -> throw new IllegalArgumentException("runs");
    };
  }

  private static boolean nullable(String column) {
    return column.equals("t.run") || column.equals("t.kind");
  }

  private static String column(Query query, Field.Attribute attribute) {
    return switch (attribute.name()) {
      case "name" -> query.what() == Searched.VERSIONS ? "m.name" : "t.name";
      case "creation_time", "creation_timestamp" -> "t.created";
      case "last_update_time", "last_updated_timestamp" -> "t.updated";
      case "experiment_id" -> "t.id";
      case "run_id", "source_run_id" -> "t.run";
      case "source_path" -> "t.source";
      case "version_number" -> "t.number";
      case "model_id" -> "t.uuid";
      case "model_type" -> "t.kind";
      case "status" -> "t.status";
      default -> throw new IllegalArgumentException(attribute.name());
    };
  }
}
