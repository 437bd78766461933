package dev.gnomon.tracking.search;

import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tracking.DatasetKey;
import dev.gnomon.tracking.Tracking.ModelOrder;
import dev.gnomon.tracking.TrackingError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A search that was read and found valid.
///
/// @param conditions all must hold
/// @param order of whole and never equal keys: ends with what is unique to a record
/// @param measuredOn of logged models only: at least one metric was measured on one of these, and
///   conditions on metrics look only at those; empty for any
public record Query(
    Searched what, List<Condition> conditions, List<Order> order, List<DatasetKey> measuredOn) {
  private static final int MAX_ORDERS = 20;

  public Query {
    conditions = List.copyOf(conditions);
    order = List.copyOf(order);
    measuredOn = List.copyOf(measuredOn);
  }

  /// Reads filter and order of a search.
  ///
  /// @throws TrackingError if one of them is not in the grammar, naming what and where
  public static Query of(Searched what, Search search) {
    return of(what, search.filter(), search.orderBy());
  }

  /// Reads a filter and an order.
  ///
  /// @throws TrackingError as above
  public static Query of(Searched what, String filter, List<String> orderBy) {
    var given = new ArrayList<Order>();
    for (String key : orderBy) {
      given.add(new FilterParser(what, "order_by", key).order());
    }
    return new Query(what, conditions(what, filter), total(what, given), List.of());
  }

  /// Reads a search for logged models, whose order comes as objects.
  ///
  /// @throws TrackingError as above
  public static Query ofLoggedModels(
      String filter, List<DatasetKey> measuredOn, List<ModelOrder> orderBy) {
    var given = new ArrayList<Order>();
    for (ModelOrder key : orderBy) {
      Field field = new FilterParser(Searched.LOGGED_MODELS, "order_by", key.field()).onlyField();
      if (key.dataset() != null) {
        if (!(field instanceof Field.Metric metric)) {
          throw TrackingError.invalid(
              "Invalid order_by '%s': only a metric can be that of a data set"
                  .formatted(FilterParser.shown(key.field())));
        }
        field = new Field.Metric(metric.key(), key.dataset());
      }
      given.add(new Order(field, key.ascending()));
    }
    return new Query(
        Searched.LOGGED_MODELS,
        conditions(Searched.LOGGED_MODELS, filter),
        total(Searched.LOGGED_MODELS, given),
        measuredOn);
  }

  private static List<Condition> conditions(Searched what, String filter) {
    return new FilterParser(what, "filter", filter).conditions();
  }

  /// What is asked for, then what breaks ties. A key that stood before decides nothing more and is
  /// left out.
  private static List<Order> total(Searched what, List<Order> given) {
    if (given.size() > MAX_ORDERS) {
      throw TrackingError.invalid(
          "Invalid order_by: %d keys, at most %d are allowed".formatted(given.size(), MAX_ORDERS));
    }
    var all = new ArrayList<Order>();
    Set<Field> seen = new HashSet<>();
    for (Order key : given) {
      if (seen.add(key.field())) {
        all.add(key);
      }
    }
    for (Order key : given.isEmpty() ? what.standard() : what.ties()) {
      if (seen.add(key.field())) {
        all.add(key);
      }
    }
    return all;
  }

  /// How two records stand in the order, by what they are sorted by.
  public int compare(List<@Nullable Value> left, List<@Nullable Value> right) {
    for (int i = 0; i < order.size(); i++) {
      int c = compare(left.get(i), right.get(i), order.get(i).ascending());
      if (c != 0) {
        return c;
      }
    }
    return 0;
  }

  private static int compare(@Nullable Value left, @Nullable Value right, boolean ascending) {
    int ranks = Integer.compare(rank(left), rank(right));
    if (ranks != 0 || rank(left) > 0) {
      return ranks;
    }
    int c;
    if (left instanceof Value.Numeric(double a) && right instanceof Value.Numeric(double b)) {
      // -0.0 equals 0.0, as in databases.
      c = a < b ? -1 : a > b ? 1 : 0;
    } else if (left instanceof Value.Text(String a) && right instanceof Value.Text(String b)) {
      c = compareTexts(a, b);
    } else {
      throw new IllegalArgumentException("a field of numbers and texts");
    }
    return ascending ? c : -c;
  }

  private static int rank(@Nullable Value value) {
    return value == null ? 2 : value instanceof Value.Numeric(double n) && Double.isNaN(n) ? 1 : 0;
  }

  /// By code point, which is the order of UTF-8's bytes, in which databases without a locale sort.
  static int compareTexts(String left, String right) {
    int i = 0;
    while (i < left.length() && i < right.length()) {
      int a = left.codePointAt(i);
      int b = right.codePointAt(i);
      if (a != b) {
        return Integer.compare(a, b);
      }
      i += Character.charCount(a);
    }
    return Integer.compare(left.length(), right.length());
  }
}
