package dev.gnomon.data.profile;

import dev.gnomon.data.ColumnState;
import dev.gnomon.data.SourceProfile;
import dev.gnomon.data.SourceProfile.ColumnProfile;
import dev.gnomon.data.SuggestedChecks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// Profiles for a terminal.
public final class ProfileText {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int NAME = 24;

  private ProfileText() {}

  /// @param width of the terminal, in characters
  public static String of(List<SourceProfile> sources, int width) {
    List<String> lines = new ArrayList<>();
    for (SourceProfile source : sources) {
      lines.add(
          "%s: %,d rows%s, %d columns"
              .formatted(
                  source.name(),
                  source.rows(),
                  source.filtered() > 0
                      ? " (%,d more left out by `where`)".formatted(source.filtered())
                      : "",
                  source.columns().size()));
      int name =
          Math.min(
              NAME, source.columns().stream().mapToInt(c -> c.name().length()).max().orElse(4));
      lines.add(
          "  %s  %-6s  %8s  %9s  %s"
              .formatted(padded("column", name), "type", "missing", "distinct", "values"));
      for (ColumnProfile column : source.columns()) {
        String line =
            "  %s  %-6s  %8s  %9s  %s"
                .formatted(
                    padded(column.name(), name),
                    column.type(),
                    share(column.missingShare()),
                    (column.distinctExact() ? "" : "~") + count(column.distinct()),
                    values(column));
        lines.add(cut(line, width));
      }
      source.findings().forEach(finding -> lines.add("  ! " + finding));
      lines.add("");
    }
    Map<String, List<SuggestedChecks.Suggestion>> suggestions = new LinkedHashMap<>();
    sources.forEach(source -> suggestions.put(source.name(), source.suggestions()));
    if (suggestions.values().stream().anyMatch(list -> !list.isEmpty())) {
      lines.add("# Suggested checks: each holds of every row now. Add `on-failure: quarantine` or");
      lines.add("# `block` where a warning is not enough.");
      lines.add(SuggestedChecks.yaml(suggestions).stripTrailing());
    } else {
      lines.add("# No checks suggested: fewer than 100 values in every column.");
    }
    return String.join("\n", lines);
  }

  /// What a column holds, in a line.
  static String values(ColumnProfile column) {
    String role = column.role().isEmpty() ? "" : column.role() + ", ";
    if (column.min().isEmpty()) {
      return role + "no value";
    }
    if (column.type().equals("text")) {
      String top =
          column.top().stream()
              .map(level -> "%s %s".formatted(level.value(), percent(level.count(), column)))
              .collect(Collectors.joining(", "));
      return role
          + (!tells(column) ? "%s to %s characters".formatted(column.min(), column.max()) : top);
    }
    String bar = column.histogram().map(ProfileText::bar).orElse("");
    return "%s%s  %s to %s, median %s"
        .formatted(
            role,
            bar,
            brief(column.min(), column),
            brief(column.max(), column),
            brief(column.quantiles().getOrDefault("0.5", ""), column));
  }

  /// Whether the most frequent values tell anything: not those of ids.
  static boolean tells(ColumnProfile column) {
    return !column.top().isEmpty()
        && !column.role().equals("key")
        && !column.role().equals("id")
        && (column.top().getFirst().count() > 1 || column.rows() < 10);
  }

  static String percent(long count, ColumnProfile column) {
    long present = column.rows() - column.missing();
    return present == 0 ? "" : "%.0f %%".formatted(100.0 * count / present);
  }

  /// Times to the minute, numbers to five digits.
  static String brief(String value, ColumnProfile column) {
    if (column.type().equals("time")) {
      return value.length() > 16 ? value.substring(0, 16).replace('T', ' ') : value;
    }
    if (value.isEmpty()) {
      return value;
    }
    double number = Double.parseDouble(value);
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? "%,.0f".formatted(number + 0.0)
        : String.format(Locale.ROOT, "%.5g", number);
  }

  /// One character per bin, on a scale of its own.
  static String bar(ColumnState.Histogram histogram) {
    long most = 0;
    for (long count : histogram.counts()) {
      most = Math.max(most, count);
    }
    StringBuilder out = new StringBuilder();
    for (long count : histogram.counts()) {
      out.append(
          count == 0
              ? ' '
              : BARS.charAt((int) Math.min(7, Math.round(7.0 * count / Math.max(1, most)))));
    }
    return out.toString();
  }

  private static String share(double share) {
    return Double.isNaN(share) ? "" : "%.1f %%".formatted(100 * share);
  }

  private static String count(long count) {
    return "%,d".formatted(count);
  }

  private static String padded(String text, int width) {
    String one = text.length() > width ? text.substring(0, width - 1) + "…" : text;
    return one + " ".repeat(width - one.length());
  }

  private static String cut(String line, int width) {
    String plain = line.replaceAll("\\p{Cntrl}", " ");
    return plain.length() <= width ? plain : plain.substring(0, Math.max(0, width - 1)) + "…";
  }
}
