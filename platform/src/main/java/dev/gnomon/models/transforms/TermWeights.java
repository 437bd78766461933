package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.schema.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// TF-IDF: one input per term of a vocabulary, its weight in the text brought to unit length.
///
/// The weight is tf x idf; tf is how often the term stands in the text, or 1 + ln of it; idf is
/// ln((1 + n) / (1 + df)) + 1 with n training rows, df of them with the term; then the row is
/// divided by its Euclidean length (Salton, Buckley: Term-weighting approaches in automatic text
/// retrieval, 1988; with the smoothing of scikit-learn's TfidfVectorizer). Unknown terms do not
/// count. A missing text is 0 everywhere.
final class TermWeights implements ColumnStep {
  static final String KIND = "tf-idf";

  private final int index;
  private final Text.Unit unit;
  private final int least;
  private final int most;
  private final boolean sublinear;
  private final Vocabulary vocabulary;
  private final double[] idf;

  TermWeights(
      int index,
      Text.Unit unit,
      int least,
      int most,
      boolean sublinear,
      List<String> terms,
      double[] idf) {
    this.index = index;
    this.unit = unit;
    this.least = least;
    this.most = most;
    this.sublinear = sublinear;
    this.vocabulary = new Vocabulary(terms);
    this.idf = idf;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public List<Input> inputs(String column) {
    List<Input> inputs = new ArrayList<>(vocabulary.size());
    for (String term : vocabulary.terms()) {
      inputs.add(Input.of(column + ":" + term, index, Input.Kind.WEIGHT));
    }
    return inputs;
  }

  @Override
  public int apply(Row row, double[] out, int at) {
    int end = at + vocabulary.size();
    Arrays.fill(out, at, end, 0);
    String text = row.text(index);
    if (text == null) {
      return end;
    }
    Terms terms = Terms.of(text, unit);
    for (int size = least; size <= most; size++) {
      for (int first = 0; first + size <= terms.units; first++) {
        int term = vocabulary.find(terms.text, terms.from[first], terms.to[first + size - 1]);
        if (term >= 0) {
          out[at + term]++;
        }
      }
    }
    double squares = 0;
    for (int i = at; i < end; i++) {
      if (out[i] != 0) {
        double weight = (sublinear ? 1 + Math.log(out[i]) : out[i]) * idf[i - at];
        out[i] = weight;
        squares += weight * weight;
      }
    }
    Terms.toUnitLength(out, at, end, squares);
    return end;
  }

  @Override
  public ObjectNode toJson() {
    ObjectNode node =
        Json.kind(KIND)
            .put("unit", unit.name())
            .put("least", least)
            .put("most", most)
            .put("sublinear", sublinear);
    Json.put(node, "terms", vocabulary.terms());
    Json.put(node, "idf", idf);
    return node;
  }

  static TermWeights fromJson(int index, JsonNode node) {
    List<String> terms = Json.texts(node, "terms");
    double[] idf = Json.doubles(node, "idf");
    if (terms.size() != idf.length) {
      throw new IllegalArgumentException("%d terms, %d idf".formatted(terms.size(), idf.length));
    }
    return new TermWeights(
        index,
        Text.Unit.valueOf(node.required("unit").stringValue()),
        node.required("least").intValue(),
        node.required("most").intValue(),
        node.required("sublinear").booleanValue(),
        terms,
        idf);
  }
}
