package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.search.PageToken;
import dev.gnomon.tracking.search.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of one page, in order.
///
/// @param next the token of the next page; null on the last one
public record Found(List<Long> rows, @Nullable String next) {
  /// @param rows one more than a page, if there are as many
  static Found of(List<Select.Row> rows, int most, Query query, String scope) {
    List<Select.Row> page = rows.subList(0, Math.min(most, rows.size()));
    return new Found(
        page.stream().map(Select.Row::id).toList(),
        rows.size() <= most ? null : new PageToken(page.getLast().keys()).write(query, scope));
  }
}
