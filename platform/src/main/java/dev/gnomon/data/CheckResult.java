package dev.gnomon.data;

import dev.gnomon.core.usecase.Check;
import java.util.List;
import java.util.stream.Collectors;

/// What one check found.
///
/// @param rule the rule in the words of the use-case file
/// @param onFailure what is done about it
/// @param line where the check stands in the use-case file
/// @param seen rows looked at
/// @param failing rows for which the rule does not hold (for a rule about a whole column: the rows
///   that count against it)
/// @param examples the first failing rows
/// @param detail what was measured, for rules about a whole column; else empty
public record CheckResult(
    String rule,
    Check.OnFailure onFailure,
    int line,
    long seen,
    long failing,
    List<Example> examples,
    String detail,
    boolean passed) {
  public CheckResult {
    examples = List.copyOf(examples);
  }

  /// A failing row.
  ///
  /// @param row its position in the files, from 1
  public record Example(long row, String value) {}

  /// Whether nothing may go on.
  public boolean blocks(boolean wholeColumn) {
    return !passed
        && (onFailure == Check.OnFailure.BLOCK
            || (wholeColumn && onFailure == Check.OnFailure.QUARANTINE));
  }

  /// One line for people.
  public String text() {
    String what = passed ? "ok  " : "FAIL";
    String found = detail.isEmpty() ? "%,d of %,d rows fail".formatted(failing, seen) : detail;
    String shown =
        examples.stream()
            .map(example -> "row %d: %s".formatted(example.row(), example.value()))
            .collect(Collectors.joining("; "));
    return "%s %s: %s%s%s"
        .formatted(
            what,
            rule,
            found,
            passed ? "" : " -> " + onFailure.name().toLowerCase(java.util.Locale.ROOT),
            shown.isEmpty() ? "" : " (" + shown + ")");
  }

  static String words(Check.Rule rule) {
    return switch (rule) {
      case Check.Rule.Between between ->
          "%s between %s and %s"
              .formatted(
                  between.column(), SourceText.of(between.low()), SourceText.of(between.high()));
      case Check.Rule.In in -> in.column() + " in " + in.values();
      case Check.Rule.OfType type -> type.column() + " is " + type.type().word();
      case Check.Rule.MissingAtMost most -> most.column() + " missing at most " + most.share();
      case Check.Rule.Unique unique -> "unique " + String.join(", ", unique.columns());
      case Check.Rule.Refers refers ->
          "%s refers to %s of %s".formatted(refers.column(), refers.toColumn(), refers.source());
      case Check.Rule.Fresh fresh -> "not older than " + fresh.atMost();
      case Check.Rule.Holds holds -> holds.expression().text();
    };
  }
}
