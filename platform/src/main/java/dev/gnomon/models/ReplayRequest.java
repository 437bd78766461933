package dev.gnomon.models;

import dev.gnomon.core.Problem;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A made-up request with the answer the bundle gave when it was made; answered again at every
/// load.
///
/// Each column is drawn on its own from the reference statistics, so that no row of a person is
/// carried along.
public final class ReplayRequest {
  /// How far a score may move between platforms, of its size where that is above 1.
  static final double TOLERANCE = 1e-6;

  private static final String UNSEEN = "a value never seen";

  private final ValueRow row;
  private final double score;
  private final boolean acts;

  private ReplayRequest(ValueRow row, double score, boolean acts) {
    this.row = row;
    this.score = score;
    this.acts = acts;
  }

  public Row row() {
    return row;
  }

  public double score() {
    return score;
  }

  public boolean acts() {
    return acts;
  }

  /// Six drawn rows, one with every value missing, one with texts never seen.
  static List<ReplayRequest> sample(
      ReferenceStatistics reference, Schema schema, Scoring scoring, RandomStream random) {
    List<ReplayRequest> requests = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      ValueRow row = new ValueRow(schema);
      for (int column = 0; column < schema.size() && i < 7; column++) {
        fill(row, column, reference.columns().get(column), random, i == 6);
      }
      Decision decision = new Decision();
      scoring.decide(row, decision);
      requests.add(new ReplayRequest(row, decision.score(), decision.acts()));
    }
    return requests;
  }

  private static void fill(
      ValueRow row,
      int column,
      ReferenceStatistics.Summary summary,
      RandomStream random,
      boolean unseen) {
    switch (summary) {
      case ReferenceStatistics.Summary.Numbers numbers ->
          row.number(column, number(numbers, random));
      case ReferenceStatistics.Summary.Texts texts ->
          row.text(column, unseen ? UNSEEN : text(texts, random));
      case ReferenceStatistics.Summary.Moments _ -> {}
    }
  }

  /// A bin in proportion to its rows, then any place in it; the open outer bins reach one standard
  /// deviation out.
  private static double number(ReferenceStatistics.Summary.Numbers numbers, RandomStream random) {
    int bin = draw(numbers.counts(), numbers.missing(), random);
    double place = random.nextDouble();
    if (bin < 0) {
      return Double.NaN;
    }
    double[] edges = numbers.edges();
    if (edges.length == 0) {
      return numbers.mean();
    }
    double low = bin == 0 ? edges[0] - numbers.deviation() : edges[bin - 1];
    double high = bin == edges.length ? edges[edges.length - 1] + numbers.deviation() : edges[bin];
    return low + place * (high - low);
  }

  private static @Nullable String text(
      ReferenceStatistics.Summary.Texts texts, RandomStream random) {
    long[] counts = java.util.Arrays.copyOf(texts.counts(), texts.counts().length + 1);
    counts[counts.length - 1] = texts.other();
    int level = draw(counts, texts.missing(), random);
    if (level < 0) {
      return null;
    }
    return level == texts.levels().size() ? UNSEEN : texts.levels().get(level);
  }

  /// An index in proportion to the counts, or -1 for missing.
  private static int draw(long[] counts, long missing, RandomStream random) {
    long total = missing;
    for (long count : counts) {
      total += count;
    }
    double at = random.nextDouble() * total;
    for (int i = 0; i < counts.length; i++) {
      at -= counts[i];
      if (at < 0) {
        return i;
      }
    }
    return -1;
  }

  /// What differs when it is answered again.
  Optional<Problem> replay(Scoring scoring, int number, String place) {
    Decision decision = new Decision();
    scoring.decide(row, decision);
    double allowed = TOLERANCE * Math.max(1, Math.abs(score));
    if (Math.abs(decision.score() - score) <= allowed && decision.acts() == acts) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            "%s, request %d".formatted(place, number),
            "it scores %s and %s, but %s and %s when the bundle was made"
                .formatted(decision.score(), action(decision.acts()), score, action(acts)),
            "the same decision and a score within " + allowed));
  }

  private static String action(boolean acts) {
    return acts ? "acts" : "does not act";
  }

  JsonNode toJson() {
    ObjectNode json = dev.gnomon.core.CanonicalJson.object();
    json.put("score", score).put("acts", acts);
    json.set("row", row.toJson());
    return json;
  }

  static ReplayRequest fromJson(JsonNode json, Schema schema) {
    return new ReplayRequest(
        ValueRow.fromJson(json.required("row"), schema),
        json.required("score").doubleValue(),
        json.required("acts").booleanValue());
  }
}
