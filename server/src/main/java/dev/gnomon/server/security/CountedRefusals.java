package dev.gnomon.server.security;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Which refused requests get a line of their own: the first few of each caller and kind in a
/// period. The others are counted, and at its end one line says how many they were. However many
/// come from however many callers, the lines of a period are bounded.
final class CountedRefusals {
  private static final int EACH = 5;
  private static final int MOST_KINDS = 256;
  private static final int MOST_LINES = 256;

  /// @param caller name, or address when nobody is known
  /// @param kind method and pattern
  private record Kind(String caller, String kind, int status) {}

  private static final class Count {
    private final AuditLine first;
    private long told;
    private long more;

    Count(AuditLine first) {
      this.first = first;
    }
  }

  private final ConcurrentHashMap<Kind, Count> counts = new ConcurrentHashMap<>();
  private final AtomicInteger lines = new AtomicInteger();

  /// Counts a refused request.
  ///
  /// @param pattern of its route
  /// @return whether it gets a line of its own
  boolean tell(AuditLine line, String method, String pattern) {
    Kind kind =
        new Kind(
            line.who().isEmpty() ? line.from() : line.who(),
            method + " " + (pattern.isEmpty() ? "to no route" : pattern),
            line.status());
    boolean other = counts.size() >= MOST_KINDS && !counts.containsKey(kind);
    Kind key = other ? new Kind("", "", line.status()) : kind;
    boolean[] tell = {false};
    var _ =
        counts.compute(
            key,
            (_, known) -> {
              Count count = known == null ? new Count(other ? nameless(line) : line) : known;
              if (!other && count.told < EACH && lines.getAndIncrement() < MOST_LINES) {
                count.told++;
                tell[0] = true;
              } else {
                count.more++;
              }
              return count;
            });
    return tell[0];
  }

  private static AuditLine nameless(AuditLine line) {
    return new AuditLine(
        0, line.at(), "", "various", "", "further callers", line.status(), 0, line.at());
  }

  boolean isEmpty() {
    return counts.isEmpty();
  }

  /// Ends the period: one line for each caller and kind of which more came than were told.
  List<AuditLine> end(Instant now) {
    List<AuditLine> out = new ArrayList<>();
    for (Kind kind : List.copyOf(counts.keySet())) {
      // Whoever counts in between begins anew: nothing is counted twice or not at all.
      Count count = counts.remove(kind);
      if (count != null && count.more > 0) {
        AuditLine first = count.first;
        out.add(
            new AuditLine(
                0,
                now,
                first.who(),
                kind.kind().isEmpty() ? first.what() : kind.kind(),
                first.useCase(),
                first.from(),
                first.status(),
                count.more,
                first.at()));
      }
    }
    lines.set(0);
    return out;
  }
}
