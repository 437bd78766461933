package dev.gnomon.engines.onnx;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.engines.onnx.Graph.Element;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.Calibration;
import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Model;
import dev.gnomon.models.spi.BundleFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A bundle as one ONNX graph, preprocessing and calibration included; found with `ServiceLoader`.
///
/// Inputs are the features that the model reads, each [N, 1]: float with NaN for missing, string
/// with the empty text for missing. Outputs are `score` (calibrated, or the predicted number) and
/// `margin` (the model's raw output), each [N, 1] in double precision. The decision policy stands
/// in the metadata: what it reads besides the score (costs per row, segments) is no part of a
/// graph.
///
/// Steps run in double precision, as here; features come in single precision, so that a bundle and
/// its graph agree on rows whose numbers are floats, and nearly so on others.
public final class OnnxBundle implements BundleFormat {
  static final String SCORE = "score";
  static final String MARGIN = "margin";

  @Override
  public String name() {
    return "onnx";
  }

  @Override
  public byte[] bytes(Bundle bundle, Map<String, String> facts) {
    Graph graph = graph(bundle.preprocessing(), bundle.model(), bundle.calibration());
    graph.metadata("gnomon.use-case", bundle.manifest().useCase());
    graph.metadata("gnomon.policy", CanonicalJson.text(bundle.policy().toJson()));
    graph.metadata("gnomon.margin", bundle.model().output().name());
    facts.forEach((key, value) -> graph.metadata("gnomon." + key, value));
    byte[] file = graph.toBytes("gnomon");
    Agreement.check(bundle, file);
    return file;
  }

  /// @throws Refusal naming every part that has no form in ONNX
  static Graph graph(FittedPreprocessing fitted, Model model, Calibration calibration) {
    Graph graph = new Graph();
    List<Problem> problems = new ArrayList<>();
    JsonNode preprocessing = fitted.toJson();
    Matrix features =
        new ColumnSteps(graph, preprocessing.required("inputs"), problems)
            .rows(preprocessing.required("transforms"));
    if (features == null) {
      problems.add(
          new Problem("preprocessing", "no feature is read", "a model of at least one feature"));
    }
    if (features == null || !problems.isEmpty()) {
      throw new Refusal(problems);
    }
    Matrix inputs =
        new MatrixSteps(problems)
            .apply(features, preprocessing.path("matrix"))
            .atLeast(-(double) Float.MAX_VALUE)
            .atMost(Float.MAX_VALUE);
    if (problems.isEmpty()) {
      ModelNodes models = new ModelNodes(graph, problems);
      Matrix margin = models.margin(model, graph.cast(inputs.value(), Element.FLOAT));
      Matrix score = CalibrationNodes.apply(calibration, models.score(model.output(), margin));
      graph.name(score.value(), SCORE);
      graph.name(margin.value(), MARGIN);
    }
    if (!problems.isEmpty()) {
      throw new Refusal(problems);
    }
    graph.output(SCORE, Element.DOUBLE, 1);
    graph.output(MARGIN, Element.DOUBLE, 1);
    return graph;
  }
}
