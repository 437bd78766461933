package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Field;
import dev.gnomon.tracking.search.Order;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The statements that find the runs of one search, by where they begin.
record RunSelects(RunTerms terms) {
  /// In an order by key: the runs with a value, with NaN, without the key.
  enum Phase {
    PRESENT(0),
    NAN(1),
    MISSING(2);

    private final int rank;

    Phase(int rank) {
      this.rank = rank;
    }

    int rank() {
      return rank;
    }
  }

  /// All runs, or those of a set; sorted.
  ///
  /// @param set a table of `run`; null for all. Its runs fulfil the conditions on keys
  Select sorted(@Nullable Sql set) {
    var from = new Sql();
    var where = new ArrayList<Sql>();
    if (set == null) {
      from.add("run r");
      terms.keyed().forEach(field -> where.add(terms.check("r.id", field)));
    } else {
      from.add(set).add(" f" + terms.dialect().then() + "run r ON r.id = f.run");
    }
    where.addAll(terms.visible());
    Sql all = Sql.all(where);
    if (set != null) {
      // The end of the subquery: that few of its rows are wanted must not make a planner begin with
      // their order.
      all.add(terms.dialect().apart());
    }
    return select(from, all, null);
  }

  /// The runs of one study in the order of the index of the first key.
  Select inOrder(Phase phase) {
    Field first = first();
    String table = RunTerms.table(first);
    var from = new Sql();
    var where = new ArrayList<Sql>();
    if (phase == Phase.MISSING) {
      from.add("run r");
      Long name = terms.name(first);
      if (name != null) {
        where.add(
            new Sql()
                .add("NOT EXISTS (SELECT 1 FROM " + table + " x")
                .add(" WHERE x.run = r.id AND x.name = ?)", name));
      }
    } else {
      from.add(table + " k0" + terms.dialect().then() + "run r ON r.id = k0.run");
      where.add(terms.rows("k0", first));
      where.add(new Sql().add("k0.value IS " + (phase == Phase.NAN ? "NULL" : "NOT NULL")));
    }
    for (Field field : terms.keyed()) {
      where.add(
          field.equals(first) && phase != Phase.MISSING
              ? terms.holds("k0", field)
              : terms.check("r.id", field));
    }
    where.addAll(terms.visible());
    return select(from, Sql.all(where), phase);
  }

  private Field first() {
    return terms.query().order().getFirst().field();
  }

  private Select select(Sql from, Sql where, @Nullable Phase phase) {
    List<Order> order = terms.query().order();
    var keys = new ArrayList<Key>();
    for (int i = 0; i < order.size(); i++) {
      keys.add(key(i, order.get(i).field(), i == 0 ? phase : null, from));
    }
    return new Select("r.id", from, where, keys, order);
  }

  private Key key(int i, Field field, @Nullable Phase phase, Sql from) {
    if (field instanceof Field.Attribute attribute) {
      String column = "r." + RunTerms.column(attribute.name());
      return attribute.number()
          ? column.equals("r.ended") ? Key.whole(column).orMissing(column) : Key.whole(column)
          : Key.text(column);
    }
    boolean measured = field instanceof Field.Metric;
    if (phase == Phase.MISSING || terms.name(field) == null) {
      return Key.never(measured);
    }
    String alias = "k" + i;
    Sql value = new Sql().add(RunTerms.value(alias, field));
    if (phase == Phase.PRESENT) {
      return new Key(null, value, measured, measured, measured ? null : alias + ".head");
    }
    if (phase == Phase.NAN) {
      return new Key(new Sql().add("1"), new Sql().add("0.0"), true, true, null);
    }
    from.add(
            " LEFT JOIN %s %s ON %s.run = r.id AND ".formatted(RunTerms.table(field), alias, alias))
        .add(terms.rows(alias, field));
    return new Key(
        new Sql()
            .add("CASE WHEN " + alias + ".run IS NULL THEN 2 WHEN ")
            .add(alias + ".value IS NULL THEN 1 ELSE 0 END"),
        value,
        measured,
        measured,
        null);
  }

  /// The runs that fulfil the conditions on all keys, beginning with those of one field.
  ///
  /// @param most of that field, if it is known: a planner without it would guess far too many
  Sql set(Field field, int most) {
    String table = RunTerms.table(field);
    var all =
        new Sql()
            .add("SELECT d.run FROM " + table + " d WHERE ")
            .add(terms.rows("d", field))
            .add(" AND ")
            .add(terms.holds("d", field));
    List<Field> others = terms.keyed().stream().filter(f -> !f.equals(field)).toList();
    if (most < Integer.MAX_VALUE) {
      all = new Sql().add("SELECT d.run FROM (").add(all).add(" LIMIT " + most + ") d");
    }
    for (int i = 0; i < others.size(); i++) {
      all.add(i == 0 && most < Integer.MAX_VALUE ? " WHERE " : " AND ")
          .add(terms.check("d.run", others.get(i)));
    }
    return new Sql().add("(").add(all).add(terms.dialect().apart()).add(")");
  }

  /// How many of a field's rows are within its bounds.
  Sql count(Field field, int most) {
    return new Sql()
        .add("SELECT count(*) FROM (SELECT 1 FROM " + RunTerms.table(field) + " d WHERE ")
        .add(terms.rows("d", field))
        .add(" AND ")
        .add(Sql.all(terms.bounds("d", field)))
        .add(" LIMIT " + most + ") few");
  }

  /// How many of the first so many runs of one study, in the order of an index, are found.
  Sql sample(int most) {
    Field first = first();
    String table = RunTerms.table(first);
    String direction = terms.query().order().getFirst().ascending() ? " ASC" : " DESC";
    var some = new Sql();
    if (table == null || terms.name(first) == null) {
      some.add("SELECT s.id AS run FROM run s WHERE ")
          .add(terms.inStudies("s.study"))
          .add(" AND s.deleted = " + (terms.view() == View.DELETED_ONLY ? 1 : 0))
          .add(" ORDER BY s.started" + (table == null ? direction : " DESC"));
    } else {
      List<Sql> bounds = terms.bounds("s", first);
      some.add("SELECT s.run FROM " + table + " s WHERE ")
          .add(terms.rows("s", first))
          .add(" AND s.value IS NOT NULL AND ")
          .add(Sql.all(bounds))
          .add(" ORDER BY s." + (first instanceof Field.Metric ? "value" : "head") + direction);
    }
    List<Sql> where = new ArrayList<>(terms.visible());
    terms.keyed().forEach(field -> where.add(terms.check("r.id", field)));
    return new Sql()
        .add("SELECT count(*) FROM (")
        .add(some)
        .add(" LIMIT " + most + ") f" + terms.dialect().then() + "run r ON r.id = f.run WHERE ")
        .add(Sql.all(where));
  }
}
