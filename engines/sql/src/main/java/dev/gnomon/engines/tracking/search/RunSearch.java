package dev.gnomon.engines.tracking.search;

import dev.gnomon.engines.tracking.search.RunSelects.Phase;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Condition;
import dev.gnomon.tracking.search.Contradiction;
import dev.gnomon.tracking.search.Field;
import dev.gnomon.tracking.search.PageToken;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Value;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Searches runs.
///
/// What decides the time of a search is where it begins, and neither database knows how rare a
/// value of one key is among those of all keys, nor how often conditions hold together. So it is
/// decided here:
///
/// 1. Conditions that contradict each other, or ask for what was never logged, find nothing.
/// 2. Some field's conditions hold for few runs, as counted in its index: these are read, the other
///    conditions checked, and all is sorted.
/// 3. Enough of the first runs in the order asked for are found, as tried with some: the runs of
///    each study are read in the order of an index until the page is full. If the order begins with
///    a metric, parameter or tag, this is the index of that key; then come those with NaN, then
///    those without the key.
/// 4. Otherwise what is found is rare, or lies behind what is not: the conditions on keys are
///    answered by their indexes alone, for all runs at once, and what remains is sorted. No search
///    takes longer than to read each index that it asks once.
public final class RunSearch {
  /// Fewer are read whatever else is asked; so many entries of an index are counted at once.
  private static final int FEW = 1_000;

  /// So many are counted to begin with the least.
  private static final int MOST_COUNTED = 20_000;

  /// Of so many fields.
  private static final int FIELDS_COUNTED = 6;

  /// So many runs are tried.
  private static final int TRIED = 500;

  /// So many may be looked at in order until the page is full.
  private static final int MOST_LOOKED_AT = 10_000;

  /// Of more studies, all runs are sorted at once.
  private static final int MERGED_STUDIES = 16;

  private final Connection connection;
  private final SearchDialect dialect;
  private final int few;
  private final int mostLookedAt;

  public RunSearch(Connection connection, SearchDialect dialect) {
    this(connection, dialect, FEW, MOST_LOOKED_AT);
  }

  /// @param few fewer are few
  RunSearch(Connection connection, SearchDialect dialect, int few, int mostLookedAt) {
    this.connection = connection;
    this.dialect = dialect;
    this.few = few;
    this.mostLookedAt = mostLookedAt;
  }

  /// @param studies their rows
  /// @throws dev.gnomon.tracking.TrackingError if the token is not of this search
  public Found page(Query query, List<Long> studies, View view, int most, @Nullable String token)
      throws SQLException {
    String scope = studies + " " + view;
    List<@Nullable Value> after =
        token == null ? List.of() : PageToken.read(query, scope, token).keys();
    if (studies.isEmpty() || Contradiction.in(query.conditions())) {
      return Found.nothing(query, scope);
    }
    var terms = new RunTerms(query, studies, view, names(query), dialect, new Comparisons(dialect));
    return terms.unknown()
        ? Found.nothing(query, scope)
        : Found.of(rows(terms, after, most + 1), most, query, scope);
  }

  /// The rows of the keys that are known; nothing has one of the others.
  private Map<String, Long> names(Query query) throws SQLException {
    var keys = new ArrayList<String>();
    query.conditions().forEach(c -> keys.addAll(RunTerms.keys(c.field())));
    query.order().forEach(o -> keys.addAll(RunTerms.keys(o.field())));
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

  private List<Select.Row> rows(RunTerms terms, List<@Nullable Value> after, int most)
      throws SQLException {
    var selects = new RunSelects(terms);
    Field first = terms.query().order().getFirst().field();
    // Conditions on nothing but the metric that orders are a range of its index.
    boolean range =
        terms.query().conditions().stream()
            .allMatch(c -> first instanceof Field.Metric && c.field().equals(first));
    if (range) {
      return inOrder(terms, after, most);
    }
    List<Field> keyed = terms.keyed();
    List<Field> bounded =
        keyed.stream()
            .filter(field -> !terms.bounds("d", field).isEmpty())
            .limit(FIELDS_COUNTED)
            .toList();
    int[] counts = counts(selects, bounded, few);
    int least = least(counts);
    if (least >= 0 && counts[least] < few) {
      Sql set = selects.set(bounded.get(least), counts[least] + 1);
      return selects.sorted(set).run(connection, dialect, after, most);
    }
    if (orderSuffices(terms, most)) {
      return inOrder(terms, after, most);
    }
    least = least(counts(selects, bounded, MOST_COUNTED));
    @Nullable Sql set =
        keyed.isEmpty()
            ? null
            : selects.set(least < 0 ? keyed.getFirst() : bounded.get(least), Integer.MAX_VALUE);
    return selects.sorted(set).run(connection, dialect, after, most);
  }

  /// Until the page is full, by an index if there is one of this order.
  private List<Select.Row> inOrder(RunTerms terms, List<@Nullable Value> after, int most)
      throws SQLException {
    Field first = terms.query().order().getFirst().field();
    if (RunTerms.table(first) == null || terms.studies().size() > MERGED_STUDIES) {
      return new RunSelects(terms).sorted(null).run(connection, dialect, after, most);
    }
    var rows = new ArrayList<Select.Row>();
    for (long study : terms.studies()) {
      rows.addAll(inOrder(terms.in(study), first, after, most));
    }
    rows.sort(Comparator.comparing(Select.Row::keys, terms.query()::compare));
    return rows.subList(0, Math.min(most, rows.size()));
  }

  private static int least(int[] counts) {
    int least = -1;
    for (int i = 0; i < counts.length; i++) {
      least = least < 0 || counts[i] < counts[least] ? i : least;
    }
    return least;
  }

  private int[] counts(RunSelects selects, List<Field> fields, int most) throws SQLException {
    int[] counts = new int[fields.size()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = count(selects.count(fields.get(i), most));
    }
    return counts;
  }

  /// Whether the page would be full soon, as tried with the first runs.
  private boolean orderSuffices(RunTerms terms, int most) throws SQLException {
    Field first = terms.query().order().getFirst().field();
    boolean byStart = first instanceof Field.Attribute a && a.name().equals("start_time");
    if ((RunTerms.table(first) == null && !byStart) || terms.studies().size() > MERGED_STUDIES) {
      return false;
    }
    int each = TRIED / terms.studies().size();
    long found = 0;
    for (long study : terms.studies()) {
      found += count(new RunSelects(terms.in(study)).sample(each));
    }
    return found * mostLookedAt >= (long) most * TRIED;
  }

  private int count(Sql sql) throws SQLException {
    try (PreparedStatement statement = sql.prepare(connection, dialect);
        ResultSet found = statement.executeQuery()) {
      return found.next() ? found.getInt(1) : 0;
    }
  }

  /// Of one study, by the index of the first key.
  private List<Select.Row> inOrder(
      RunTerms terms, Field first, List<@Nullable Value> after, int most) throws SQLException {
    var selects = new RunSelects(terms);
    var rows = new ArrayList<Select.Row>();
    for (Phase phase : phases(terms, first, after)) {
      boolean begun = phase.rank() == rank(after);
      rows.addAll(
          selects
              .inOrder(phase)
              .run(connection, dialect, begun ? after : List.of(), most - rows.size()));
      if (rows.size() == most) {
        break;
      }
    }
    return rows;
  }

  private static List<Phase> phases(RunTerms terms, Field first, List<@Nullable Value> after) {
    boolean known = terms.name(first) != null;
    boolean asked =
        terms.query().conditions().stream().map(Condition::field).anyMatch(first::equals);
    var phases = new ArrayList<Phase>();
    for (Phase phase : Phase.values()) {
      boolean possible =
          switch (phase) {
            case PRESENT -> known;
            case NAN -> known && first instanceof Field.Metric;
            // A condition fails where there is nothing.
            case MISSING -> !asked;
          };
      if (possible && phase.rank() >= Math.max(0, rank(after))) {
        phases.add(phase);
      }
    }
    return phases;
  }

  private static int rank(List<@Nullable Value> after) {
    if (after.isEmpty()) {
      return -1;
    }
    Value value = after.getFirst();
    return value == null ? 2 : value instanceof Value.Numeric(double n) && Double.isNaN(n) ? 1 : 0;
  }
}
