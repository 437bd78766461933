package dev.gnomon.models.transforms;

import dev.gnomon.operators.Hash64;
import dev.gnomon.schema.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Feature hashing of levels (Weinberger, Dasgupta, Langford, Smola, Attenberg: Feature hashing for
/// large scale multitask learning, 2009): the level's 64-bit hash picks one of a fixed number of
/// inputs and the sign of the 1 written there, so that levels that meet cancel on average. Nothing
/// is learnt; a level never seen has its place too. Missing is 0 everywhere.
///
/// The bucket is the hash without its topmost bit modulo their number, the topmost bit the sign.
record HashedLevels(int index, int buckets) implements ColumnStep {
  static final String KIND = "hashed";

  @Override
  public List<Input> inputs(String column) {
    return buckets(column, index, buckets);
  }

  static List<Input> buckets(String column, int index, int count) {
    List<Input> inputs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      inputs.add(Input.of(column + "#" + i, index, Input.Kind.WEIGHT));
    }
    return inputs;
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    Arrays.fill(out, at, at + buckets, 0);
    String text = row.text(index);
    if (text != null) {
      long hash = Hash64.of(text);
      out[at + bucket(hash, buckets)] = hash < 0 ? -1 : 1;
    }
    return at + buckets;
  }

  static int bucket(long hash, int buckets) {
    return (int) ((hash & Long.MAX_VALUE) % buckets);
  }

  @Override
  public ObjectNode toJson() {
    return Json.kind(KIND).put("buckets", buckets);
  }

  static HashedLevels fromJson(int index, JsonNode node) {
    int buckets = node.required("buckets").intValue();
    if (buckets < 1) {
      throw new IllegalArgumentException(buckets + " buckets");
    }
    return new HashedLevels(index, buckets);
  }
}
