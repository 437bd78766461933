package dev.gnomon.data;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a source is like, column by column, and the checks that its rows suggest. Its components
/// are what `profile --json` prints.
///
/// @param rows that `where` keeps
/// @param filtered rows that it leaves out
/// @param findings what somebody should look at, in words
/// @param suggestions checks that hold of every row of the source
public record SourceProfile(
    String name,
    long rows,
    long filtered,
    List<ColumnProfile> columns,
    List<String> findings,
    List<SuggestedChecks.Suggestion> suggestions) {
  private static final int BINS = 16;
  private static final int TOP = 8;

  public SourceProfile {
    columns = List.copyOf(columns);
    findings = List.copyOf(findings);
    suggestions = List.copyOf(suggestions);
  }

  /// One column.
  ///
  /// @param type number, text or time
  /// @param role what the source says the column is: key, id, event time, known-at; else empty
  /// @param distinctExact whether `distinct` is counted or estimated
  /// @param min of numbers as they are, of times in ISO 8601, of texts the shortest length
  /// @param mean of numbers; of texts the mean length
  /// @param quantiles of numbers and times, by the share below
  /// @param top the most frequent values; empty where there are too many to be known
  public record ColumnProfile(
      String name,
      String type,
      String role,
      long rows,
      long missing,
      double missingShare,
      long distinct,
      boolean distinctExact,
      String min,
      String max,
      double mean,
      double deviation,
      Map<String, String> quantiles,
      Optional<ColumnState.Histogram> histogram,
      List<ColumnState.Level> top) {}

  /// Reads a source twice: once for its columns, once to see that every suggested check holds.
  /// Memory is bounded by the number of columns, except for 32 bytes per row while a suggested
  /// `unique` is tried.
  ///
  /// @param now which event times lie in the future, microseconds
  public static SourceProfile of(SourceReader reader, long now, Progress progress) {
    SourceSpec spec = reader.spec();
    List<String> names =
        reader.schema().names().stream().filter(name -> !name.equals(SourceReader.ROW)).toList();
    Map<String, ColumnState> states = new LinkedHashMap<>();
    names.forEach(name ->
        states.put(
            name, new ColumnState(reader.schema().field(reader.schema().require(name)).type())));
    long rows = 0;
    long future = 0;
    long knownBefore = 0;
    long filtered;
    progress.stage("profiling " + spec.name(), reader.rowCount().orElse(0L));
    try (SourceScan scan = reader.openEverything(names)) {
      Schema schema = scan.schema();
      int time = spec.eventTime().map(schema::require).orElse(-1);
      int known = spec.knownAt().map(schema::require).orElse(-1);
      for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
        Table table = next.get();
        int i = 0;
        for (ColumnState state : states.values()) {
          state.add(table.column(i++));
        }
        for (int row = 0; time >= 0 && row < table.rows(); row++) {
          long at = ((Column.Moments) table.column(time)).micros()[row];
          future += at != Times.MISSING && at > now ? 1 : 0;
          if (known >= 0) {
            long knownAt = ((Column.Moments) table.column(known)).micros()[row];
            knownBefore += knownAt != Times.MISSING && knownAt < at ? 1 : 0;
          }
        }
        rows += table.rows();
        progress.advance(table.rows());
        scan.forgetTexts();
      }
      filtered = scan.filtered();
    }
    List<String> findings = new ArrayList<>();
    tell(findings, future, rows, "event times lie in the future");
    tell(findings, knownBefore, rows, "rows were known before they happened");
    List<ColumnProfile> columns = new ArrayList<>();
    states.forEach((name, state) -> {
      String role = role(spec, name);
      find(findings, name, role, state);
      columns.add(column(name, role, state));
    });
    return new SourceProfile(
        spec.name(),
        rows,
        filtered,
        columns,
        findings,
        verified(reader, SuggestedChecks.of(spec, states, knownBefore), progress));
  }

  private static void tell(List<String> findings, long count, long rows, String what) {
    if (count > 0) {
      findings.add("%,d of %,d %s".formatted(count, rows, what));
    }
  }

  private static void find(List<String> findings, String name, String role, ColumnState state) {
    if (state.rows() == 0) {
      return;
    }
    if (state.present() == 0) {
      findings.add("%s: every value is missing".formatted(name));
    } else if (state.distinctExact() && state.distinct() == 1) {
      findings.add(
          "%s: %s in every row that has a value: a constant tells nothing"
              .formatted(name, state.top(1).getFirst().value()));
    } else if (!role.isEmpty() && state.missing() > 0) {
      findings.add("%s (%s): %,d rows lack it".formatted(name, role, state.missing()));
    }
    if (state.infinite() > 0) {
      findings.add("%s: %,d infinite values".formatted(name, state.infinite()));
    }
    if (role.equals("id") && !state.allOnce()) {
      findings.add("%s (id): some ids occur more than once".formatted(name));
    }
  }

  private static String role(SourceSpec spec, String name) {
    if (spec.key().filter(name::equals).isPresent()) {
      return "key";
    }
    if (spec.id().filter(name::equals).isPresent()) {
      return "id";
    }
    if (spec.eventTime().filter(name::equals).isPresent()) {
      return "event time";
    }
    return spec.knownAt().filter(name::equals).isPresent() ? "known-at" : "";
  }

  private static ColumnProfile column(String name, String role, ColumnState state) {
    Map<String, String> quantiles = new LinkedHashMap<>();
    Optional<ColumnState.Histogram> histogram = Optional.empty();
    if (!state.empty() && state.type() != Type.TEXT) {
      for (double share : new double[] {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99}) {
        quantiles.put(Double.toString(share), shown(state, state.quantile(share)));
      }
      histogram = Optional.of(histogram(state));
    }
    return new ColumnProfile(
        name,
        state.type().word(),
        role,
        state.rows(),
        state.missing(),
        state.rows() == 0 ? Double.NaN : (double) state.missing() / state.rows(),
        Math.round(state.distinct()),
        state.distinctExact(),
        shown(state, state.min()),
        shown(state, state.max()),
        state.mean(),
        Math.sqrt(state.variance()),
        quantiles,
        histogram,
        state.top(TOP));
  }

  /// Over all values, or, where a few lie far out, over the middle 98 %.
  private static ColumnState.Histogram histogram(ColumnState state) {
    double low = state.min();
    double high = state.max();
    double inner = state.quantile(0.99) - state.quantile(0.01);
    if (inner > 0 && !(high - low <= 10 * inner)) {
      low = state.quantile(0.01);
      high = state.quantile(0.99);
    }
    return state.histogram(BINS, low, high);
  }

  private static String shown(ColumnState state, double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return switch (state.type()) {
      case TIME -> Times.instant((long) value).toString();
      case TEXT -> Long.toString((long) value);
      case NUMBER -> String.valueOf(SourceText.of(value));
    };
  }

  /// Those that fail for no row. (A rule about a whole column was made from the whole column.)
  private static List<SuggestedChecks.Suggestion> verified(
      SourceReader reader, List<SuggestedChecks.Suggestion> all, Progress progress) {
    Set<String> columns = new java.util.LinkedHashSet<>();
    all.forEach(one -> columns.addAll(one.columns()));
    List<Field> fields =
        columns.stream().map(n -> reader.schema().field(reader.schema().require(n))).toList();
    Schema schema = new Schema(fields);
    Map<SuggestedChecks.Suggestion, RowRule> rules = new LinkedHashMap<>();
    Set<SuggestedChecks.Suggestion> broken = new java.util.LinkedHashSet<>();
    for (SuggestedChecks.Suggestion one : all) {
      if (one.wholeColumn()) {
        continue;
      }
      try {
        rules.put(one, RowRule.of(one.check(), schema, Set.of(), reader.spec().name()));
      } catch (BadInput doesNotFit) {
        broken.add(one); // a column of a type that the rule does not take
      }
    }
    if (!rules.isEmpty()) {
      progress.stage("trying the checks on " + reader.spec().name(), reader.rowCount().orElse(0L));
      try (SourceScan scan = reader.openEverything(List.copyOf(columns))) {
        for (Optional<Table> next = scan.next(); next.isPresent(); next = scan.next()) {
          Table table = next.get();
          rules.forEach((one, rule) -> {
            for (int row = 0; row < table.rows() && !broken.contains(one); row++) {
              if (rule.fails(table, row)) {
                broken.add(one);
              }
            }
          });
          progress.advance(table.rows());
          scan.forgetTexts();
        }
      }
    }
    return all.stream().filter(one -> !broken.contains(one)).toList();
  }
}
