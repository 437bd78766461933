package dev.gnomon.tracking.search;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.TrackingError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Searches by looking at every record: what a store in memory does, and what the others are held
/// to.
///
/// @param query what is asked
/// @param values of the fields
public record Scan<T>(Query query, Values<T> values) {
  /// One page.
  ///
  /// @param scope what else the search was restricted to (see [PageToken])
  /// @throws TrackingError if the token is not of this search
  public Page<T> page(Collection<T> all, String scope, int most, @Nullable String token) {
    List<@Nullable Value> after =
        token == null ? List.of() : PageToken.read(query, scope, token).keys();
    var found = new ArrayList<Sorted<T>>();
    for (T item : all) {
      var sorted = new Sorted<>(item, keys(item));
      if (matches(item) && (after.isEmpty() || query.compare(sorted.keys(), after) > 0)) {
        found.add(sorted);
      }
    }
    found.sort(Comparator.comparing(Sorted::keys, query::compare));
    List<Sorted<T>> page = found.subList(0, Math.min(most, found.size()));
    return new Page<>(
        page.stream().map(Sorted::item).toList(),
        page.size() == found.size() || page.isEmpty()
            ? null
            : new PageToken(page.getLast().keys()).write(query, scope));
  }

  private record Sorted<T>(T item, List<@Nullable Value> keys) {}

  /// Whether all conditions hold.
  public boolean matches(T item) {
    return query.conditions().stream().allMatch(c -> holds(item, c));
  }

  private boolean holds(T item, Condition condition) {
    List<Value> found = values.of(item, condition.field(), query);
    return found.isEmpty()
        ? condition.orMissing()
        : found.stream().anyMatch(v -> holds(v, condition.comparison()));
  }

  static boolean holds(Value value, Comparison comparison) {
    return switch (comparison) {
      case Comparison.Numeric(Comparison.Relation relation, double other) ->
          value instanceof Value.Numeric(double number) && relation.holds(number, other);
      case Comparison.Text(boolean equal, String other) ->
          value instanceof Value.Text(String text) && text.equals(other) == equal;
      case Comparison.Like like ->
          value instanceof Value.Text(String text) && Likeness.of(like).matches(text);
      case Comparison.In(boolean among, List<String> others) ->
          value instanceof Value.Text(String text) && others.contains(text) == among;
    };
  }

  /// What an item is sorted by, one value (or none) for each key of the order.
  public List<@Nullable Value> keys(T item) {
    var keys = new ArrayList<@Nullable Value>();
    for (Order order : query.order()) {
      List<Value> found = values.of(item, order.field(), query);
      keys.add(found.isEmpty() ? null : found.getFirst());
    }
    return keys;
  }
}
