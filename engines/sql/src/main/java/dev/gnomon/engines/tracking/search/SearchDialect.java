package dev.gnomon.engines.tracking.search;

import dev.gnomon.tracking.search.Comparison.Like;
import java.util.List;
import java.util.Locale;

/// Where two databases differ. Both are brought to the same answers: patterns know no escape, and
/// only the letters A to Z have a case to ignore.
public enum SearchDialect {
  SQLITE {
    /// `LIKE` of SQLite ignores the case of A to Z and `GLOB` does not.
    @Override
    Sql like(String column, Like like) {
      return like.ignoreCase()
          ? new Sql().add(column + " LIKE ?", like.pattern())
          : new Sql().add(column + " GLOB ?", glob(like.pattern()));
    }

    @Override
    Sql among(String column, List<?> values) {
      return new Sql()
          .add(column + " IN (SELECT value FROM json_each(?))", new Sql.Many(List.copyOf(values)));
    }

    /// `CROSS JOIN` keeps the planner from turning the tables round.
    @Override
    String then() {
      return " CROSS JOIN ";
    }

    @Override
    String apart() {
      return "";
    }
  },
  POSTGRES {
    @Override
    Sql like(String column, Like like) {
      return like.ignoreCase()
          ? new Sql().add("lower(" + column + ") LIKE ? ESCAPE ''", asciiLower(like.pattern()))
          : new Sql().add(column + " LIKE ? ESCAPE ''", like.pattern());
    }

    @Override
    Sql among(String column, List<?> values) {
      return new Sql().add(column + " = ANY (?)", new Sql.Many(List.copyOf(values)));
    }

    @Override
    String then() {
      return " JOIN ";
    }

    @Override
    String apart() {
      return " OFFSET 0";
    }
  };

  /// @param column SQL, as all texts of this package that are not parameters
  abstract Sql like(String column, Like like);

  /// Whether a column is one of any number of texts or whole numbers.
  abstract Sql among(String column, List<?> values);

  /// A join that reads its left table first.
  abstract String then();

  /// At the end of a subquery: it is planned for all of its rows, whatever is done with them.
  abstract String apart();

  private static String glob(String pattern) {
    var glob = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      switch (c) {
        case '%' -> glob.append('*');
        case '_' -> glob.append('?');
        case '*', '?', '[' -> glob.append('[').append(c).append(']');
        default -> glob.append(c);
      }
    }
    return glob.toString();
  }

  private static String asciiLower(String pattern) {
    var lower = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      lower.append(c < 128 ? Character.toString(c).toLowerCase(Locale.ROOT) : c);
    }
    return lower.toString();
  }
}
