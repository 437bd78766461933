package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.search.PageToken;
import dev.gnomon.tracking.search.Query;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of one page, in order.
public final class Found {
  private final List<Select.Row> page;
  private final boolean more;
  private final Query query;
  private final String scope;

  private Found(List<Select.Row> page, boolean more, Query query, String scope) {
    this.page = page;
    this.more = more;
    this.query = query;
    this.scope = scope;
  }

  /// @param rows one more than a page, if there are as many
  static Found of(List<Select.Row> rows, int most, Query query, String scope) {
    return new Found(
        rows.subList(0, Math.min(most, rows.size())), rows.size() > most, query, scope);
  }

  static Found nothing(Query query, String scope) {
    return new Found(List.of(), false, query, scope);
  }

  public List<Long> rows() {
    return page.stream().map(Select.Row::id).toList();
  }

  /// The token of the next page; null on the last one.
  public @Nullable String next() {
    return more ? token(page.size()) : null;
  }

  /// The token of the next page if this one ends after so many rows.
  public @Nullable String next(int rows) {
    return rows < page.size() ? token(rows) : next();
  }

  private String token(int rows) {
    return new PageToken(page.get(rows - 1).keys()).write(query, scope);
  }
}
