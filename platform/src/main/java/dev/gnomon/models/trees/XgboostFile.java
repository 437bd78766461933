package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.trees.ImportedTrees.Feature;
import dev.gnomon.models.trees.ImportedTrees.FeatureType;
import dev.gnomon.models.trees.ImportedTrees.Format;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// XGBoost's model file, JSON or UBJSON. The file is data from outside: positions are checked, and
/// a graph that is no tree is refused.
final class XgboostFile {
  /// Splits on categories have NaN for a threshold.
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  /// More are refused: walks keep some numbers per input, whatever a file claims.
  static final int MOST_INPUTS = 1_000_000;

  private static final String VALID =
      "an XGBoost model in JSON or UBJSON with booster gbtree, dart or gblinear and an objective"
          + " of one number per row";

  /// What was read.
  record Parsed(
      Format format,
      String name,
      XgboostObjective objective,
      float baseMargin,
      Booster booster,
      List<Feature> features) {}

  /// What makes the margin.
  sealed interface Booster {
    /// The sum of trees; the weights of DART are in their leaves.
    record Summed(Trees trees) implements Booster {}

    /// A weight per input, the bias last.
    record Linear(float[] weights) implements Booster {}
  }

  private XgboostFile() {}

  /// @param place names the file in an error
  /// @throws BadInput when it can't be scored
  static Parsed parse(byte[] bytes, String place) {
    try {
      Format format = format(bytes);
      JsonNode root = format == Format.XGBOOST_JSON ? JSON.readTree(bytes) : Ubjson.read(bytes);
      return model(format, root);
    } catch (JacksonException e) {
      throw bad(place, e.getOriginalMessage());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw bad(place, String.valueOf(e.getMessage()));
    }
  }

  private static BadInput bad(String place, String found) {
    return new BadInput(place, "it is no model that can be scored: " + found, VALID);
  }

  /// Both begin with a brace; in JSON a quote or the end of the object follows, in UBJSON the type
  /// of a length.
  private static Format format(byte[] bytes) {
    int at = 0;
    while (at < bytes.length && Character.isWhitespace(bytes[at])) {
      at++;
    }
    for (int next = at + 1; next < bytes.length; next++) {
      if (!Character.isWhitespace(bytes[next])) {
        return bytes[next] == '"' || bytes[next] == '}'
            ? Format.XGBOOST_JSON
            : Format.XGBOOST_UBJSON;
      }
    }
    return Format.XGBOOST_JSON;
  }

  private static Parsed model(Format format, JsonNode root) {
    JsonNode learner = root.path("learner");
    String name = learner.path("objective").path("name").asString("");
    XgboostObjective objective = XgboostObjective.of(name);
    JsonNode parameters = learner.path("learner_model_param");
    int inputs = Integer.parseInt(parameters.path("num_feature").asString(""));
    if (inputs < 0 || inputs > MOST_INPUTS) {
      throw new IllegalArgumentException(inputs + " inputs");
    }
    if (Integer.parseInt(parameters.path("num_class").asString("0")) > 1
        || Integer.parseInt(parameters.path("num_target").asString("1")) > 1) {
      throw new IllegalArgumentException("several outputs per row");
    }
    // An array inside of the text since 3.1.
    String base = parameters.path("base_score").asString("").replace("[", "").replace("]", "");
    Booster booster = booster(learner.path("gradient_booster"), inputs);
    return new Parsed(
        format,
        name,
        objective,
        objective.margin(Float.parseFloat(base)),
        booster,
        features(learner, inputs));
  }

  private static Booster booster(JsonNode json, int inputs) {
    String name = json.path("name").asString("");
    return switch (name) {
      case "gbtree" -> new Booster.Summed(trees(json.path("model").path("trees"), inputs, null));
      case "dart" -> {
        JsonNode trees = json.path("gbtree").path("model").path("trees");
        JsonNode weights = json.path("weight_drop");
        if (weights.size() != trees.size()) {
          throw new IllegalArgumentException(
              "%d weights for %d trees".formatted(weights.size(), trees.size()));
        }
        yield new Booster.Summed(trees(trees, inputs, weights));
      }
      case "gblinear" -> {
        JsonNode list = json.path("model").path("weights");
        float[] weights = new float[list.size()];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = XgboostTree.number(list.required(i));
          if (!Float.isFinite(weights[i])) {
            throw new IllegalArgumentException("weight %d is %s".formatted(i, weights[i]));
          }
        }
        if (weights.length != inputs + 1) {
          throw new IllegalArgumentException(
              "%d weights for %d inputs".formatted(weights.length, inputs));
        }
        yield new Booster.Linear(weights);
      }
      default -> throw new IllegalArgumentException("booster '%s'".formatted(name));
    };
  }

  private static Trees trees(JsonNode list, int inputs, @Nullable JsonNode weights) {
    List<Tree> trees = new ArrayList<>();
    for (int t = 0; t < list.size(); t++) {
      JsonNode tree = list.required(t);
      if (Integer.parseInt(tree.path("tree_param").path("size_leaf_vector").asString("0")) > 1) {
        throw new IllegalArgumentException("tree %d has several numbers per leaf".formatted(t));
      }
      float weight = weights == null ? 1 : XgboostTree.number(weights.required(t));
      trees.add(XgboostTree.of(tree, t, weight));
    }
    return Trees.of(inputs, trees);
  }

  private static List<Feature> features(JsonNode learner, int inputs) {
    JsonNode names = learner.path("feature_names");
    JsonNode types = learner.path("feature_types");
    if ((names.size() != 0 && names.size() != inputs)
        || (types.size() != 0 && types.size() != inputs)) {
      throw new IllegalArgumentException(
          "%d names and %d types of %d inputs".formatted(names.size(), types.size(), inputs));
    }
    List<Feature> features = new ArrayList<>();
    // A hostile count of inputs without names must not cost memory.
    for (int i = 0; i < Math.max(names.size(), types.size()); i++) {
      FeatureType type =
          switch (types.path(i).asString("")) {
            case "c" -> FeatureType.CATEGORY;
            case "int" -> FeatureType.INTEGER;
            case "i" -> FeatureType.FLAG;
            default -> FeatureType.NUMBER;
          };
      features.add(new Feature(names.path(i).asString("f" + i), type, List.of()));
    }
    return features;
  }
}
