package dev.gnomon.engines.onnx;

import dev.gnomon.core.Problem;
import dev.gnomon.engines.onnx.Graph.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The column stage of a preprocessing in ONNX: from features to a row of doubles.
///
/// A text becomes the position of its level, and the position a row of a table that holds what the
/// step makes of each level, of another text, and of a missing one. ONNX knows no missing text: the
/// empty one stands for it.
final class ColumnSteps {
  private static final String PLACE = "preprocessing";

  private final Graph graph;
  private final JsonNode fields;
  private final List<Problem> problems;
  private final Map<Integer, String> numbers = new LinkedHashMap<>();
  private final Map<Integer, String> texts = new LinkedHashMap<>();

  /// @param fields names and types of the features
  /// @param problems gets what has no form
  ColumnSteps(Graph graph, JsonNode fields, List<Problem> problems) {
    this.graph = graph;
    this.fields = fields;
    this.problems = problems;
  }

  /// @return null when there is nothing to score
  @Nullable Matrix rows(JsonNode steps) {
    declare(steps);
    List<Matrix> parts = new ArrayList<>();
    int[] positions = new int[fields.size()];
    if (!numbers.isEmpty()) {
      int next = 0;
      for (int index : numbers.keySet()) {
        positions[index] = next++;
      }
      String block =
          numbers.size() == 1
              ? numbers.values().iterator().next()
              : graph.add("Concat", List.copyOf(numbers.values()), Graph.attribute("axis", 1));
      Matrix raw = new Matrix(graph, graph.cast(block, Element.DOUBLE), numbers.size());
      Matrix finite = raw.where(raw.infinite(), Double.NaN);
      List<Integer> run = new ArrayList<>();
      for (JsonNode step : steps) {
        int index = step.required("index").intValue();
        if (step.required("kind").stringValue().equals("number")) {
          run.add(positions[index]);
          continue;
        }
        flush(run, finite, parts);
        if (numbers.containsKey(index)) {
          number(step, raw.columns(positions[index]), parts);
        } else {
          text(step, index, parts);
        }
      }
      flush(run, finite, parts);
    } else {
      for (JsonNode step : steps) {
        text(step, step.required("index").intValue(), parts);
      }
    }
    return parts.isEmpty() ? null : Matrix.beside(graph, parts);
  }

  /// The inputs of the graph, in the order of the features.
  private void declare(JsonNode steps) {
    boolean[] read = new boolean[fields.size()];
    for (JsonNode step : steps) {
      read[step.required("index").intValue()] = true;
    }
    for (int i = 0; i < read.length; i++) {
      String name = name(i);
      String type = fields.path(i).required("type").stringValue();
      if (!read[i]) {
        continue;
      }
      if (name.equals(OnnxBundle.SCORE) || name.equals(OnnxBundle.MARGIN)) {
        problems.add(
            new Problem(
                "feature '" + name + "'", "an output has that name", "a feature of another name"));
      }
      switch (type) {
        case "number" -> {
          graph.input(name, Element.FLOAT);
          numbers.put(i, name);
        }
        case "text" -> {
          graph.input(name, Element.STRING);
          texts.put(i, name);
        }
        default ->
            problems.add(
                new Problem(
                    "feature '" + name + "'",
                    "it is a " + type,
                    "numbers and texts; parts of a time can be computed under features.derived"));
      }
    }
  }

  private String name(int index) {
    return fields.path(index).required("name").stringValue();
  }

  private static void flush(List<Integer> run, Matrix finite, List<Matrix> parts) {
    if (!run.isEmpty()) {
      parts.add(finite.columns(run.stream().mapToInt(Integer::intValue).toArray()));
      run.clear();
    }
  }

  private void number(JsonNode step, Matrix raw, List<Matrix> parts) {
    switch (step.required("kind").stringValue()) {
      case "raw" -> parts.add(raw);
      case "missing" -> parts.add(raw.missing().or(raw.infinite()).flags(1));
      case "scaled" -> {
        if (step.required("varies").booleanValue()) {
          parts.add(
              raw.where(raw.missing(), step.required("median").doubleValue())
                  .minus(step.required("mean").doubleValue())
                  .over(step.required("scale").doubleValue()));
        }
        if (step.required("flagged").booleanValue()) {
          parts.add(raw.missing().flags(1));
        }
      }
      case String kind -> refuse(kind, step);
    }
  }

  private void text(JsonNode step, int index, List<Matrix> parts) {
    String input = texts.get(index);
    if (input == null) {
      return; // said before
    }
    List<String> levels = new ArrayList<>();
    step.path("levels").forEach(level -> levels.add(level.stringValue()));
    int size = levels.size();
    switch (step.required("kind").stringValue()) {
      case "missing" -> {
        double[][] table = {{0}, {1}};
        parts.add(table(input, List.of(), table));
      }
      case "levels" -> {
        boolean other = step.required("other").booleanValue();
        boolean flagged = step.required("flagged").booleanValue();
        int imputed = step.required("imputed").intValue();
        int width = size + (other ? 1 : 0) + (flagged ? 1 : 0);
        double[][] table = new double[size + 2][width];
        for (int i = 0; i < size; i++) {
          table[i][i] = 1;
        }
        if (other) {
          table[size][size] = 1;
        }
        if (flagged) {
          table[size + 1][width - 1] = 1;
        }
        if (imputed >= 0) {
          table[size + 1][imputed] = 1;
        }
        if (width > 0) {
          parts.add(table(input, levels, table));
        }
      }
      case "order" -> {
        double[][] table = new double[size + 2][1];
        for (int i = 0; i < size; i++) {
          table[i][0] = i;
        }
        table[size][0] = Double.NaN;
        table[size + 1][0] = Double.NaN;
        parts.add(table(input, levels, table));
      }
      case "values" -> {
        double[][] table = new double[size + 2][1];
        for (int i = 0; i < size; i++) {
          table[i][0] = step.required("values").path(i).doubleValue();
        }
        table[size][0] = step.required("unseen").doubleValue();
        table[size + 1][0] = step.required("missing").doubleValue();
        parts.add(table(input, levels, table));
      }
      case String kind -> refuse(kind, step);
    }
  }

  /// @param table per level a row, then one for other texts, then one for a missing text
  private Matrix table(String input, List<String> levels, double[][] table) {
    List<String> keys = new ArrayList<>();
    List<Long> codes = new ArrayList<>();
    keys.add("");
    codes.add((long) levels.size() + 1);
    for (int i = 0; i < levels.size(); i++) {
      if (!levels.get(i).isEmpty()) {
        keys.add(levels.get(i));
        codes.add((long) i);
      }
    }
    String code =
        graph.learned(
            "LabelEncoder",
            input,
            Graph.attribute("keys_strings", keys),
            Graph.attribute("values_int64s", codes.stream().mapToLong(Long::longValue).toArray()),
            Graph.attribute("default_int64", (long) levels.size()));
    String flat = graph.add("Reshape", code, graph.constant(new long[] {-1}));
    int width = table[0].length;
    double[] rows = Arrays.stream(table).flatMapToDouble(Arrays::stream).toArray();
    return new Matrix(
        graph,
        graph.add(
            "Gather",
            List.of(graph.constant(rows, table.length, width), flat),
            Graph.attribute("axis", 0)),
        width);
  }

  private void refuse(String kind, JsonNode step) {
    problems.add(
        new Problem(
            PLACE,
            "the step '%s' of '%s' has no form in ONNX"
                .formatted(kind, name(step.required("index").intValue())),
            "number, missing, one-hot, ordinal, target and frequency encodings"));
  }
}
