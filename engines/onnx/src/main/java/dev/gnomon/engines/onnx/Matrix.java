package dev.gnomon.engines.onnx;

import dev.gnomon.engines.onnx.Graph.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A value of a graph that holds one row of doubles per row of the request: [N, width].
///
/// Comparisons with NaN are false in ONNX as in Java, and `Where` passes it on, so that missing
/// values behave alike in both; `Min`, `Max` and `Clip` leave NaN open and are never used for it.
record Matrix(Graph graph, String value, int width) {
  /// Side by side.
  static Matrix beside(Graph graph, List<Matrix> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return new Matrix(
        graph,
        graph.add("Concat", parts.stream().map(Matrix::value).toList(), Graph.attribute("axis", 1)),
        parts.stream().mapToInt(Matrix::width).sum());
  }

  Matrix with(Matrix... more) {
    List<Matrix> parts = new ArrayList<>();
    parts.add(this);
    parts.addAll(Arrays.asList(more));
    return beside(graph, parts);
  }

  Matrix columns(int... columns) {
    long[] positions = Arrays.stream(columns).asLongStream().toArray();
    return new Matrix(
        graph,
        graph.add("Gather", List.of(value, graph.constant(positions)), Graph.attribute("axis", 1)),
        columns.length);
  }

  /// The same with some columns replaced.
  Matrix replacing(int[] columns, Matrix by) {
    int[] order = new int[width];
    Arrays.setAll(order, i -> i);
    for (int i = 0; i < columns.length; i++) {
      order[columns[i]] = width + i;
    }
    return with(by).columns(order);
  }

  private Matrix node(String operator, Matrix other) {
    return new Matrix(graph, graph.add(operator, value, other.value), Math.max(width, other.width));
  }

  private Matrix node(String operator) {
    return new Matrix(graph, graph.add(operator, value), width);
  }

  /// A row that is the same for every row of the request.
  Matrix constant(double... values) {
    return new Matrix(graph, graph.constant(values, 1, values.length), values.length);
  }

  Matrix plus(Matrix other) {
    return node("Add", other);
  }

  Matrix minus(Matrix other) {
    return node("Sub", other);
  }

  Matrix times(Matrix other) {
    return node("Mul", other);
  }

  Matrix over(Matrix other) {
    return node("Div", other);
  }

  Matrix plus(double... row) {
    return plus(constant(row));
  }

  Matrix minus(double... row) {
    return minus(constant(row));
  }

  Matrix times(double... row) {
    return times(constant(row));
  }

  Matrix over(double... row) {
    return over(constant(row));
  }

  Matrix negated() {
    return node("Neg");
  }

  Matrix exp() {
    return node("Exp");
  }

  Matrix log() {
    return node("Log");
  }

  /// Where a value is missing.
  Mask missing() {
    return new Mask(graph.add("IsNaN", value));
  }

  Mask infinite() {
    return new Mask(graph.add("IsInf", value));
  }

  Mask below(double... row) {
    return below(constant(row));
  }

  Mask below(Matrix other) {
    return new Mask(graph.add("Less", value, other.value));
  }

  Mask above(double... row) {
    return new Mask(graph.add("Greater", value, constant(row).value));
  }

  Mask same(Matrix other) {
    return new Mask(graph.add("Equal", value, other.value));
  }

  /// Other values where a mask holds.
  Matrix where(Mask mask, Matrix other) {
    return new Matrix(
        graph,
        graph.add("Where", List.of(mask.value, other.value, value)),
        Math.max(width, other.width));
  }

  Matrix where(Mask mask, double... row) {
    return where(mask, constant(row));
  }

  Matrix atLeast(double... row) {
    return where(below(row), row);
  }

  Matrix atMost(double... row) {
    return where(above(row), row);
  }

  /// This row times a matrix.
  ///
  /// @param weights per column of the result one per column of this
  Matrix multiplied(double[]... weights) {
    double[] flat = new double[width * weights.length];
    for (int c = 0; c < weights.length; c++) {
      for (int i = 0; i < width; i++) {
        flat[i * weights.length + c] = weights[c][i];
      }
    }
    return new Matrix(
        graph,
        graph.add("MatMul", value, graph.constant(flat, width, weights.length)),
        weights.length);
  }

  /// The sum of each row: [N, 1].
  Matrix total() {
    return new Matrix(graph, graph.add("ReduceSum", value, graph.constant(new long[] {1})), 1);
  }

  /// 1 / (1 + exp(-x)).
  Matrix logistic() {
    Matrix one = constant(1);
    return one.over(negated().exp().plus(one));
  }

  /// A truth per value, of the same shape.
  final class Mask {
    private final String value;

    private Mask(String value) {
      this.value = value;
    }

    Mask and(Mask other) {
      return new Mask(graph.add("And", value, other.value));
    }

    Mask or(Mask other) {
      return new Mask(graph.add("Or", value, other.value));
    }

    /// 1 and 0.
    Matrix flags(int width) {
      return new Matrix(graph, graph.cast(value, Element.DOUBLE), width);
    }
  }
}
