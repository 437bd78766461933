package dev.gnomon.training.report;

import dev.gnomon.training.Evaluation;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/// The evaluation as JSON: the names of its records, an undefined number as null.
public final class EvaluationJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Double.class, new Finite())
                  .addSerializer(double.class, new Finite()))
          .build();

  private EvaluationJson() {}

  public static JsonNode tree(Evaluation evaluation) {
    return MAPPER.valueToTree(evaluation);
  }

  /// Any record of numbers, texts, lists and maps.
  public static JsonNode node(Object value) {
    return MAPPER.valueToTree(value);
  }

  private static final class Finite extends StdSerializer<Double> {
    Finite() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator generator, SerializationContext context) {
      if (Double.isFinite(value)) {
        generator.writeNumber(value.doubleValue());
      } else {
        generator.writeNull();
      }
    }
  }
}
