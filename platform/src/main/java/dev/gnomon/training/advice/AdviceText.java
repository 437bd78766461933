package dev.gnomon.training.advice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Advice as a page for the terminal: contradictions first, then step by step.
public final class AdviceText {
  private AdviceText() {}

  /// @param width columns; a longer word stays whole
  public static String of(Advice advice, int width) {
    List<String> lines = new ArrayList<>();
    lines.add(title(advice));
    advice.notes().forEach(note -> wrap(lines, "  ", "  ", note, width));
    List<Finding> against = advice.of(Severity.CONTRADICTION);
    if (!against.isEmpty()) {
      lines.add("");
      lines.add("CONTRADICTIONS");
      against.forEach(finding -> add(lines, finding, finding.step().word() + ": ", width));
    }
    for (Step step : Step.values()) {
      lines.add("");
      lines.add("%d. %s".formatted(step.number(), step.word()));
      List<Finding> found =
          advice.findings().stream()
              .filter(f -> f.step() == step && f.severity() != Severity.CONTRADICTION)
              .toList();
      for (Finding finding : found) {
        add(lines, finding, mark(finding.severity()), width);
      }
      if (found.isEmpty()) {
        lines.add(
            against.stream().anyMatch(f -> f.step() == step)
                ? "  see the contradictions above"
                : "  nothing to say");
      }
    }
    lines.add("");
    lines.add(
        "%s, %s missing, %s of advice, %d as it should be"
            .formatted(
                Say.count(against.size(), "contradiction"),
                Say.count(advice.of(Severity.MISSING).size(), "thing"),
                Say.count(advice.of(Severity.ADVICE).size(), "piece"),
                advice.of(Severity.FINE).size()));
    return String.join("\n", lines);
  }

  private static String title(Advice advice) {
    Optional<String> rows =
        advice
            .data()
            .map(d -> Say.count(d.rows()) + " rows of " + Say.count(d.columns().size(), "feature"));
    return advice.useCase()
        + advice.domain().map(domain -> ", read as " + domain).orElse("")
        + rows.map(found -> ": " + found).orElse(": the statement alone");
  }

  private static String mark(Severity severity) {
    return switch (severity) {
      case MISSING -> "missing: ";
      case FINE -> "fine: ";
      case CONTRADICTION, ADVICE -> "";
    };
  }

  private static void add(List<String> lines, Finding finding, String mark, int width) {
    String[] paragraphs = finding.advice().split("\n", -1);
    wrap(lines, "  - " + mark, "    ", paragraphs[0], width);
    for (int i = 1; i < paragraphs.length; i++) {
      wrap(lines, "    ", "    ", paragraphs[i], width);
    }
    wrap(
        lines,
        "    why: ",
        "    ",
        "%s (%s) [%s]".formatted(finding.reason(), finding.source(), finding.id()),
        width);
  }

  private static void wrap(List<String> lines, String first, String next, String text, int width) {
    StringBuilder line = new StringBuilder(first);
    int begin = line.length();
    for (String word : text.split(" ", -1)) {
      if (line.length() > begin && line.length() + word.length() + 1 > width) {
        lines.add(line.toString());
        line = new StringBuilder(next);
        begin = line.length();
      } else if (line.length() > begin) {
        line.append(' ');
      }
      line.append(word);
    }
    lines.add(line.toString());
  }
}
