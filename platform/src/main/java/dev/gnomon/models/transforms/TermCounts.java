package dev.gnomon.models.transforms;

import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.data.Column;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the vocabulary of [TermWeights] in the training rows: terms in at least so many rows, of
/// them the most frequent ones (ties by text), sorted.
final class TermCounts {
  private final Map<String, int[]> counts = new HashMap<>();

  static TermWeights fit(int index, Column.Texts column, int[] rows, Text how) {
    TermCounts found = new TermCounts();
    for (int row : rows) {
      String text = column.dictionary().text(column.codes()[row]);
      if (text != null) {
        found.add(text, how);
      }
    }
    List<String> terms = new ArrayList<>();
    found.counts.forEach((term, count) -> {
      if (count[1] >= how.minDocuments()) {
        terms.add(term);
      }
    });
    if (terms.size() > how.maxFeatures()) {
      terms.sort(
          Comparator.<String>comparingInt(term -> -found.of(term)[0])
              .thenComparing(Comparator.naturalOrder()));
      terms.subList(how.maxFeatures(), terms.size()).clear();
    }
    terms.sort(Comparator.naturalOrder());
    double[] idf = new double[terms.size()];
    for (int i = 0; i < idf.length; i++) {
      idf[i] = StrictMath.log((1.0 + rows.length) / (1 + found.of(terms.get(i))[1])) + 1;
    }
    return new TermWeights(index, how.unit(), how.least(), how.most(), how.sublinear(), terms, idf);
  }

  private int[] of(String term) {
    return counts.getOrDefault(term, new int[2]);
  }

  private void add(String text, Text how) {
    Terms terms = Terms.of(text, how.unit());
    Set<String> here = new HashSet<>();
    for (int size = how.least(); size <= how.most(); size++) {
      for (int first = 0; first + size <= terms.units; first++) {
        int from = terms.from[first];
        String term = new String(terms.text, from, terms.to[first + size - 1] - from);
        int[] count = counts.computeIfAbsent(term, _ -> new int[2]);
        count[0]++;
        if (here.add(term)) {
          count[1]++;
        }
      }
    }
  }
}
