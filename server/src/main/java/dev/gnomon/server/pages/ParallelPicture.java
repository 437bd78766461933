package dev.gnomon.server.pages;

import dev.gnomon.core.html.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Parallel coordinates: an axis for each parameter or metric, a line for each run through its
/// values. Texts that are not all numbers are spread over their axis in alphabetic order; where a
/// run has no value its line is interrupted.
final class ParallelPicture {
  private static final int APART = 150;
  private static final int SIDE = 74;
  private static final int TOP = 54;
  private static final int HEIGHT = 290;
  private static final int BOTTOM = HEIGHT - 24;
  private static final int MOST_LEVELS = 12;

  /// What one axis shows.
  ///
  /// @param values one for each run; null if it has none
  record Dimension(String name, List<@Nullable String> values) {}

  private ParallelPicture() {}

  /// @param runs names of the runs, for the label
  /// @param addresses where the line of each run leads
  /// @param dimensions two or more
  static String draw(List<String> runs, List<String> addresses, List<Dimension> dimensions) {
    int width = 2 * SIDE + (dimensions.size() - 1) * APART;
    Svg svg = new Svg(width, HEIGHT, label(runs, dimensions));
    List<double[]> places = new ArrayList<>();
    for (int d = 0; d < dimensions.size(); d++) {
      double x = SIDE + d * APART;
      svg.line(x, TOP, x, BOTTOM, "link");
      // Names of neighbours are written at two heights, so that each has room.
      svg.text(x, d % 2 == 0 ? 12 : 27, "middle", "name", Words.cut(dimensions.get(d).name(), 34));
      places.add(axis(svg, x, dimensions.get(d).values()));
    }
    for (int run = 0; run < runs.size(); run++) {
      svg.link(addresses.get(run), Words.cut(runs.get(run), 60));
      line(svg, run, places);
      svg.endLink();
    }
    // A picture with links in it: what is inside must be told too.
    return svg.end().replaceFirst("role=\"img\"", "role=\"group\"");
  }

  private static void line(Svg svg, int run, List<double[]> places) {
    List<double[]> piece = new ArrayList<>();
    for (int d = 0; d <= places.size(); d++) {
      double y = d < places.size() ? places.get(d)[run] : Double.NaN;
      if (!Double.isNaN(y)) {
        piece.add(new double[] {SIDE + d * APART, y});
        continue;
      }
      if (piece.size() > 1) {
        svg.path(piece, "curve " + LineChart.style(run));
      }
      for (double[] point : piece) {
        svg.circle(point[0], point[1], 3, "dot " + LineChart.style(run));
      }
      piece.clear();
    }
  }

  /// Draws what stands beside an axis.
  ///
  /// @return where each value lies on it; NaN for none
  private static double[] axis(Svg svg, double x, List<@Nullable String> values) {
    double[] numbers = numbers(values);
    double[] out = new double[values.size()];
    if (numbers.length > 0) {
      Range range = Range.none();
      for (double number : numbers) {
        range = Double.isNaN(number) ? range : range.with(number);
      }
      boolean flat = range.low() == range.high();
      // The ends stand outside: on the axis the lines would cross them.
      svg.text(x, TOP - 7, "middle", "tick", Words.number(range.high()));
      if (!flat) {
        svg.text(x, BOTTOM + 17, "middle", "tick", Words.number(range.low()));
      }
      for (int i = 0; i < out.length; i++) {
        out[i] =
            flat && !Double.isNaN(numbers[i])
                ? middle()
                : BOTTOM - (BOTTOM - TOP) * (numbers[i] / span(range) - range.low() / span(range));
      }
      return out;
    }
    TreeSet<String> levels = new TreeSet<>();
    for (String value : values) {
      if (value != null) {
        levels.add(value);
      }
    }
    List<String> sorted = List.copyOf(levels);
    for (int i = 0; i < out.length; i++) {
      String value = values.get(i);
      out[i] = value == null ? Double.NaN : place(sorted.indexOf(value), sorted.size());
    }
    int every = (sorted.size() + MOST_LEVELS - 1) / MOST_LEVELS;
    for (int i = 0; i < sorted.size(); i += every) {
      svg.text(
          x + 6, place(i, sorted.size()) + 4, "start", "tick halo", Words.cut(sorted.get(i), 18));
    }
    return out;
  }

  private static double span(Range range) {
    return range.high() - range.low();
  }

  private static double middle() {
    return (TOP + BOTTOM) / 2.0;
  }

  private static double place(int index, int count) {
    return count == 1 ? middle() : BOTTOM - (BOTTOM - TOP) * (double) index / (count - 1);
  }

  /// The values as numbers, NaN for none; empty if they are texts.
  private static double[] numbers(List<@Nullable String> values) {
    double[] out = new double[values.size()];
    boolean any = false;
    for (int i = 0; i < out.length; i++) {
      String value = values.get(i);
      double number = value == null ? Double.NaN : parsed(value);
      if (value != null && Double.isNaN(number) && !value.equalsIgnoreCase("nan")) {
        return new double[0];
      }
      any |= !Double.isNaN(number);
      out[i] = number;
    }
    return any ? out : new double[0];
  }

  /// NaN for what is no finite decimal number.
  static double parsed(String text) {
    if (!text.matches(
        "[+-]?[0-9]{1,300}([.][0-9]{0,300})?([eE][+-]?[0-9]{1,3})?|[+-]?[.][0-9]{1,300}([eE][+-]?[0-9]{1,3})?")) {
      return Double.NaN;
    }
    double value = Double.parseDouble(text);
    return Math.abs(value) < Double.MAX_VALUE / 4 ? value : Double.NaN;
  }

  private static String label(List<String> runs, List<Dimension> dimensions) {
    StringBuilder out = new StringBuilder("Parallel coordinates of ");
    out.append(runs.size()).append(" runs over ");
    for (int i = 0; i < dimensions.size() && out.length() < 1_000; i++) {
      out.append(i == 0 ? "" : ", ").append(Words.cut(dimensions.get(i).name(), 60));
    }
    return out.append("; the tables below hold the values").toString();
  }
}
