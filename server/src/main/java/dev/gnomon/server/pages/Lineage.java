package dev.gnomon.server.pages;

import dev.gnomon.core.html.Svg;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The way of values from files to decisions as a picture: files or topic, source, view, use case,
/// the version that decides.
final class Lineage {
  private static final String[] HEADS = {"comes from", "source", "view", "use case", "decides"};
  private static final int COLUMN = 200;
  private static final int BOX = 172;
  private static final int ROW = 34;
  private static final int TOP = 26;
  private static final int LETTERS = 22;

  private final List<Set<String>> columns = new ArrayList<>();
  private final Set<Edge> edges = new LinkedHashSet<>();

  private record Edge(int column, String from, String to) {}

  private Lineage(List<FeatureViewLine> lines) {
    for (int i = 0; i < HEADS.length; i++) {
      columns.add(new LinkedHashSet<>());
    }
    for (FeatureViewLine line : lines) {
      for (String origin : line.origins()) {
        edge(0, origin, line.source());
      }
      edge(1, line.source(), viewOf(line, lines));
      for (FeatureViewLine.Consumer consumer : line.consumers()) {
        edge(2, viewOf(line, lines), consumer.useCase());
        edge(
            3,
            consumer.useCase(),
            consumer.champion().isPresent()
                ? "version " + consumer.champion().getAsInt() + " of " + consumer.useCase()
                : "fallback rules");
      }
    }
  }

  /// Two definitions under one name are two boxes.
  private static String viewOf(FeatureViewLine line, List<FeatureViewLine> lines) {
    long same = lines.stream().filter(other -> other.name().equals(line.name())).count();
    return same == 1 ? line.name() : line.name() + " " + line.version().substring(0, 8);
  }

  static String picture(List<FeatureViewLine> lines) {
    return new Lineage(lines).draw();
  }

  private void edge(int column, String from, String to) {
    columns.get(column).add(from);
    columns.get(column + 1).add(to);
    edges.add(new Edge(column, from, to));
  }

  private String draw() {
    int most = columns.stream().mapToInt(Set::size).max().orElse(1);
    int height = TOP + most * ROW + 4;
    Svg svg = new Svg(HEADS.length * COLUMN - (COLUMN - BOX), height, words());
    List<Map<String, Double>> middles = new ArrayList<>();
    for (int c = 0; c < HEADS.length; c++) {
      Map<String, Double> places = new LinkedHashMap<>();
      double step = (double) most * ROW / Math.max(1, columns.get(c).size());
      int i = 0;
      for (String node : columns.get(c)) {
        places.put(node, TOP + step * (i++ + 0.5));
      }
      middles.add(places);
    }
    for (Edge edge : edges) {
      double from = middles.get(edge.column()).getOrDefault(edge.from(), 0.0);
      double to = middles.get(edge.column() + 1).getOrDefault(edge.to(), 0.0);
      svg.line(edge.column() * COLUMN + BOX, from, (edge.column() + 1) * COLUMN, to, "link");
    }
    for (int c = 0; c < HEADS.length; c++) {
      int left = c * COLUMN;
      svg.text(left, 13, "start", "tick", HEADS[c]);
      middles
          .get(c)
          .forEach((node, y) -> {
            svg.rect(left, y - 12, BOX, 24, "box");
            svg.text(left + 8, y + 4, "start", "name", shortened(node));
          });
    }
    return svg.end();
  }

  /// The end tells names apart, of files above all.
  private static String shortened(String text) {
    return text.length() <= LETTERS ? text : "\u2026" + text.substring(text.length() - LETTERS + 1);
  }

  private String words() {
    StringBuilder out = new StringBuilder("Lineage");
    for (Edge edge : edges) {
      if (out.length() > 2_000) {
        return out.append("; and more").toString();
      }
      out.append(out.length() == 7 ? ": " : "; ")
          .append(edge.from())
          .append(" to ")
          .append(edge.to());
    }
    return out.toString();
  }
}
