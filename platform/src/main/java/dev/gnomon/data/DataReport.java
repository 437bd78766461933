package dev.gnomon.data;

import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import java.util.ArrayList;
import java.util.List;

/// What the data of a use case are like and whether they may be used. Its components are what
/// `check --json` prints.
///
/// @param blocked why nothing may go on; empty when it may
public record DataReport(String useCase, List<SourceReport> sources, List<Problem> blocked) {
  public DataReport {
    sources = List.copyOf(sources);
    blocked = List.copyOf(blocked);
  }

  public boolean passed() {
    return blocked.isEmpty();
  }

  /// @throws Refusal with every reason when the data may not be used
  public void requireUsable() {
    if (!blocked.isEmpty()) {
      throw new Refusal(blocked);
    }
  }

  /// For people.
  public String text() {
    List<String> lines = new ArrayList<>();
    sources.forEach(source -> lines.addAll(source.lines()));
    lines.add(
        passed()
            ? "the data may be used"
            : "the data may not be used: %d rules say no".formatted(blocked.size()));
    return String.join("\n", lines);
  }
}
