package dev.gnomon.data;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Type;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Checks that the values of a source suggest: wide enough that ordinary new rows pass, narrow
/// enough that another unit, swapped columns, a new category or a column that stays empty do not.
///
/// - Numbers: `between` the extremes, widened by a fifth of their distance and rounded outwards;
///   what was never negative stays so, what was within 0 and 1 too.
/// - Few stable values (at most 20, each at least five times and in a thousandth of the rows):
///   `in`.
/// - Missing: the share plus three standard errors, at least one percentage point more.
/// - Ids, and the key of a flat table, that never repeat: `unique`.
/// - Known-at never before the event time: `holds`.
///
/// Nothing is suggested from fewer than 100 values.
public final class SuggestedChecks {
  private static final int LEAST = 100;
  private static final int FEW = 20;
  private static final int UNIQUE_ROWS = 20_000_000;

  private SuggestedChecks() {}

  /// A check with its reason, ready to be pasted.
  ///
  /// @param yaml one line of `data.checks.<source>`
  public record Suggestion(Check check, String yaml, String why, List<String> columns) {
    public Suggestion {
      columns = List.copyOf(columns);
    }

    boolean wholeColumn() {
      return check.rule() instanceof Check.Rule.MissingAtMost;
    }
  }

  static List<Suggestion> of(SourceSpec spec, Map<String, ColumnState> states, long knownBefore) {
    List<Suggestion> all = new ArrayList<>();
    states.forEach((name, state) -> {
      boolean key = spec.key().filter(name::equals).isPresent();
      boolean id = spec.id().filter(name::equals).isPresent();
      boolean time = spec.eventTime().filter(name::equals).isPresent();
      if (state.present() < LEAST) {
        return;
      }
      if (!key && !id) {
        values(name, state, all);
      }
      if (!key && !time) {
        missing(name, state, all);
      }
      boolean named = name.toLowerCase(Locale.ROOT).endsWith("id") && state.type() != Type.TIME;
      if (((key && spec.kind() == SourceSpec.Kind.TABLE) || (named && !key && !id))
          && state.allOnce()
          && state.rows() <= UNIQUE_ROWS) {
        add(
            all,
            new Check.Rule.Unique(List.of(name)),
            "unique: [%s]".formatted(text(name)),
            "no value occurs twice",
            List.of(name));
      }
    });
    if (knownBefore == 0 && spec.knownAt().isPresent() && spec.eventTime().isPresent()) {
      String known = spec.knownAt().get();
      String at = spec.eventTime().get();
      if (!known.equals(at)) {
        String formula = "%s >= %s".formatted(quoted(known), quoted(at));
        add(
            all,
            new Check.Rule.Holds(Expression.parse(formula)),
            "holds: " + json(formula),
            "nothing was known before it happened",
            List.of(known, at));
      }
    }
    return all;
  }

  private static void values(String name, ColumnState state, List<Suggestion> all) {
    double distinct = state.distinct();
    boolean whole = state.type() == Type.TEXT || wholeNumbers(state);
    if (state.type() != Type.TIME
        && state.distinctExact()
        && distinct > 1
        && distinct <= (state.type() == Type.TEXT ? FEW : FEW / 2)
        && whole
        && stable(state)) {
      List<String> levels = state.top(FEW).stream().map(ColumnState.Level::value).sorted().toList();
      if (levels.stream().allMatch(level -> level.length() < 100)) {
        add(
            all,
            new Check.Rule.In(name, levels),
            "column: %s, in: [%s]"
                .formatted(
                    text(name),
                    levels.stream()
                        .map(level -> state.type() == Type.NUMBER ? level : json(level))
                        .collect(Collectors.joining(", "))),
            "%d values, each %,d times or more"
                .formatted(levels.size(), state.top(FEW).getLast().count()),
            List.of(name));
        return;
      }
    }
    if (state.type() == Type.NUMBER && distinct > 1) {
      double[] bounds = bounds(state.min(), state.max());
      if (Double.isFinite(bounds[0]) && Double.isFinite(bounds[1])) {
        add(
            all,
            new Check.Rule.Between(name, bounds[0], bounds[1]),
            "column: %s, between: [%s, %s]"
                .formatted(text(name), SourceText.of(bounds[0]), SourceText.of(bounds[1])),
            "seen from %s to %s".formatted(SourceText.of(state.min()), SourceText.of(state.max())),
            List.of(name));
      }
    }
  }

  private static boolean wholeNumbers(ColumnState state) {
    return state.top(FEW).stream().noneMatch(level -> level.value().contains("."));
  }

  private static boolean stable(ColumnState state) {
    List<ColumnState.Level> levels = state.top(FEW + 1);
    return !levels.isEmpty() && levels.getLast().count() >= Math.max(5, state.present() / 1000);
  }

  /// Widened by a fifth of their distance, rounded outwards to two digits of it.
  static double[] bounds(double min, double max) {
    double fifth = max / 5 - min / 5;
    double low = rounded(min - fifth, fifth, RoundingMode.FLOOR);
    double high = rounded(max + fifth, fifth, RoundingMode.CEILING);
    if (min >= 0) {
      low = Math.max(0, low);
      if (max <= 1) {
        high = Math.min(1, high);
      }
    }
    return new double[] {Math.min(low, min), Math.max(high, max)};
  }

  private static double rounded(double value, double size, RoundingMode mode) {
    if (!Double.isFinite(value) || size == 0) {
      return value;
    }
    int digits = new BigDecimal(size).round(new MathContext(2)).stripTrailingZeros().scale();
    double rounded = new BigDecimal(value).setScale(digits, mode).doubleValue();
    return rounded + 0.0;
  }

  private static void missing(String name, ColumnState state, List<Suggestion> all) {
    double share = (double) state.missing() / state.rows();
    double error = Math.sqrt(share * (1 - share) / state.rows());
    double most = Math.ceil((share + Math.max(0.01, 3 * error)) * 1000) / 1000;
    if (most >= 0.95) {
      return;
    }
    add(
        all,
        new Check.Rule.MissingAtMost(name, most),
        "column: %s, missing-at-most: %s".formatted(text(name), most),
        "%.2f %% are missing".formatted(100 * share),
        List.of(name));
  }

  private static void add(
      List<Suggestion> all, Check.Rule rule, String line, String why, List<String> columns) {
    all.add(
        new Suggestion(new Check(rule, Check.OnFailure.WARN, 0), "- {" + line + "}", why, columns));
  }

  /// The suggestions as a part of a use-case file.
  ///
  /// @param bySource by the name of the source
  public static String yaml(Map<String, List<Suggestion>> bySource) {
    StringBuilder out = new StringBuilder("data:\n  checks:\n");
    bySource.forEach((source, suggestions) -> {
      if (!suggestions.isEmpty()) {
        out.append("    ").append(source).append(":\n");
        int width =
            Math.min(78, suggestions.stream().mapToInt(s -> s.yaml().length()).max().orElse(0));
        suggestions.forEach(one ->
            out.append("      ")
                .append(one.yaml())
                .append(" ".repeat(Math.max(0, width - one.yaml().length())))
                .append("  # ")
                .append(one.why())
                .append('\n'));
      }
    });
    return out.toString();
  }

  private static final Set<String> WORDS =
      Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n");

  private static String text(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") && !WORDS.contains(name.toLowerCase(Locale.ROOT))
        ? name
        : json(name);
  }

  private static String quoted(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : "[" + name + "]";
  }

  /// A double-quoted text of YAML.
  private static String json(String text) {
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7F || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0xFEFF) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }
}
