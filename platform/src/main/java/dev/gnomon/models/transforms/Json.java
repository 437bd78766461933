package dev.gnomon.models.transforms;

import dev.gnomon.core.CanonicalJson;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Arrays in JSON.
final class Json {
  private Json() {}

  static ObjectNode kind(String kind) {
    return CanonicalJson.object().put("kind", kind);
  }

  static void put(ObjectNode node, String name, double[] values) {
    ArrayNode array = node.putArray(name);
    for (double value : values) {
      array.add(value);
    }
  }

  static void put(ObjectNode node, String name, double[][] rows) {
    ArrayNode array = node.putArray(name);
    for (double[] row : rows) {
      ArrayNode inner = array.addArray();
      for (double value : row) {
        inner.add(value);
      }
    }
  }

  static void put(ObjectNode node, String name, int[] values) {
    ArrayNode array = node.putArray(name);
    for (int value : values) {
      array.add(value);
    }
  }

  static void put(ObjectNode node, String name, List<String> values) {
    ArrayNode array = node.putArray(name);
    values.forEach(array::add);
  }

  static double[] doubles(JsonNode node, String name) {
    return values(node.required(name));
  }

  private static double[] values(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).doubleValue();
    }
    return values;
  }

  static double[][] rows(JsonNode node, String name) {
    JsonNode array = node.required(name);
    double[][] rows = new double[array.size()][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = values(array.get(i));
    }
    return rows;
  }

  static int[] ints(JsonNode node, String name) {
    JsonNode array = node.required(name);
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).intValue();
    }
    return values;
  }

  static List<String> texts(JsonNode node, String name) {
    List<String> texts = new ArrayList<>();
    node.required(name).forEach(text -> texts.add(text.stringValue()));
    return texts;
  }
}
