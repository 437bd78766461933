package dev.gnomon.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.DynamicTest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The cases of one topic of `stats/golden.json`: values of scipy, scikit-learn, statsmodels, pROC
/// and R, each with its source and version there. Every case of the topic must have its test.
final class GoldenCases {
  private final String topic;
  private final Map<String, Consumer<Case>> checks = new TreeMap<>();

  private GoldenCases(String topic) {
    this.topic = topic;
  }

  static GoldenCases topic(String topic) {
    return new GoldenCases(topic);
  }

  static JsonNode read() {
    try (InputStream in = GoldenCases.class.getResourceAsStream("/stats/golden.json")) {
      return JsonMapper.shared().readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  GoldenCases is(String id, Consumer<Case> check) {
    assertThat(checks.put(id, check)).as("%s twice", id).isNull();
    return this;
  }

  List<DynamicTest> tests() {
    JsonNode all = read();
    List<String> ids = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : all.properties()) {
      if (entry.getValue().get("topic").asString().equals(topic)) {
        ids.add(entry.getKey());
      }
    }
    assertThat(checks.keySet())
        .as("cases of topic " + topic)
        .containsExactlyInAnyOrderElementsOf(ids);
    List<DynamicTest> tests = new ArrayList<>();
    checks.forEach((id, check) ->
        tests.add(DynamicTest.dynamicTest(id, () -> check.accept(new Case(all.required(id))))));
    return tests;
  }

  /// Inputs and expected values; near zero 1e-12 absolute is enough.
  record Case(JsonNode node) {
    JsonNode input(String name) {
      return node.required("inputs").required(name);
    }

    JsonNode expected(String name) {
      return node.required("expected").required(name);
    }

    double in(String name) {
      return input(name).asDouble();
    }

    double[] array(String name) {
      return doubles(input(name));
    }

    double[][] matrix(String name) {
      JsonNode rows = input(name);
      double[][] matrix = new double[rows.size()][];
      for (int i = 0; i < matrix.length; i++) {
        matrix[i] = doubles(rows.get(i));
      }
      return matrix;
    }

    int[] ints(String name) {
      return Arrays.stream(array(name)).mapToInt(v -> (int) v).toArray();
    }

    long[] longs(String name) {
      return Arrays.stream(array(name)).mapToLong(v -> (long) v).toArray();
    }

    long[][] table() {
      return Arrays.stream(matrix("table"))
          .map(row -> Arrays.stream(row).mapToLong(v -> (long) v).toArray())
          .toArray(long[][]::new);
    }

    void check(double actual, String name) {
      check(actual, expected(name).asDouble());
    }

    void check(double actual, double value) {
      double tolerance = node.required("tolerance").asDouble();
      assertThat(actual).isCloseTo(value, within(Math.max(1e-12, tolerance * Math.abs(value))));
    }

    void check(double[] actual, String name) {
      double[] values = doubles(expected(name));
      assertThat(actual).hasSameSizeAs(values);
      for (int i = 0; i < values.length; i++) {
        check(actual[i], values[i]);
      }
    }

    void check(Interval actual, String name) {
      check(new double[] {actual.lower(), actual.upper()}, name);
    }

    void check(TestResult actual, String statistic) {
      check(actual.statistic(), statistic);
      check(actual.pValue(), "p_value");
    }

    static double[] doubles(JsonNode array) {
      double[] values = new double[array.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = array.get(i).asDouble();
      }
      return values;
    }
  }
}
