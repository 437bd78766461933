package dev.gnomon.monitoring;

import dev.gnomon.core.RecordJson;
import dev.gnomon.schema.Times;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A report for machines: the names of its records, times in ISO 8601, an undefined number or open
/// end as null. `level` is that of the most serious alert, or `ok`.
public final class MonitorJson {
  private static final Set<String> TIMES = Set.of("from", "to", "madeAt", "first", "last", "since");

  private MonitorJson() {}

  public static JsonNode tree(MonitorReport report) {
    ObjectNode json = (ObjectNode) RecordJson.node(report);
    json.put("level", report.level().map(Alert.Level::word).orElse("ok"));
    times(json);
    return json;
  }

  private static void times(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (String name : object.propertyNames()) {
        JsonNode value = object.path(name);
        if (TIMES.contains(name) && value.isIntegralNumber()) {
          long micros = value.longValue();
          if (micros == Long.MIN_VALUE || micros == Long.MAX_VALUE) {
            object.putNull(name);
          } else {
            object.put(name, Times.instant(micros).toString());
          }
        } else {
          times(value);
        }
      }
    } else if (node instanceof ArrayNode array) {
      array.forEach(MonitorJson::times);
    }
  }
}
