package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.operators.Hash64;
import dev.gnomon.schema.Row;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Feature hashing of n-grams: each adds its sign to the bucket of its hash, see [HashedLevels];
/// then the row is divided by its Euclidean length. Nothing is learnt. A missing text is 0
/// everywhere.
record HashedTerms(int index, Text.Unit unit, int least, int most, int buckets)
    implements ColumnStep {
  static final String KIND = "hashed-terms";

  @Override
  public List<Input> inputs(String column) {
    return HashedLevels.buckets(column, index, buckets);
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    int end = at + buckets;
    Arrays.fill(out, at, end, 0);
    String text = row.text(index);
    if (text == null) {
      return end;
    }
    Terms terms = Terms.of(text, unit);
    for (int size = least; size <= most; size++) {
      for (int first = 0; first + size <= terms.units; first++) {
        long hash = Hash64.of(terms.text, terms.from[first], terms.to[first + size - 1]);
        out[at + HashedLevels.bucket(hash, buckets)] += hash < 0 ? -1 : 1;
      }
    }
    double squares = 0;
    for (int i = at; i < end; i++) {
      squares += out[i] * out[i];
    }
    Terms.toUnitLength(out, at, end, squares);
    return end;
  }

  @Override
  public ObjectNode toJson() {
    return Json.kind(KIND)
        .put("unit", unit.name())
        .put("least", least)
        .put("most", most)
        .put("buckets", buckets);
  }

  static HashedTerms fromJson(int index, JsonNode node) {
    int buckets = node.required("buckets").intValue();
    if (buckets < 1) {
      throw new IllegalArgumentException(buckets + " buckets");
    }
    return new HashedTerms(
        index,
        Text.Unit.valueOf(node.required("unit").stringValue()),
        node.required("least").intValue(),
        node.required("most").intValue(),
        buckets);
  }
}
