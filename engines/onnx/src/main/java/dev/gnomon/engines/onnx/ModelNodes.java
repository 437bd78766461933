package dev.gnomon.engines.onnx;

import dev.gnomon.core.AtomicFiles;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.LinearModel;
import dev.gnomon.models.Model;
import dev.gnomon.models.ModelFiles;
import dev.gnomon.models.NaiveBayesModel;
import dev.gnomon.models.Output;
import dev.gnomon.models.ensembles.MeanModel;
import dev.gnomon.models.ensembles.MemberScale;
import dev.gnomon.models.ensembles.StackModel;
import dev.gnomon.models.trees.TreeSum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Models in ONNX: from inputs in single precision to the raw output, and from that to the score
/// before calibration.
final class ModelNodes {
  /// How near to 0 and 1 a member's probability is taken on the scale of log-odds.
  private static final double LEAST = 1e-6;

  private final Graph graph;
  private final List<Problem> problems;

  ModelNodes(Graph graph, List<Problem> problems) {
    this.graph = graph;
    this.problems = problems;
  }

  /// @param floats the inputs of the model, [N, width] in single precision
  Matrix margin(Model model, String floats) {
    Optional<TreeSum> trees = TreeSum.of(model);
    if (trees.isPresent()) {
      return new TreeNodes(graph, problems).sum(trees.get(), floats);
    }
    Matrix inputs = new Matrix(graph, graph.cast(floats, Graph.Element.DOUBLE), model.inputs());
    return switch (model) {
      case LinearModel linear -> {
        double[] weights = new double[linear.inputs()];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = linear.weight(i);
        }
        yield inputs.multiplied(weights).plus(linear.intercept());
      }
      case ConstantModel constant -> everywhere(inputs, constant.margin());
      case NaiveBayesModel bayes -> bayes(inputs, facts(bayes));
      case MeanModel mean -> mean(mean, floats);
      case StackModel stack -> stack(stack, floats);
      default -> {
        problems.add(
            new Problem(
                "model",
                "a model of kind '%s' has no form in ONNX here".formatted(model.kind()),
                "trees, boosted trees and forests, linear and logistic regression, naive-bayes,"
                    + " constant, averages and stacks of these; --zip writes any bundle"));
        yield inputs;
      }
    };
  }

  /// The score that a raw output means.
  Matrix score(Output output, Matrix margin) {
    return switch (output) {
      case LOG_ODDS -> margin.logistic();
      case PROBABILITY, NUMBER -> margin;
      case LOG_NUMBER -> margin.exp();
      case SIDE -> margin.above(0).flags(1);
    };
  }

  private Matrix mean(MeanModel mean, String floats) {
    List<Matrix> members = new ArrayList<>();
    double[] weights = new double[mean.size()];
    for (int m = 0; m < mean.size(); m++) {
      weights[m] = mean.weight(m);
      members.add(scaled(mean.scale(), mean.member(m).output(), margin(mean.member(m), floats)));
    }
    return Matrix.beside(graph, members).multiplied(weights);
  }

  private Matrix stack(StackModel stack, String floats) {
    List<Matrix> members = new ArrayList<>();
    for (int m = 0; m < stack.size(); m++) {
      members.add(
          scaled(MemberScale.LOG_ODDS, stack.member(m).output(), margin(stack.member(m), floats)));
    }
    Matrix scores = Matrix.beside(graph, members);
    return margin(stack.last(), graph.cast(scores.value(), Graph.Element.FLOAT));
  }

  /// As [MemberScale#score].
  private Matrix scaled(MemberScale scale, Output output, Matrix margin) {
    return switch (scale) {
      case OWN -> margin;
      case PROBABILITY -> score(output, margin);
      case LOG_ODDS ->
          switch (output) {
            case LOG_ODDS, NUMBER -> margin;
            case LOG_NUMBER -> margin.exp();
            case PROBABILITY, SIDE -> {
              Matrix p = score(output, margin).atLeast(LEAST).atMost(1 - LEAST);
              yield p.over(p.negated().plus(1)).log();
            }
          };
    };
  }

  /// The same number in every row, also where inputs are missing.
  private static Matrix everywhere(Matrix inputs, double value) {
    Matrix first = inputs.columns(0);
    return first.where(first.missing(), value).where(first.same(first), value);
  }

  private static Matrix bayes(Matrix inputs, JsonNode facts) {
    double[] negative = ModelFiles.doubles(facts.required("negativeCentres"));
    double[] positive = ModelFiles.doubles(facts.required("positiveCentres"));
    double[] negativeSpread = ModelFiles.doubles(facts.required("negativeSpreads"));
    double[] positiveSpread = ModelFiles.doubles(facts.required("positiveSpreads"));
    int n = negative.length;
    double[] base = new double[n];
    double[] step = new double[n];
    double[] curvePositive = new double[n];
    double[] curveNegative = new double[n];
    for (int i = 0; i < n; i++) {
      if (facts.required("binary").path(i).booleanValue()) {
        base[i] = Math.log1p(-positive[i]) - Math.log1p(-negative[i]);
        step[i] = Math.log(positive[i]) - Math.log(negative[i]) - base[i];
      } else {
        base[i] = (Math.log(negativeSpread[i]) - Math.log(positiveSpread[i])) / 2;
        curvePositive[i] = -1 / (2 * positiveSpread[i]);
        curveNegative[i] = 1 / (2 * negativeSpread[i]);
      }
    }
    Matrix toPositive = inputs.minus(positive);
    Matrix toNegative = inputs.minus(negative);
    return inputs
        .above(half(n))
        .flags(n)
        .times(step)
        .plus(base)
        .plus(toPositive.times(toPositive).times(curvePositive))
        .plus(toNegative.times(toNegative).times(curveNegative))
        .total()
        .plus(facts.required("prior").doubleValue());
  }

  private static double[] half(int size) {
    double[] values = new double[size];
    Arrays.fill(values, 0.5);
    return values;
  }

  /// What the model writes of itself.
  private static JsonNode facts(Model model) {
    try {
      Path folder = Files.createTempDirectory("gnomon-model");
      try {
        model.write(folder);
        return CanonicalJson.read(folder.resolve("model.json"));
      } finally {
        AtomicFiles.deleteTree(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
