package dev.gnomon.stats;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How good an order is, for one query (a user, a search); average over queries.
///
/// Relevance is 0 for irrelevant, higher for better. NaN where a query has nothing relevant: state
/// whether such queries are left out or count as 0, since that moves the mean. Tied scores have no
/// order: NDCG averages over all orders, the others read the given order.
public final class RankingScores {
  private RankingScores() {}

  /// What a relevance is worth at the top. The same data give 0.961 and 0.949 by the two: a number
  /// without its gain means nothing.
  public enum Gain {
    /// The relevance itself.
    LINEAR,
    /// 2^relevance - 1, which lets the best items rule.
    EXPONENTIAL;

    double of(double relevance) {
      return switch (this) {
        case LINEAR -> relevance;
        case EXPONENTIAL -> Math.expm1(relevance * Math.log(2));
      };
    }
  }

  /// Discounted cumulated gain of the first k: sum of gain / log2(1 + place), tied scores sharing
  /// the mean gain of their places. Järvelin and Kekäläinen 2002; McSherry and Najork 2008.
  public static double dcg(double[] relevance, double[] scores, int k, Gain gain) {
    int[] ascending = SortOrder.ascending(scores);
    int n = ascending.length;
    double sum = 0;
    int start = 0;
    while (start < n && start < k) {
      int end = start;
      double gains = 0;
      double discounts = 0;
      while (end < n && scores[ascending[n - 1 - end]] == scores[ascending[n - 1 - start]]) {
        gains += gain.of(relevance[ascending[n - 1 - end]]);
        discounts += end < k ? discount(end) : 0;
        end++;
      }
      sum += gains / (end - start) * discounts;
      start = end;
    }
    return sum;
  }

  /// DCG over that of the best order, 0 to 1.
  public static double ndcg(double[] relevance, double[] scores, int k, Gain gain) {
    return dcg(relevance, scores, k, gain) / dcg(relevance, relevance, k, gain);
  }

  /// NDCG in which tied scores come in the reverse order of the input, as scikit-learn's
  /// `ignore_ties` has them. It depends on how the rows happen to be sorted: kept for comparison.
  public static double ndcgIgnoringTies(double[] relevance, double[] scores, int k, Gain gain) {
    int[] ascending = SortOrder.ascending(scores);
    double[] places = new double[scores.length];
    for (int i = 0; i < ascending.length; i++) {
      places[ascending[i]] = i;
    }
    return ndcg(relevance, places, k, gain);
  }

  /// Average precision at k: the sum of precision at the places of relevant items, over min(k,
  /// relevant). Dividing by k or by the hits instead are other numbers of the same name.
  ///
  /// @param relevant the items that are
  /// @param ranked the items shown, best first; a repeated one counts once
  public static <T> double averagePrecision(Set<T> relevant, List<T> ranked, int k) {
    double sum = 0;
    int hits = 0;
    Set<T> seen = new HashSet<>();
    for (int i = 0; i < Math.min(k, ranked.size()); i++) {
      if (relevant.contains(ranked.get(i)) && seen.add(ranked.get(i))) {
        hits++;
        sum += (double) hits / (i + 1);
      }
    }
    return relevant.isEmpty() ? Double.NaN : sum / Math.min(k, relevant.size());
  }

  /// 1 / place of the first relevant item, 0 when none is shown. Its mean over queries is the MRR.
  public static <T> double reciprocalRank(Set<T> relevant, List<T> ranked) {
    for (int i = 0; i < ranked.size(); i++) {
      if (relevant.contains(ranked.get(i))) {
        return 1.0 / (i + 1);
      }
    }
    return relevant.isEmpty() ? Double.NaN : 0;
  }

  /// Share of the k places that hold a relevant item; places left empty count as misses.
  public static <T> double precision(Set<T> relevant, List<T> ranked, int k) {
    return (double) hits(relevant, ranked, k) / k;
  }

  /// Share of the relevant items that are among the first k.
  public static <T> double recall(Set<T> relevant, List<T> ranked, int k) {
    return relevant.isEmpty() ? Double.NaN : (double) hits(relevant, ranked, k) / relevant.size();
  }

  private static <T> int hits(Set<T> relevant, List<T> ranked, int k) {
    Set<T> found = new HashSet<>(ranked.subList(0, Math.min(k, ranked.size())));
    found.retainAll(relevant);
    return found.size();
  }

  private static double discount(int place) {
    return Math.log(2) / Math.log(2.0 + place);
  }
}
