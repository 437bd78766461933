package dev.gnomon.models.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.models.Model;
import dev.gnomon.models.Output;
import dev.gnomon.models.trees.ImportedTrees.FeatureType;
import dev.gnomon.stats.RandomStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Files from outside: what they say, and that none of them can do harm. That scores are those of
/// the libraries is proven beside their trainers.
class ImportedTreesTest {
  /// By hand: a split on categories (1 and 33 go left), one where zero is missing, one at infinity.
  private static final String LIGHTGBM =
      """
      tree
      version=v4
      num_class=1
      num_tree_per_iteration=1
      label_index=0
      max_feature_idx=2
      objective=binary sigmoid:0.5
      feature_names=plan amount age
      feature_infos=33:1:2 [-5:8.5] none
      tree_sizes=400 100

      Tree=0
      num_leaves=4
      num_cat=1
      split_feature=0 1 2
      split_gain=9 4 1
      threshold=0 1.5 inf
      decision_type=1 4 8
      left_child=1 -1 -2
      right_child=2 -3 -4
      leaf_value=1 2 4 8
      leaf_weight=1 1 1 1
      leaf_count=10 20 30 40
      internal_value=0 0 0
      internal_weight=4 2 2
      internal_count=100 40 60
      cat_boundaries=0 2
      cat_threshold=2 2
      is_linear=0
      shrinkage=1


      Tree=1
      num_leaves=1
      num_cat=0
      leaf_value=16
      is_linear=0
      shrinkage=1


      end of trees

      feature_importances:
      plan=1

      parameters:
      [boosting: gbdt]
      end of parameters

      pandas_categorical:null
      """;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0, 1", "33, 1.5, 0, 1", "33, 1.6, 0, 4", "1.9, -9, 0, 1", "1, 0, 0, 4",
    "1, 1e-36, 0, 4", "1, NaN, 0, 4", "2, 0, 5, 2", "2, 0, Infinity, 2", "2, 0, NaN, 8",
    "-1, 0, 0, 2", "NaN, 0, 0, 2", "1e20, 0, 0, 2", "65, 0, 0, 2",
  })
  void readsLightgbm(float plan, float amount, float age, double leaf) {
    ImportedTrees imported = ImportedTrees.of(bytes(LIGHTGBM), "model.txt");
    Model model = imported.model();
    assertThat(model.output()).isEqualTo(Output.LOG_ODDS);
    assertThat(imported.features())
        .extracting(ImportedTrees.Feature::name)
        .containsExactly("plan", "amount", "age");
    assertThat(imported.features().getFirst().type()).isEqualTo(FeatureType.CATEGORY);
    assertThat(imported.features().getFirst().categories()).containsExactly(1, 2, 33);
    float[] row = {plan, amount, age};
    assertThat(model.margin(row, 0)).isEqualTo((leaf + 16) * 0.5);
    assertThat(((LightgbmEnsemble) model).plainMargin(row, 0)).isEqualTo(model.margin(row, 0));
    double[] parts = new double[4];
    model.contributions(row, 0, parts);
    assertThat(Arrays.stream(parts).sum())
        .isCloseTo((leaf + 16) * 0.5, org.assertj.core.api.Assertions.within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "num_class=1 | num_class=3 | num_class is 3",
        "objective=binary sigmoid:0.5 | objective=lambdarank | only orders the rows of one query",
        "objective=binary sigmoid:0.5 | objective=multiclass num_class:3 | several numbers per row",
        "objective=binary sigmoid:0.5 | objective=regression sqrt | was learnt on square roots",
        "objective=binary sigmoid:0.5 | objective=mine | is not known here",
        "objective=binary sigmoid:0.5 | version2=v | does not say what its sum means",
        "is_linear=0 | is_linear=1 | tree 0 has linear leaves",
        "right_child=2 -3 -4 | right_child=2 -3 1 | reaches a node twice",
        "left_child=1 -1 -2 | left_child=1 -1 -9 | out of bounds",
        "left_child=1 -1 -2 | left_child=1 -1 | has 2 of left_child, not 3",
        "split_feature=0 1 2 | split_feature=0 1 7 | reads input 7 of 3",
        "max_feature_idx=2 | max_feature_idx=2000000000 | 2000000001 inputs",
        "num_leaves=4 | num_leaves=2000000000 | claims 2000000000 leaves and has 4",
        "leaf_value=1 2 4 8 | leaf_value=1 2 4 nan | For input string",
        "cat_boundaries=0 2 | cat_boundaries=0 9 | lists categories 0 to 9",
        "end of trees | - | ends before 'end of trees'",
        "tree_sizes=400 100 | tree_sizes=1 2 3 | 2 trees of 3",
      })
  void refusesOtherLightgbmModelsByName(String what, String instead, String message) {
    assertThatThrownBy(
            () -> ImportedTrees.of(bytes(LIGHTGBM.replaceFirst(what, instead)), "model.txt"))
        .isInstanceOf(BadInput.class)
        .hasMessageStartingWith("model.txt: it is no model that can be scored: ")
        .hasMessageContaining(message);
  }

  @Test
  void saysWhatAFileIsNot() {
    for (String text : List.of("", "  ", "PK", "0123")) {
      assertThatThrownBy(() -> ImportedTrees.of(bytes(text), "file"))
          .isInstanceOf(BadInput.class)
          .hasMessageContaining("saved by XGBoost (JSON or UBJSON) or by LightGBM (text)");
    }
    assertThatThrownBy(() -> ImportedTrees.of(bytes("{\"learner\":{}}"), "file"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("objective '' is not known here");
  }

  @ParameterizedTest
  @CsvSource({
    "multi:softprob, gives several numbers per row",
    "rank:ndcg, only orders the rows of one query",
    "survival:cox, 'gives a hazard or a censored time, no probability and no number'",
  })
  void refusesOtherObjectivesOfXgboostByName(String objective, String why) throws Exception {
    ObjectNode model = golden();
    ((ObjectNode) model.required("learner").required("objective")).put("name", objective);
    assertThatThrownBy(() -> ImportedTrees.of(CanonicalJson.bytes(model), "file"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("objective '%s' %s".formatted(objective, why));
  }

  private static ObjectNode golden() throws Exception {
    try (InputStream in = ImportedTreesTest.class.getResourceAsStream("/models/tree-shap.json")) {
      return (ObjectNode)
          JsonMapper.shared().readTree(Objects.requireNonNull(in)).required("model");
    }
  }

  /// UBJSON as plain as it gets: every value by its own marker.
  private static void write(JsonNode node, DataOutputStream out) throws Exception {
    if (node.isObject()) {
      out.writeByte('{');
      for (String name : node.propertyNames()) {
        text(name, out);
        write(node.required(name), out);
      }
      out.writeByte('}');
    } else if (node.isArray()) {
      out.writeByte('[');
      for (JsonNode item : node) {
        write(item, out);
      }
      out.writeByte(']');
    } else if (node.isString()) {
      out.writeByte('S');
      text(node.stringValue(), out);
    } else if (node.isBoolean()) {
      out.writeByte(node.booleanValue() ? 'T' : 'F');
    } else if (node.isInt()) {
      out.writeByte('l');
      out.writeInt(node.intValue());
    } else {
      out.writeByte('D');
      out.writeDouble(node.doubleValue());
    }
  }

  private static void text(String text, DataOutputStream out) throws Exception {
    byte[] bytes = bytes(text);
    out.writeByte('U');
    out.writeByte(bytes.length);
    out.write(bytes);
  }

  private static byte[] ubjson(JsonNode node) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    write(node, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Test
  void readsTheSameFromBothFormsOfXgboost() throws Exception {
    Model one = ImportedTrees.read(CanonicalJson.bytes(golden()), "model.json");
    Model two = ImportedTrees.read(ubjson(golden()), "model.ubj");
    RandomStream random = RandomStream.of(1);
    float[] row = new float[3];
    for (int i = 0; i < 1000; i++) {
      for (int j = 0; j < 3; j++) {
        row[j] = random.nextInt(9) == 0 ? Float.NaN : (float) random.nextGaussian();
      }
      assertThat(two.margin(row, 0)).isEqualTo(one.margin(row, 0));
    }
  }

  @Test
  void aLengthCanNotClaimMoreThanThereIs() {
    for (String start :
        List.of(
            "{U\u0001a[$l#l\u007f\u007f\u007f\u007f",
            "{l\u007f\u007f\u007f\u007f",
            "{U\u0001a[#L")) {
      byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
      assertThatThrownBy(() -> ImportedTrees.of(bytes, "file")).isInstanceOf(BadInput.class);
    }
    byte[] deep = new byte[100_000];
    Arrays.fill(deep, (byte) '[');
    deep[0] = '{';
    deep[1] = 'U';
    deep[2] = 1;
    assertThatThrownBy(() -> ImportedTrees.of(deep, "file"))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("nested deeper");
  }

  /// A damaged file gives a model or one clear error: nothing else, and no memory it does not hold.
  @Test
  void damageIsRefusedClearly() throws Exception {
    List<byte[]> files = List.of(CanonicalJson.bytes(golden()), ubjson(golden()), bytes(LIGHTGBM));
    RandomStream random = RandomStream.of(7);
    int refused = 0;
    for (int i = 0; i < 9_000; i++) {
      byte[] file = files.get(i % files.size()).clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        file[random.nextInt(file.length)] =
            (byte)
                (random.nextInt(2) == 0
                    ? random.nextInt(256)
                    : "0123456789-=e \n{}[]".charAt(random.nextInt(19)));
      }
      byte[] given =
          random.nextInt(4) == 0 ? Arrays.copyOf(file, random.nextInt(file.length)) : file;
      try {
        Model model = ImportedTrees.read(given, "file");
        if (model.inputs() < 100) {
          double margin = model.margin(new float[model.inputs()], 0);
          assertThat(margin).isNotNaN();
        }
      } catch (BadInput expected) {
        refused++;
      }
    }
    assertThat(refused).isBetween(2_000, 8_999);
  }
}
