package dev.gnomon.training.advice;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// A field of application with its customary costs and thresholds.
///
/// @param name in words
/// @param words beginnings of words by which a statement shows that it belongs here
/// @param leastRatio how many needless actions one missed case costs, at least: FN:FP
/// @param mostRatio at most; 0 where the field has no custom
/// @param leastThreshold the range of thresholds that is customarily taught, as in `score above .6`
/// @param mostThreshold 0 where none is
/// @param priority which metric comes first, and why
/// @param regulated whether decisions are about persons' chances, so that fairness is asked for
/// @param withholdable whether an action may be withheld from a few to measure its effect
record Domain(
    String name,
    List<String> words,
    double leastRatio,
    double mostRatio,
    double leastThreshold,
    double mostThreshold,
    String priority,
    boolean regulated,
    boolean withholdable) {

  /// In the order in which ties are broken.
  static final List<Domain> ALL =
      List.of(
          new Domain(
              "medical screening",
              List.of(
                  "patient",
                  "medic",
                  "diagnos",
                  "disease",
                  "clinic",
                  "biops",
                  "cancer",
                  "tumo",
                  "diabet",
                  "cardio",
                  "hospital",
                  "screening",
                  "symptom"),
              50,
              200,
              0,
              0,
              "recall first, of at least .95: a missed case costs 50 to 200 needless examinations",
              true,
              false),
          new Domain(
              "spam",
              List.of("spam", "inbox", "junk", "phishing"),
              1 / 5.0,
              1 / 3.0,
              0,
              0,
              "precision first, of at least .85: a lost message costs 3 to 5 times one that gets through",
              false,
              true),
          new Domain(
              "fraud",
              List.of("fraud", "chargeback", "launder", "stolen"),
              3,
              10,
              0.4,
              0.6,
              "the cost by amount first: the threshold of a transaction is review cost / amount",
              false,
              true),
          new Domain(
              "manufacturing",
              List.of(
                  "machine",
                  "defect",
                  "manufactur",
                  "inspect",
                  "quality",
                  "maintenance",
                  "scrap",
                  "factory"),
              50,
              500,
              0,
              0,
              "recall first: .998 at precision .20 where a person looks again, .995 where nobody does",
              false,
              true),
          new Domain(
              "hiring",
              List.of("hire", "hiring", "recruit", "interview", "vacanc", "resume"),
              15,
              20,
              0.6,
              0.8,
              "recall first: a good candidate turned away costs 15 to 20 needless interviews",
              true,
              true),
          new Domain(
              "intrusion detection",
              List.of("intrusion", "attack", "malware", "network", "anomal", "breach", "alert"),
              15,
              25,
              0,
              0,
              "recall within what analysts can read: about 100 alerts per analyst and day",
              false,
              false),
          new Domain(
              "churn",
              List.of(
                  "churn",
                  "retention",
                  "attrition",
                  "cancellation",
                  "unsubscrib",
                  "stay",
                  "leave",
                  "voucher"),
              5,
              12,
              0.4,
              0.8,
              "saved value first, recall next: a lost customer costs 5 to 12 offers",
              false,
              true),
          new Domain(
              "vehicles",
              List.of("vehicle", "pedestrian", "brake", "steer", "collision", "autonomous"),
              100,
              500,
              0,
              0,
              "recall first: an obstacle overlooked costs 100 to 500 needless brakings",
              false,
              false),
          new Domain(
              "credit",
              List.of("credit", "loan", "mortgage", "default", "lend", "borrow"),
              0,
              0,
              0,
              0,
              "expected cost first, by amount; reasons for every refusal",
              true,
              true));

  /// The one whose words a statement uses most; empty where it uses none.
  static Optional<Domain> of(String statement) {
    String[] found = statement.toLowerCase(Locale.ROOT).split("[^\\p{L}]+", -1);
    ToIntFunction<Domain> score =
        domain -> {
          int hits = 0;
          for (String word : found) {
            hits += domain.words.stream().anyMatch(word::startsWith) ? 1 : 0;
          }
          return hits;
        };
    Domain best = ALL.getFirst();
    for (Domain domain : ALL) {
      best = score.applyAsInt(domain) > score.applyAsInt(best) ? domain : best;
    }
    return score.applyAsInt(best) > 0 ? Optional.of(best) : Optional.empty();
  }

  boolean hasRatio() {
    return mostRatio > 0;
  }

  boolean hasThreshold() {
    return mostThreshold > 0;
  }

  /// The optimal threshold of a calibrated probability at a ratio FN:FP of extra costs.
  static double threshold(double ratio) {
    return 1 / (1 + ratio);
  }

  /// As ratios are written: `5:1 to 12:1`, `1:5 to 1:3`.
  String ratios() {
    return Say.ratio(leastRatio) + " to " + Say.ratio(mostRatio);
  }
}
