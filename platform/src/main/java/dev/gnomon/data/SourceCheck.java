package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One pass over one source: its facts and all its checks. Filled batch by batch, in a scan of its
/// own or along with somebody else's; the results are asked for afterwards, when the greatest time
/// of all sources is known.
final class SourceCheck {
  private static final int TARGET_VALUES = 100;

  private final SourceReader reader;
  private final SourceSpec spec;
  private final List<State> states = new ArrayList<>();
  private final Set<String> columns = new LinkedHashSet<>();
  private final BitSet withoutKey = new BitSet();
  private final BitSet withoutTime = new BitSet();
  private final BitSet keysSeen = new BitSet();
  private final HashTable ids = new HashTable();
  private final long now;
  private final Schema schema;
  private final int key;
  private final int time;
  private final int known;
  private final int id;
  private final int wanted;
  private final int position;
  private final RowHash idHash;
  private final RowHash content;
  private final Map<String, Long> targetCounts = new LinkedHashMap<>();
  private @Nullable Dictionary keys;
  private long rows;
  private long filtered;
  private long first = Long.MAX_VALUE;
  private long last = Times.MISSING;
  private long repeated;
  private long conflicting;
  private long inFuture;
  private long knownBefore;

  /// One check while rows pass by.
  private record State(Check check, RowRule rule, CheckTally tally, BitSet offending) {}

  /// @param target a column whose values are counted
  /// @param referred the values of other sources that [Check.Rule.Refers] points to
  /// @param also further columns that the batches have, for who reads along
  /// @param now which event times lie in the future, microseconds
  SourceCheck(
      SourceReader reader,
      Optional<String> target,
      Map<Check.Rule.Refers, Set<String>> referred,
      List<String> also,
      long now) {
    this.now = now;
    this.reader = reader;
    this.spec = reader.spec();
    spec.key().ifPresent(columns::add);
    spec.eventTime().ifPresent(columns::add);
    spec.knownAt().ifPresent(columns::add);
    target.ifPresent(columns::add);
    columns.add(SourceReader.ROW);
    if (spec.id().isPresent()
        || spec.checks().stream().anyMatch(c -> c.rule() instanceof Check.Rule.Holds)) {
      columns.addAll(reader.schema().names());
    }
    spec.checks().forEach(check -> addColumns(check.rule()));
    columns.addAll(also);
    columns.retainAll(reader.schema().names()); // what is absent is reported below
    this.schema =
        new Schema(
            columns.stream().map(n -> reader.schema().field(reader.schema().require(n))).toList());
    List<Problem> problems = new ArrayList<>();
    for (Check check : spec.checks()) {
      try {
        Set<String> values =
            check.rule() instanceof Check.Rule.Refers refers
                ? referred.getOrDefault(refers, Set.of())
                : Set.of();
        states.add(
            new State(
                check,
                RowRule.of(check, schema, values, spec.name()),
                new CheckTally(),
                new BitSet()));
      } catch (BadInput e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    this.key = spec.key().map(schema::require).orElse(-1);
    this.time = spec.eventTime().map(schema::require).orElse(-1);
    this.known = spec.knownAt().map(schema::require).orElse(-1);
    this.id = spec.id().map(schema::require).orElse(-1);
    this.wanted = target.map(schema::require).orElse(-1);
    this.position = schema.require(SourceReader.ROW);
    this.idHash = new RowHash(id < 0 ? new int[0] : new int[] {id});
    this.content =
        new RowHash(
            schema.names().stream()
                .filter(name -> !name.equals(SourceReader.ROW))
                .mapToInt(schema::require)
                .toArray());
  }

  private void addColumns(Check.Rule rule) {
    switch (rule) {
      case Check.Rule.Between between -> columns.add(between.column());
      case Check.Rule.In in -> columns.add(in.column());
      case Check.Rule.OfType type -> columns.add(type.column());
      case Check.Rule.MissingAtMost most -> columns.add(most.column());
      case Check.Rule.Unique unique -> columns.addAll(unique.columns());
      case Check.Rule.Refers refers -> columns.add(refers.column());
      case Check.Rule.Fresh _ -> {}
      case Check.Rule.Holds holds -> columns.addAll(holds.expression().columns());
    }
  }

  /// The columns that batches for [#take] have.
  List<String> columns() {
    return List.copyOf(columns);
  }

  /// The whole source in a scan of its own.
  void read(Progress progress) {
    try (SourceScan scan = reader.openEverything(columns())) {
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        var _ = take(next.get());
        progress.advance(next.get().rows());
      }
      end(scan.filtered());
    }
  }

  /// Takes the next batch in.
  ///
  /// @return the rows that may be used; null when all of them
  int @Nullable [] take(Table table) {
    double[] numbers = ((Column.Numbers) table.column(position)).values();
    int[] usable = new int[table.rows()];
    int count = 0;
    for (int row = 0; row < table.rows(); row++) {
      int at = Math.toIntExact((long) numbers[row]);
      boolean good = key < 0 || countKey((Column.Texts) table.column(key), row, at);
      if (time >= 0) {
        good &= countTime(table, row, at);
      }
      if (id >= 0 && !table.column(id).missing(row)) {
        countId(idHash.of(table, row), content.of(table, row));
      }
      if (wanted >= 0) {
        countTarget(table.column(wanted), row);
      }
      for (State state : states) {
        if (state.rule.fails(table, row)) {
          good &= fail(state, table, row, at);
        }
      }
      if (good) {
        usable[count++] = row;
      }
    }
    rows += table.rows();
    states.forEach(state -> state.tally.saw(table.rows()));
    return count == table.rows() ? null : Arrays.copyOf(usable, count);
  }

  /// @param left rows that `where` left out
  void end(long left) {
    filtered = left;
  }

  private boolean countKey(Column.Texts column, int row, int at) {
    keys = column.dictionary();
    int code = column.codes()[row];
    if (code < 0) {
      withoutKey.set(at);
    } else {
      keysSeen.set(code);
    }
    return code >= 0;
  }

  private boolean countTime(Table table, int row, int at) {
    long micros = ((Column.Moments) table.column(time)).micros()[row];
    if (micros == Times.MISSING) {
      if (!withoutKey.get(at)) {
        withoutTime.set(at);
      }
      return false;
    }
    first = Math.min(first, micros);
    last = Math.max(last, micros);
    if (micros > now) {
      inFuture++;
    }
    if (known >= 0) {
      long knownAt = ((Column.Moments) table.column(known)).micros()[row];
      if (knownAt != Times.MISSING && knownAt < micros) {
        knownBefore++;
      }
    }
    return true;
  }

  private void countId(long id, long content) {
    long before = ids.keep(id, content);
    if (before == HashTable.stored(content)) {
      repeated++;
    } else if (before != 0) {
      conflicting++;
    }
  }

  private void countTarget(Column column, int row) {
    String value = SourceText.of(column, row);
    String shown = value == null ? "" : value;
    if (targetCounts.containsKey(shown) || targetCounts.size() < TARGET_VALUES) {
      targetCounts.merge(shown, 1L, Long::sum);
    }
  }

  /// Whether the row may be used all the same.
  private static boolean fail(State state, Table table, int row, int at) {
    if (wholeColumn(state.check)) {
      state.tally.count(1);
      return true;
    }
    int shown = state.rule.shown();
    state.tally.fail(
        at,
        shown < 0 || !state.tally.keeps(at)
            ? ""
            : String.valueOf(SourceText.of(table.column(shown), row)));
    if (state.check.onFailure() != Check.OnFailure.QUARANTINE) {
      return true;
    }
    state.offending.set(at);
    return false;
  }

  /// The greatest event time; [Times#MISSING] when there is none.
  long last() {
    return last;
  }

  /// The distinct keys.
  Set<String> keys() {
    Set<String> found = new LinkedHashSet<>();
    Dictionary dictionary = keys;
    if (dictionary != null) {
      keysSeen.stream().forEach(code -> found.add(String.valueOf(dictionary.text(code))));
    }
    return found;
  }

  /// Why rows are set aside, and which, in the order in which the reasons are given.
  Map<String, BitSet> setAside() {
    Map<String, BitSet> reasons = new LinkedHashMap<>();
    if (!withoutKey.isEmpty()) {
      reasons.put("no key", withoutKey);
    }
    if (!withoutTime.isEmpty()) {
      reasons.put("no event time", withoutTime);
    }
    for (State state : states) {
      if (!state.offending.isEmpty()) {
        reasons.put("not " + CheckResult.words(state.check.rule()), state.offending);
      }
    }
    return reasons;
  }

  /// @param greatest the greatest event time of all sources
  List<CheckResult> results(long greatest) {
    List<CheckResult> results = new ArrayList<>();
    for (State state : states) {
      long failing = state.tally.failing();
      boolean passed = failing == 0;
      String detail = "";
      switch (state.check.rule()) {
        case Check.Rule.MissingAtMost rule -> {
          double share = rows == 0 ? 0 : (double) failing / rows;
          passed = share <= rule.share();
          detail = "%,d of %,d are missing (%.4f)".formatted(failing, rows, share);
        }
        case Check.Rule.Fresh rule -> {
          long age = last == Times.MISSING ? Long.MAX_VALUE : Math.max(0, greatest - last);
          passed = age <= rule.atMost().toNanos() / 1_000;
          detail =
              last == Times.MISSING
                  ? "no row has an event time"
                  : "the newest is of %s, %s before the newest of all sources"
                      .formatted(Times.instant(last), java.time.Duration.ofNanos(age * 1_000));
        }
        default -> {}
      }
      results.add(
          new CheckResult(
              CheckResult.words(state.check.rule()),
              state.check.onFailure(),
              state.check.line(),
              rows,
              failing,
              state.tally.examples(),
              detail,
              passed));
    }
    return results;
  }

  /// @param population the keys that the population source knows; null when there is none or this
  ///   is it
  SourceReport report(
      long greatest,
      @Nullable Set<String> population,
      long setAside,
      Optional<java.nio.file.Path> quarantine) {
    Optional<Long> inPopulation = Optional.empty();
    if (population != null && spec.key().isPresent()) {
      inPopulation = Optional.of(keys().stream().filter(population::contains).count());
    }
    return new SourceReport(
        spec.name(),
        rows + filtered,
        filtered,
        withoutKey.cardinality(),
        withoutTime.cardinality(),
        setAside,
        last == Times.MISSING ? Optional.empty() : Optional.of(Times.instant(first)),
        last == Times.MISSING ? Optional.empty() : Optional.of(Times.instant(last)),
        keysSeen.cardinality(),
        inPopulation,
        repeated,
        conflicting,
        inFuture,
        knownBefore,
        targetCounts,
        results(greatest),
        quarantine);
  }

  /// Problems because of which nothing may go on.
  List<Problem> blocked(long greatest) {
    List<Problem> blocked = new ArrayList<>();
    List<CheckResult> results = results(greatest);
    for (int i = 0; i < results.size(); i++) {
      CheckResult result = results.get(i);
      if (result.blocks(wholeColumn(states.get(i).check))) {
        blocked.add(
            new Problem(
                RowRule.place(spec.name(), states.get(i).check),
                result.text().substring("FAIL ".length()),
                "correct the data or the rule"));
      }
    }
    if (conflicting > 0) {
      blocked.add(
          new Problem(
              SourceReader.place(spec) + ", id '" + spec.id().orElse("") + "'",
              "%,d rows repeat an id with other content".formatted(conflicting),
              "one content per id: correct the rows, or state another `id`"));
    }
    return blocked;
  }

  private static boolean wholeColumn(Check check) {
    return check.rule() instanceof Check.Rule.MissingAtMost
        || check.rule() instanceof Check.Rule.Fresh;
  }
}
