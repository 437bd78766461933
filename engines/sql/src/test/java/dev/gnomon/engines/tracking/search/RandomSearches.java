package dev.gnomon.engines.tracking.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Scan;
import dev.gnomon.tracking.search.Values;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Makes random searches, and holds what a database finds to what looking at every record finds,
/// page by page, in order.
abstract class RandomSearches {
  static final int STORES = 12;
  static final int SEARCHES = 40;

  private static @Nullable EmbeddedPostgres server;
  static final Map<SearchDialect, SearchedStore> STORE = new HashMap<>();

  @BeforeAll
  static void open() throws IOException, SQLException {
    server = EmbeddedPostgres.start();
    STORE.put(SearchDialect.SQLITE, SearchedStore.sqlite(":memory:"));
    STORE.put(
        SearchDialect.POSTGRES,
        new SearchedStore(server.getPostgresDatabase().getConnection(), SearchDialect.POSTGRES));
  }

  @AfterAll
  static void close() throws IOException, SQLException {
    for (SearchedStore store : STORE.values()) {
      store.close();
    }
    if (server != null) {
      server.close();
    }
  }

  /// Few values, so that equal ones, near misses and what databases see differently are common.
  static final List<String> TEXTS =
      List.of(
          "",
          "a",
          "A",
          "b",
          "ab",
          "aB",
          "é",
          "É",
          "e\u0301",
          "😀",
          "\uffff",
          "a%",
          "a_",
          "%",
          "_",
          "\\",
          "a\\b",
          "*",
          "[a]",
          "?",
          "'",
          "\"",
          "x'; DROP TABLE run; --",
          "a".repeat(250),
          "a".repeat(250) + "b",
          "10",
          "9",
          " a",
          "a ");

  static final List<String> PATTERNS =
      List.of(
          "%",
          "", "a%", "%b", "_", "__", "a_", "A%", "%é%", "É", "\\%", "a\\b", "[a]", "*", "?",
          "%a%b%", "_%_", "%😀", "a%%");

  static final List<Double> NUMBERS =
      List.of(0.0, -0.0, 1.0, -1.0, 0.5, 1e300, Double.MAX_VALUE, -Double.MAX_VALUE, Double.NaN);
  static final List<String> KEYS = List.of("m", "m2", "a b", "k");

  final Random random = new Random(20261121);

  <T> T one(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  boolean chance(double share) {
    return random.nextDouble() < share;
  }

  String quoted(String text) {
    return random.nextBoolean()
        ? "'" + text.replace("'", "''") + "'"
        : '"' + text.replace("\"", "\"\"") + '"';
  }

  Map<String, String> texts() {
    var texts = new TreeMap<String, String>();
    for (String key : KEYS) {
      if (chance(0.6)) {
        texts.put(key, one(TEXTS));
      }
    }
    return texts;
  }

  String textCondition(String field, boolean lists) {
    return switch (random.nextInt(lists ? 6 : 4)) {
      case 0 -> field + " = " + quoted(one(TEXTS));
      case 1 -> field + " != " + quoted(one(TEXTS));
      case 2 -> field + " LIKE " + quoted(one(PATTERNS));
      case 3 -> field + " ILIKE " + quoted(one(PATTERNS));
      case 4 -> field + " IN (" + quoted(one(TEXTS)) + ", " + quoted("a1") + ")";
      default -> field + " NOT IN (" + quoted(one(TEXTS)) + ", " + quoted("a1") + ")";
    };
  }

  String numberCondition(String field) {
    return field
        + " "
        + one(List.of("=", "!=", ">", ">=", "<", "<="))
        + " "
        + one(List.of("0", "-0.0", "1", "0.5", "2", "1e300", "1e400", "-1e400", "-1", "1.5"));
  }

  String key() {
    return "`" + one(List.of("m", "m2", "a b", "k", "unknown")) + "`";
  }

  String filter(Supplier<String> condition) {
    var filter = new StringBuilder(chance(0.3) ? "" : condition.get());
    while (!filter.isEmpty() && chance(0.4)) {
      filter.append(" AND ").append(condition.get());
    }
    return filter.toString();
  }

  List<String> orders(Supplier<String> field) {
    var orders = new ArrayList<String>();
    while (chance(0.55)) {
      orders.add(field.get() + one(List.of("", " ASC", " DESC")));
    }
    return orders;
  }

  /// A page of a database.
  interface Finder {
    Found find(int most, @Nullable String token) throws SQLException;
  }

  <T> void compare(
      Object what,
      Query query,
      Values<T> values,
      Collection<T> all,
      Map<Long, T> rows,
      Finder finder)
      throws SQLException {
    Page<T> expected = new Scan<>(query, values).page(all, "", 1000, null);
    int size = 1 + random.nextInt(5);
    var found = new ArrayList<T>();
    @Nullable String token = null;
    do {
      Found page = finder.find(size, token);
      assertThat(page.rows().size()).isLessThanOrEqualTo(size);
      // A page may be ended early, and its token leads on from there.
      int taken = page.rows().size() > 1 && chance(0.3) ? 1 : page.rows().size();
      page.rows().subList(0, taken).forEach(row -> found.add(rows.get(row)));
      token = page.next(taken);
    } while (token != null && found.size() < 1000);
    assertThat(found).describedAs("%s %s", what, query).isEqualTo(expected.items());
  }

  SearchedStore store(SearchDialect dialect) {
    return Objects.requireNonNull(STORE.get(dialect));
  }
}
