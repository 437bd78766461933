package dev.gnomon.training.report;

import dev.gnomon.core.html.Svg;
import dev.gnomon.training.Evaluation.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/// A rectangle with two axes, into which lines and marks are drawn.
final class Plot {
  private static final int WIDTH = 460;
  private static final int HEIGHT = 320;
  private static final int LEFT = 58;
  private static final int RIGHT = 14;
  private static final int TOP = 14;
  private static final int BOTTOM = 48;

  private final Svg svg;
  private final double[] xRange;
  private final double[] yRange;

  /// @param xFormat how a tick of the axis reads
  Plot(
      String title,
      String xName,
      double[] xRange,
      DoubleFunction<String> xFormat,
      String yName,
      double[] yRange,
      DoubleFunction<String> yFormat) {
    this.svg = new Svg(WIDTH, HEIGHT, title);
    double[] xTicks = ticks(xRange);
    double[] yTicks = ticks(yRange);
    this.xRange = xRange;
    this.yRange = yRange;
    for (double tick : yTicks) {
      svg.line(LEFT, y(tick), WIDTH - RIGHT, y(tick), "grid");
      svg.text(LEFT - 6, y(tick) + 4, "end", "tick", yFormat.apply(tick));
    }
    for (double tick : xTicks) {
      svg.line(x(tick), TOP, x(tick), HEIGHT - BOTTOM, "grid");
      svg.text(x(tick), HEIGHT - BOTTOM + 16, "middle", "tick", xFormat.apply(tick));
    }
    svg.text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", "axis", xName);
    svg.upright(13, (TOP + HEIGHT - BOTTOM) / 2.0, "axis", yName);
  }

  Plot line(List<Point> points, String style) {
    List<double[]> path = new ArrayList<>();
    for (Point p : points) {
      if (Double.isFinite(p.x()) && Double.isFinite(p.y())) {
        path.add(new double[] {x(p.x()), y(p.y())});
      }
    }
    if (!path.isEmpty()) {
      svg.path(path, style);
    }
    return this;
  }

  Plot segment(double x1, double y1, double x2, double y2, String style) {
    svg.line(x(x1), y(y1), x(x2), y(y2), style);
    return this;
  }

  Plot dot(double x, double y, double radius, String style) {
    svg.circle(x(x), y(y), radius, style);
    return this;
  }

  /// Text beside a point, on the side where there is room.
  Plot label(double x, double y, double down, String text) {
    boolean right = x(x) < (LEFT + WIDTH - RIGHT) * 0.55;
    svg.text(x(x) + (right ? 9 : -9), y(y) + down, right ? "start" : "end", "mark", text);
    return this;
  }

  String end() {
    return svg.end();
  }

  private double x(double value) {
    return LEFT + (value - xRange[0]) / (xRange[1] - xRange[0]) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT
        - BOTTOM
        - (value - yRange[0]) / (yRange[1] - yRange[0]) * (HEIGHT - TOP - BOTTOM);
  }

  /// Four to eight round values within the range.
  static double[] ticks(double[] range) {
    double raw = (range[1] - range[0]) / 5;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        raw / power < 1.5
            ? power
            : raw / power < 3.5 ? 2 * power : raw / power < 7.5 ? 5 * power : 10 * power;
    List<Double> found = new ArrayList<>();
    for (long i = (long) Math.ceil(range[0] / step - 1e-9);
        i * step <= range[1] + step * 1e-9;
        i++) {
      found.add(i * step);
    }
    return found.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /// The range of some values with a little room, never empty.
  static double[] around(double low, double high) {
    double room = Math.max((high - low) * 0.06, Math.max(Math.abs(high) * 1e-6, 1e-9));
    return new double[] {low - room, high + room};
  }
}
