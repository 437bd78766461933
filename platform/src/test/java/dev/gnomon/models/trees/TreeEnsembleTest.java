package dev.gnomon.models.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Against margins and contributions of XGBoost 1.7.4 on a model of its own making. Parity with the
/// version we train with is proven beside the trainer.
class TreeEnsembleTest {
  private static JsonNode golden = JsonMapper.shared().nullNode();

  @BeforeAll
  static void read() throws Exception {
    try (InputStream in = TreeEnsembleTest.class.getResourceAsStream("/models/tree-shap.json")) {
      golden = JsonMapper.shared().readTree(Objects.requireNonNull(in));
    }
  }

  private static TreeEnsemble ensemble() {
    return TreeEnsemble.parse(CanonicalJson.bytes(golden.get("model")), "golden");
  }

  @Test
  void equalsXgboost() {
    TreeEnsemble ensemble = ensemble();
    JsonNode rows = golden.get("rows");
    double[] contributions = new double[4];
    for (int i = 0; i < rows.size(); i++) {
      float[] row = new float[3];
      for (int j = 0; j < 3; j++) {
        row[j] = (float) rows.get(i).get(j).asDouble();
      }
      double margin = golden.get("expected").get("margin").get(i).asDouble();
      assertThat((float) ensemble.margin(row, 0)).isEqualTo((float) margin);
      ensemble.contributions(row, 0, contributions);
      for (int j = 0; j < 4; j++) {
        assertThat(contributions[j])
            .isCloseTo(
                golden.get("expected").get("contributions").get(i).get(j).asDouble(), within(1e-6));
      }
    }
  }

  @Test
  void kernelAgreesWithThePlainLoopEverywhere() {
    TreeEnsemble ensemble = ensemble();
    float[] values = {
      Float.NaN,
      Float.NEGATIVE_INFINITY,
      -Float.MAX_VALUE,
      -1.737f,
      -0.285f,
      -0f,
      0f,
      0.496f,
      Math.nextDown(0.496f),
      Math.nextUp(0.496f),
      1.079f,
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY
    };
    float[] row = new float[3];
    for (float a : values) {
      for (float b : values) {
        for (float c : values) {
          row[0] = a;
          row[1] = b;
          row[2] = c;
          assertThat(ensemble.margin(row, 0)).isEqualTo(ensemble.plainMargin(row, 0));
        }
      }
    }
  }

  @Test
  void scoringAllocatesNothing() {
    TreeEnsemble ensemble = ensemble();
    float[] row = {0.3f, Float.NaN, 1};
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long least = Long.MAX_VALUE;
    double sum = 0;
    for (int round = 0; round < 20; round++) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 2000; i++) {
        sum += ensemble.margin(row, 0);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
    }
    assertThat(sum).isFinite();
    assertThat(least).as("bytes for 2,000 rows").isLessThan(100);
  }

  @Test
  void refusesWhatIsNoTree() {
    assertRefused("cycle", tree -> ((ArrayNode) tree.get("left_children")).set(1, 0));
    assertRefused("child outside", tree -> ((ArrayNode) tree.get("right_children")).set(0, 99));
    assertRefused("input outside", tree -> ((ArrayNode) tree.get("split_indices")).set(0, 3));
    assertRefused("categories", tree -> ((ArrayNode) tree.get("split_type")).set(0, 1));
    assertRefused("too short", tree -> ((ArrayNode) tree.get("split_conditions")).remove(10));
    assertThatThrownBy(() -> TreeEnsemble.parse(new byte[] {'{'}, "file"))
        .isInstanceOf(BadInput.class);
    assertThatThrownBy(() -> TreeEnsemble.parse(new byte[] {'{', '}'}, "file"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("file: it is no model that can be scored: objective ''");
  }

  private static void assertRefused(String what, java.util.function.Consumer<JsonNode> damage) {
    ObjectNode model = (ObjectNode) golden.get("model").deepCopy();
    damage.accept(model.get("learner").get("gradient_booster").get("model").get("trees").get(0));
    assertThatThrownBy(() -> TreeEnsemble.parse(CanonicalJson.bytes(model), "file"))
        .as(what)
        .isInstanceOf(BadInput.class);
  }
}
