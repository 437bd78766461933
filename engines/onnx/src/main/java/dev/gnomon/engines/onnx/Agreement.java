package dev.gnomon.engines.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.models.Bundle;
import dev.gnomon.models.ReplayRequest;
import dev.gnomon.models.Scoring;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Type;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Scores the requests that a bundle carries with its graph too, before the graph leaves the house.
final class Agreement {
  private static final double TOLERANCE = 1e-5;

  private Agreement() {}

  /// @throws Refusal naming every request that the graph scores otherwise
  static void check(Bundle bundle, byte[] file) {
    Scoring scoring = bundle.scoring();
    List<Problem> problems = new ArrayList<>();
    try (OrtSession session = OnnxRuntime.open(file, "the exported graph")) {
      for (int i = 0; i < bundle.requests().size(); i++) {
        ReplayRequest request = bundle.requests().get(i);
        Row row = new Singles(request.row());
        double ours = scoring.score(row);
        double theirs = score(session, bundle.preprocessing().inputs().fields(), row);
        if (!(Math.abs(theirs - ours) <= TOLERANCE * Math.max(1, Math.abs(ours)))) {
          problems.add(
              new Problem(
                  "request " + (i + 1),
                  "the graph scores %s, the bundle %s".formatted(theirs, ours),
                  "a difference of at most " + TOLERANCE));
        }
      }
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
    if (!problems.isEmpty()) {
      throw new Refusal(problems);
    }
  }

  private static double score(OrtSession session, List<Field> fields, Row row) throws OrtException {
    OrtEnvironment environment = OnnxRuntime.environment();
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    long[] one = {1, 1};
    try {
      for (int i = 0; i < fields.size(); i++) {
        Field field = fields.get(i);
        if (!session.getInputNames().contains(field.name())) {
          continue;
        }
        if (field.type() == Type.TEXT) {
          String text = row.text(i);
          inputs.put(
              field.name(),
              OnnxTensor.createTensor(environment, new String[] {text == null ? "" : text}, one));
        } else {
          inputs.put(
              field.name(),
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(new float[] {(float) row.number(i)}), one));
        }
      }
      try (OrtSession.Result result = session.run(inputs)) {
        return ((OnnxTensor) result.get(OnnxBundle.SCORE).orElseThrow()).getDoubleBuffer().get(0);
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /// The row as the graph is given it: numbers in single precision.
  private record Singles(Row row) implements Row {
    @Override
    public double number(int column) {
      return (float) row.number(column);
    }

    @Override
    public @Nullable String text(int column) {
      return row.text(column);
    }

    @Override
    public long time(int column) {
      return row.time(column);
    }
  }
}
