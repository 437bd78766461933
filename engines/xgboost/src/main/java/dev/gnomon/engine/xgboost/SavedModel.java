package dev.gnomon.engine.xgboost;

import dev.gnomon.core.CanonicalJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// XGBoost's saved JSON with the trees after the best round taken off and its members sorted, still
/// a file that XGBoost loads.
///
/// Cutting the file costs nothing; training again for the best number of rounds would cost a second
/// training.
final class SavedModel {
  private SavedModel() {}

  /// @param rounds how many rounds to keep, 0 for all; one tree per round
  static byte[] firstRounds(byte[] json, int rounds) {
    JsonNode root = JsonMapper.shared().readTree(json);
    ObjectNode learner = (ObjectNode) root.required("learner");
    // What early stopping noted refers to trees that are gone.
    learner.set("attributes", CanonicalJson.object());
    ObjectNode model = (ObjectNode) learner.required("gradient_booster").required("model");
    ArrayNode trees = (ArrayNode) model.required("trees");
    if (rounds > 0 && rounds < trees.size()) {
      keep(trees, rounds);
      keep((ArrayNode) model.required("tree_info"), rounds);
      keep((ArrayNode) model.required("iteration_indptr"), rounds + 1);
      ((ObjectNode) model.required("gbtree_model_param")).put("num_trees", String.valueOf(rounds));
    }
    return CanonicalJson.bytes(root);
  }

  private static void keep(ArrayNode array, int count) {
    for (int i = array.size() - 1; i >= count; i--) {
      array.remove(i);
    }
  }
}
