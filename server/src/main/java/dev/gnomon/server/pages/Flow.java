package dev.gnomon.server.pages;

import dev.gnomon.core.html.Svg;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A picture of boxes in columns, each led to by those of the column before. A box may lead to a
/// page.
final class Flow {
  private static final int COLUMN = 200;
  private static final int BOX = 172;
  private static final int ROW = 34;
  private static final int TOP = 26;
  private static final int LETTERS = 22;

  private final String title;
  private final List<String> heads;
  private final List<Set<String>> columns = new ArrayList<>();
  private final Set<Edge> edges = new LinkedHashSet<>();
  private final Map<String, String> addresses = new HashMap<>();

  private record Edge(int column, String from, String to) {}

  Flow(String title, String... heads) {
    this.title = title;
    this.heads = List.of(heads);
    for (int i = 0; i < heads.length; i++) {
      columns.add(new LinkedHashSet<>());
    }
  }

  void box(int column, String name) {
    columns.get(column).add(name);
  }

  /// From a box of a column to one of the next; makes boxes that are not there yet.
  void edge(int column, String from, String to) {
    box(column, from);
    box(column + 1, to);
    edges.add(new Edge(column, from, to));
  }

  /// Every box of a column leads to every box of the next.
  void join(int column) {
    for (String from : columns.get(column)) {
      for (String to : columns.get(column + 1)) {
        edges.add(new Edge(column, from, to));
      }
    }
  }

  /// Where the boxes of a name lead.
  void address(String name, String address) {
    addresses.put(name, address);
  }

  String draw() {
    int most = columns.stream().mapToInt(Set::size).max().orElse(1);
    int height = TOP + Math.max(1, most) * ROW + 4;
    Svg svg = new Svg(heads.size() * COLUMN - (COLUMN - BOX), height, words());
    List<Map<String, Double>> middles = new ArrayList<>();
    for (Set<String> column : columns) {
      Map<String, Double> places = new LinkedHashMap<>();
      double step = (double) most * ROW / Math.max(1, column.size());
      int i = 0;
      for (String node : column) {
        places.put(node, TOP + step * (i++ + 0.5));
      }
      middles.add(places);
    }
    for (Edge edge : edges) {
      double from = middles.get(edge.column()).getOrDefault(edge.from(), 0.0);
      double to = middles.get(edge.column() + 1).getOrDefault(edge.to(), 0.0);
      svg.line(edge.column() * COLUMN + BOX, from, (edge.column() + 1) * COLUMN, to, "link");
    }
    for (int c = 0; c < heads.size(); c++) {
      int left = c * COLUMN;
      svg.text(left, 13, "start", "tick", heads.get(c));
      middles.get(c).forEach((node, y) -> box(svg, left, y, node));
    }
    return svg.end();
  }

  private void box(Svg svg, int left, double y, String node) {
    String address = addresses.getOrDefault(node, "");
    if (!address.isEmpty()) {
      svg.link(address);
    }
    svg.rect(left, y - 12, BOX, 24, "box");
    svg.text(left + 8, y + 4, "start", "name", shortened(node));
    if (!address.isEmpty()) {
      svg.endLink();
    }
  }

  /// The end tells names apart, of files above all.
  private static String shortened(String text) {
    if (text.length() <= LETTERS) {
      return text;
    }
    int begin = text.length() - LETTERS + 1;
    return "\u2026"
        + text.substring(Character.isLowSurrogate(text.charAt(begin)) ? begin + 1 : begin);
  }

  private String words() {
    StringBuilder out = new StringBuilder(title);
    for (Edge edge : edges) {
      if (out.length() > 2_000) {
        return out.append("; and more").toString();
      }
      out.append(out.length() == title.length() ? ": " : "; ")
          .append(edge.from())
          .append(" to ")
          .append(edge.to());
    }
    return out.toString();
  }
}
