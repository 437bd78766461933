package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Comparison;
import dev.gnomon.tracking.search.Comparison.Relation;
import dev.gnomon.tracking.search.Condition;
import dev.gnomon.tracking.search.Field;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The conditions of one search of runs, as SQL.
///
/// Metrics, parameters and tags have an index each of (study, key, value, run), for texts of the
/// first characters of the value. All is said in columns of that index, so that it alone answers: a
/// visit to the table costs more than ten entries of an index.
///
/// @param studies their rows
/// @param names the rows of the keys that are known
record RunTerms(
    Query query,
    List<Long> studies,
    View view,
    Map<String, Long> names,
    SearchDialect dialect,
    Comparisons comparisons) {
  /// As many characters as the indexes of values have.
  static final int HEAD = 200;

  /// The key of a field, if it has one.
  static List<String> keys(Field field) {
    return switch (field) {
      case Field.Metric m -> List.of(m.key());
      case Field.Param p -> List.of(p.key());
      case Field.Tag t -> List.of(t.key());
      case Field.Attribute _, Field.Dataset _ -> List.of();
    };
  }

  /// Where the values of keys are; null of what is not kept by key.
  static @Nullable String table(Field field) {
    return switch (field) {
      case Field.Metric _ -> "latest";
      case Field.Param _ -> "param";
      case Field.Tag _ -> "run_tag";
      case Field.Attribute _, Field.Dataset _ -> null;
    };
  }

  static String column(String attribute) {
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

  static String headOf(String value) {
    return value.codePointCount(0, value.length()) <= HEAD
        ? value
        : value.substring(0, value.offsetByCodePoints(0, HEAD));
  }

  @Nullable Long name(Field field) {
    List<String> keys = keys(field);
    return keys.isEmpty() ? null : names.get(keys.getFirst());
  }

  /// The same of one study.
  RunTerms in(long study) {
    return new RunTerms(query, List.of(study), view, names, dialect, comparisons);
  }

  /// The fields kept by key that conditions look at.
  List<Field> keyed() {
    return query.conditions().stream()
        .map(Condition::field)
        .filter(field -> table(field) != null)
        .distinct()
        .toList();
  }

  /// Whether some field that a condition asks for was never logged.
  boolean unknown() {
    return keyed().stream().anyMatch(field -> name(field) == null);
  }

  Sql inStudies(String column) {
    return studies.size() == 1
        ? new Sql().add(column + " = ?", studies.getFirst())
        : dialect.among(column, studies);
  }

  /// The rows of a field; none if it was never logged.
  Sql rows(String alias, Field field) {
    Long name = name(field);
    Sql named = new Sql().add(inStudies(alias + ".study"));
    return name == null ? named.add(" AND 1 = 0") : named.add(" AND " + alias + ".name = ?", name);
  }

  /// The value of a row: of a text what the index has, unless there is more of it.
  static String value(String alias, Field field) {
    return field instanceof Field.Metric
        ? alias + ".value"
        : "CASE WHEN length(%1$s.head) < %2$d THEN %1$s.head ELSE (SELECT w.value FROM %3$s w WHERE w.run = %1$s.run AND w.name = %1$s.name) END"
            .formatted(alias, HEAD, table(field));
  }

  /// What the conditions on a field say of the part of the index in which all that fulfil them are;
  /// empty if they say nothing.
  List<Sql> bounds(String alias, Field field) {
    var bounds = new ArrayList<Sql>();
    for (Condition condition : query.conditions()) {
      if (condition.field().equals(field)) {
        switch (condition.comparison()) {
          case Comparison.Numeric number when number.relation() != Relation.UNEQUAL ->
              bounds.add(Comparisons.ofMetric(alias + ".value", number));
          case Comparison.Text(boolean equal, String value) when equal ->
              bounds.add(new Sql().add(alias + ".head = ?", headOf(value)));
          case Comparison.Like like -> bounds.addAll(beginning(alias + ".head", like));
          case Comparison.Numeric _, Comparison.Text _, Comparison.In _ -> {}
        }
      }
    }
    return bounds;
  }

  /// What a text begins with that is like a pattern, in the order of bytes, which is that of code
  /// points.
  private static List<Sql> beginning(String head, Comparison.Like like) {
    String text = like.pattern().split("[%_]", 2)[0];
    if (like.ignoreCase() || text.isEmpty()) {
      return List.of();
    }
    text = headOf(text);
    var bounds = new ArrayList<Sql>();
    bounds.add(new Sql().add(head + " >= ?", text));
    int last = text.codePointBefore(text.length());
    if (last < Character.MIN_SURROGATE - 1) {
      String before = text.substring(0, text.length() - Character.charCount(last));
      bounds.add(new Sql().add(head + " < ?", before + Character.toString(last + 1)));
    }
    return bounds;
  }

  /// What a row of a field must be so that all conditions on it hold.
  Sql holds(String alias, Field field) {
    List<Sql> all = new ArrayList<>(bounds(alias, field));
    for (Condition condition : query.conditions()) {
      if (condition.field().equals(field)) {
        switch (condition.comparison()) {
          case Comparison.Numeric number -> all.add(Comparisons.ofMetric(alias + ".value", number));
          // Said by the bounds.
          case Comparison.Text(boolean equal, String value)
              when equal && headOf(value).length() == value.length() && !isWhole(value) -> {}
          case Comparison other -> all.add(comparisons.of(value(alias, field), other));
        }
      }
    }
    return Sql.all(all);
  }

  /// Whether a text fills a head, so that longer ones have the same.
  private static boolean isWhole(String value) {
    return value.codePointCount(0, value.length()) >= HEAD;
  }

  /// That a run fulfils the conditions on a field.
  Sql check(String run, Field field) {
    return new Sql()
        .add("EXISTS (SELECT 1 FROM " + table(field) + " x WHERE x.run = " + run + " AND ")
        .add(rows("x", field))
        .add(" AND ")
        .add(holds("x", field))
        .add(")");
  }

  /// That a run, table `r`, is one of those asked for and fulfils the conditions on what is not
  /// kept by key.
  List<Sql> visible() {
    var where = new ArrayList<Sql>();
    where.add(inStudies("r.study"));
    switch (view) {
      case ACTIVE_ONLY -> where.add(new Sql().add("r.deleted = 0"));
      case DELETED_ONLY -> where.add(new Sql().add("r.deleted = 1"));
      case ALL -> {}
    }
    for (Condition condition : query.conditions()) {
      switch (condition.field()) {
        case Field.Attribute a ->
            where.add(comparisons.of("r." + column(a.name()), condition.comparison()));
        case Field.Dataset(Field.Part part) -> where.add(ofDataset(part, condition.comparison()));
        case Field.Metric _, Field.Param _, Field.Tag _ -> {}
      }
    }
    return where;
  }

  private Sql ofDataset(Field.Part part, Comparison comparison) {
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
}
