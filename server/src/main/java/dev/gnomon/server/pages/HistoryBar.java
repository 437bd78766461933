package dev.gnomon.server.pages;

import dev.gnomon.core.html.Svg;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What each alias pointed at over time: a row for each alias, a block for each stay.
final class HistoryBar {
  private static final int WIDTH = 960;
  private static final int LEFT = 110;
  private static final int ROW = 34;
  private static final int LETTER = 8;

  /// From a moment to the next, or to now, an alias pointed at a version.
  record Stay(Instant from, Instant to, int version) {}

  private HistoryBar() {}

  /// @param aliases with their stays, oldest first
  static String draw(Map<String, List<Stay>> aliases, Instant now) {
    Instant begin =
        aliases.values().stream()
            .flatMap(List::stream)
            .map(Stay::from)
            .min(Instant::compareTo)
            .orElse(now);
    double span = Math.max(1, Duration.between(begin, now).toMillis());
    int bottom = 6 + aliases.size() * ROW;
    Svg svg = new Svg(WIDTH, bottom + 22, label(aliases));
    int top = 6;
    for (Map.Entry<String, List<Stay>> alias : aliases.entrySet()) {
      svg.text(0, top + 18, "start", "name", Words.cut(alias.getKey(), 15));
      int number = 0;
      double drawn = Double.NEGATIVE_INFINITY;
      for (Stay stay : alias.getValue()) {
        double from =
            LEFT + (WIDTH - LEFT) * (Duration.between(begin, stay.from()).toMillis() / span);
        double to = LEFT + (WIDTH - LEFT) * (Duration.between(begin, stay.to()).toMillis() / span);
        // Of stays too short to be told apart the first is drawn.
        if (to - drawn < 1 && to - from < 1) {
          number++;
          continue;
        }
        drawn = to;
        double wide = Math.min(Math.max(to - from, 2), WIDTH - from);
        svg.rect(from, top, wide, ROW - 8, "box" + (number++ % 2 == 0 ? "" : " odd"));
        String name = "v" + stay.version();
        if (wide > name.length() * LETTER + 8) {
          svg.text(from + 6, top + 18, "start", "name", name);
        }
      }
      top += ROW;
    }
    svg.text(LEFT, bottom + 16, "start", "tick", moment(begin));
    svg.text(WIDTH, bottom + 16, "end", "tick", "now");
    return svg.end();
  }

  private static String moment(Instant time) {
    return Words.MINUTE.format(time) + " UTC";
  }

  /// Changes as stays.
  ///
  /// @param changes oldest first: when, and at what the alias pointed from then on
  static List<Stay> stays(List<Map.Entry<Instant, Optional<Integer>>> changes, Instant now) {
    List<Stay> out = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      Instant from = changes.get(i).getKey();
      Instant to = i + 1 < changes.size() ? changes.get(i + 1).getKey() : now;
      changes.get(i).getValue().ifPresent(version -> out.add(new Stay(from, to, version)));
    }
    return out;
  }

  private static String label(Map<String, List<Stay>> aliases) {
    StringBuilder out = new StringBuilder("What was live");
    aliases.forEach((alias, stays) -> {
      for (Stay stay : stays) {
        if (out.length() < 1_500) {
          out.append("; ").append(alias).append(" was version ").append(stay.version());
          out.append(" from ").append(moment(stay.from()));
        }
      }
    });
    return out.toString();
  }
}
