package dev.gnomon.server.pages;

import dev.gnomon.core.html.Svg;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Curves over steps or time in one picture.
///
/// @param title what is drawn, as text
/// @param across what the horizontal axis counts
/// @param scale what the axes have room for: the series themselves, or those of other pictures too
/// @param logarithmic whether the vertical axis is; what is not positive is then left out
record LineChart(
    String title, String across, List<Series> series, List<Series> scale, boolean logarithmic) {
  /// The number of colours in the style sheet.
  static final int COLOURS = 8;

  private static final int WIDTH = 400;
  private static final int HEIGHT = 220;
  private static final int LEFT = 58;
  private static final int TOP = 10;
  private static final int BOTTOM = HEIGHT - 34;

  /// One curve.
  ///
  /// @param colour any number from 0; beyond the colours the lines are dashed
  /// @param x ascending
  /// @param y as many as `x`; a NaN interrupts the curve
  record Series(String name, int colour, double[] x, double[] y) {}

  LineChart {
    series = List.copyOf(series);
    scale = List.copyOf(scale);
  }

  /// The class of a colour, for pictures and legends.
  static String style(int colour) {
    return "c" + colour % COLOURS + (colour >= COLOURS ? " dash" : "");
  }

  String draw() {
    Range across = Range.none();
    Range up = Range.none();
    for (Series one : scale) {
      for (int i = 0; i < one.x().length; i++) {
        if (drawable(one.y()[i])) {
          across = across.with(one.x()[i]);
          up = up.with(one.y()[i]);
        }
      }
    }
    if (up.empty()) {
      return "<p class=\"soft\">Nothing to draw: no value is "
          + (logarithmic ? "positive" : "finite")
          + ".</p>";
    }
    Svg svg = new Svg(WIDTH, HEIGHT, label(up));
    Axis vertical = logarithmic ? Axis.logarithmic(up) : Axis.linear(up);
    Axis horizontal = Axis.exact(across);
    for (double tick : vertical.ticks()) {
      double y = BOTTOM - (BOTTOM - TOP) * vertical.share(tick);
      svg.line(LEFT, y, WIDTH, y, "grid");
      svg.text(LEFT - 6, y + 4, "end", "tick", vertical.text(tick));
    }
    for (double tick : horizontal.ticks()) {
      double x = LEFT + (WIDTH - LEFT - 12) * horizontal.share(tick);
      svg.line(x, BOTTOM, x, BOTTOM + 4, "grid");
      svg.text(x, BOTTOM + 17, "middle", "tick", horizontal.text(tick));
    }
    svg.text((LEFT + WIDTH) / 2.0, HEIGHT - 3, "middle", "tick", this.across);
    for (Series one : series) {
      curve(svg, one, horizontal, vertical);
    }
    return svg.end();
  }

  private boolean drawable(double y) {
    return Double.isFinite(y) && Math.abs(y) < Double.MAX_VALUE && (!logarithmic || y > 0);
  }

  private void curve(Svg svg, Series one, Axis horizontal, Axis vertical) {
    List<double[]> piece = new ArrayList<>();
    for (int i = 0; i <= one.x().length; i++) {
      if (i < one.x().length && drawable(one.y()[i])) {
        piece.add(
            new double[] {
              LEFT + (WIDTH - LEFT - 12) * horizontal.share(one.x()[i]),
              BOTTOM - (BOTTOM - TOP) * vertical.share(one.y()[i])
            });
        continue;
      }
      if (piece.size() == 1) {
        svg.circle(piece.getFirst()[0], piece.getFirst()[1], 3, "dot " + style(one.colour()));
      } else if (!piece.isEmpty()) {
        svg.path(piece, "curve " + style(one.colour()));
      }
      piece.clear();
    }
  }

  private String label(Range up) {
    StringBuilder out =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s over %s, from %s to %s",
                title,
                across,
                Words.number(up.low()),
                Words.number(up.high())));
    for (Series one : series) {
      if (out.length() < 1_000 && one.y().length > 0) {
        out.append("; ")
            .append(Words.cut(one.name(), 60))
            .append(" ends at ")
            .append(Words.number(one.y()[one.y().length - 1]));
      }
    }
    return out.toString();
  }
}
