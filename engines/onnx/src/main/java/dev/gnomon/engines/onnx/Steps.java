package dev.gnomon.engines.onnx;

import dev.gnomon.engines.onnx.Graph.Element;
import java.util.List;

/// Lines through stated points in ONNX. The place of a value among the points is how many of them
/// lie below it, counted by comparing it with each.
final class Steps {
  private Steps() {}

  /// Straight between points, flat beyond them; NaN for NaN.
  ///
  /// @param at one column
  /// @param x ascending, distinct
  static Matrix through(Matrix at, double[] x, double[] y) {
    int last = x.length - 1;
    if (last == 0) {
      return at.where(at.same(at), y[0]);
    }
    Matrix inside = at.atLeast(x[0]).atMost(x[last]);
    String high = between(inside, count(inside, x, "Less"), last);
    Matrix highX = pick(at, x, high, 0);
    Matrix lowX = pick(at, x, high, 1);
    Matrix highY = pick(at, y, high, 0);
    Matrix lowY = pick(at, y, high, 1);
    Matrix share = inside.minus(lowX).over(highX.minus(lowX));
    return lowY.plus(share.times(highY.minus(lowY)));
  }

  /// The share of the quantiles below a value; where some are equal to it, the middle of theirs.
  ///
  /// @param at one column
  /// @param quantiles ascending
  static Matrix share(Matrix at, double[] quantiles) {
    int last = quantiles.length - 1;
    Matrix.Mask low = at.below(Math.nextUp(quantiles[0]));
    Matrix.Mask high = at.above(Math.nextDown(quantiles[last]));
    if (last == 0) {
      return at.minus(at).where(high, 1).where(low, 0);
    }
    String below = count(at, quantiles, "Less");
    String notAbove = count(at, quantiles, "LessOrEqual");
    Graph graph = at.graph();
    Matrix first = new Matrix(graph, graph.cast(below, Element.DOUBLE), 1);
    Matrix end = new Matrix(graph, graph.cast(notAbove, Element.DOUBLE), 1);
    String next = between(at, below, last);
    Matrix upper = pick(at, quantiles, next, 0);
    Matrix lower = pick(at, quantiles, next, 1);
    Matrix line = first.minus(1).plus(at.minus(lower).over(upper.minus(lower))).over(last);
    Matrix middle = first.plus(end).minus(1).over(2).over(last);
    return line.where(first.below(end), middle)
        .where(at.missing(), Double.NaN)
        .where(high, 1)
        .where(low, 0);
  }

  /// How many of the points are below (or not above) the value: [N, 1] of whole numbers.
  private static String count(Matrix at, double[] points, String comparison) {
    Graph graph = at.graph();
    String flags = graph.add(comparison, at.constant(points).value(), at.value());
    return graph.add("ReduceSum", graph.cast(flags, Element.INT64), graph.constant(new long[] {1}));
  }

  /// The count as the position of the upper point of an interval.
  private static String between(Matrix at, String count, int last) {
    Graph graph = at.graph();
    String atLeast = graph.add("Max", count, graph.constant(new long[] {1}));
    return graph.add("Min", atLeast, graph.constant(new long[] {last}));
  }

  private static Matrix pick(Matrix at, double[] values, String position, int before) {
    Graph graph = at.graph();
    String place =
        before == 0 ? position : graph.add("Sub", position, graph.constant(new long[] {before}));
    return new Matrix(
        graph,
        graph.add(
            "Gather",
            List.of(graph.constant(values, values.length), place),
            Graph.attribute("axis", 0)),
        1);
  }
}
