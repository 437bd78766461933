package dev.gnomon.data;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a pass over one source found.
///
/// @param rows in the files
/// @param filtered rows for which `where` is not true
/// @param withoutKey rows that can't be used for want of a key
/// @param withoutTime rows that can't be used for want of an event time
/// @param setAside rows in quarantine, those without key or event time included
/// @param first the least event time
/// @param last the greatest event time
/// @param keys distinct keys
/// @param keysInPopulation how many of them the population source knows; empty where there is none
/// @param repeatedIds rows with an id and content that were there before
/// @param conflictingIds rows with an id that was there before with other content
/// @param inFuture rows with an event time after the clock's
/// @param knownBefore rows whose known-at lies before their event time
/// @param target how often the target column has each value (the first 100 values); empty when the
///   target is not in this source
/// @param quarantine the file that holds the rows set aside
public record SourceReport(
    String name,
    long rows,
    long filtered,
    long withoutKey,
    long withoutTime,
    long setAside,
    Optional<Instant> first,
    Optional<Instant> last,
    long keys,
    Optional<Long> keysInPopulation,
    long repeatedIds,
    long conflictingIds,
    long inFuture,
    long knownBefore,
    Map<String, Long> target,
    List<CheckResult> checks,
    Optional<Path> quarantine) {
  public SourceReport {
    checks = List.copyOf(checks);
  }

  /// Lines for people.
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("%s: %,d rows".formatted(name, rows));
    if (first.isPresent() && last.isPresent()) {
      lines.add("  from %s to %s".formatted(first.get(), last.get()));
    }
    if (keys > 0) {
      lines.add(
          "  %,d keys%s"
              .formatted(
                  keys,
                  keysInPopulation
                      .map(n -> ", %,d of them in the population".formatted(n))
                      .orElse("")));
    }
    add(lines, filtered, "left out by `where`");
    add(lines, withoutKey, "without key: can't be used");
    add(lines, withoutTime, "without event time: can't be used");
    add(lines, repeatedIds, "repeat an id with the same content: counted once");
    add(lines, conflictingIds, "repeat an id with other content");
    add(lines, inFuture, "lie in the future");
    add(lines, knownBefore, "were known before they happened");
    if (!target.isEmpty()) {
      lines.add("  target: " + target);
    }
    checks.forEach(check -> lines.add("  " + check.text()));
    quarantine.ifPresent(file -> lines.add("  %,d rows set aside in %s".formatted(setAside, file)));
    return lines;
  }

  private static void add(List<String> lines, long count, String what) {
    if (count > 0) {
      lines.add("  %,d rows %s".formatted(count, what));
    }
  }
}
