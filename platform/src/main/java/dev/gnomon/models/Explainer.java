package dev.gnomon.models;

import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.models.Explanation.Family;
import dev.gnomon.models.Explanation.Similar;
import dev.gnomon.models.ReferenceStatistics.Summary;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.stats.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Puts the reasons of one decision into words: three families of factors with their share, this
/// case against the usual one, how similar cases turned out, and what is recommended.
///
/// The shares are of absolute contributions to the model's raw output (log-odds for most models)
/// and are called so: no share of a probability can be had from them, and none is claimed. A share
/// of next to nothing is not spoken of, nor are similar cases when fewer than 30 are known.
public final class Explainer {
  private static final int FAMILIES = 3;

  /// Families that weigh less than this are left out.
  private static final double LEAST_SHARE = 0.05;

  /// Contributions that add up to less than this, in absolute terms, move nothing.
  private static final double LEAST_MOVE = 0.05;

  private static final int LEAST_ROWS = 30;

  private final Scoring scoring;
  private final Policy policy;
  private final Output output;
  private final Schema inputs;
  private final ReferenceStatistics reference;
  private final JsonNode bins;
  private final Map<String, String> families;
  private final Optional<String> decision;

  /// @param families the family of a feature by the feature's name; others are families of their
  ///   own
  /// @param decision what is done when the policy says yes
  public Explainer(Bundle bundle, Map<String, String> families, Optional<String> decision) {
    this.scoring = bundle.scoring();
    this.policy = bundle.policy();
    this.output = bundle.model().output();
    this.inputs = bundle.preprocessing().inputs();
    this.reference = bundle.reference();
    this.bins = bundle.evaluation().path("calibration").path("bins");
    this.families = Map.copyOf(families);
    this.decision = decision;
  }

  public static Explainer of(Bundle bundle, UseCase useCase) {
    return new Explainer(bundle, families(useCase), useCase.problem().decision());
  }

  /// Aggregates belong to their source; columns and derived features stand for themselves.
  static Map<String, String> families(UseCase useCase) {
    Map<String, String> families = new HashMap<>();
    for (FeatureSection.Aggregate aggregate : useCase.features().aggregates()) {
      FeatureNames.of(aggregate).forEach(name -> families.put(name, aggregate.source()));
    }
    return families;
  }

  /// @param row under the bundle's row schema
  /// @param score as decided
  /// @param acts what was decided
  public Explanation explain(Row row, double score, boolean acts) {
    List<Family> strongest = strongest(row);
    Optional<Similar> similar = similar(score);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        output.isNumber()
            ? "The prediction is %s.".formatted(Words.number(score))
            : "The score is %s.".formatted(Words.percent(score)));
    if (strongest.isEmpty()) {
      sentences.add("No factor moves it noticeably away from that of a usual case.");
    } else {
      sentences.add(
          "What moves it away from that of a usual case, by share of the absolute %s: %s."
              .formatted(
                  output == Output.LOG_ODDS ? "log-odds" : "contributions",
                  String.join("; ", strongest.stream().map(Explainer::line).toList())));
    }
    similar.ifPresent(cases ->
        sentences.add(
            "Of %,d tested cases with a score near this one (%s on average), %s turned out positive (95 %%: %s to %s)."
                .formatted(
                    cases.rows(),
                    Words.percent(cases.score()),
                    Words.percent(cases.rate().estimate()),
                    Words.percent(cases.rate().lower()),
                    Words.percent(cases.rate().upper()))));
    if (!output.isNumber()) {
      sentences.add(action(row, score, acts));
    }
    return new Explanation(strongest, similar, String.join(" ", sentences));
  }

  private static String line(Family family) {
    return "%s %s (%s it; %s)"
        .formatted(
            family.name(),
            Words.percent(family.share()),
            family.raises() ? "raises" : "lowers",
            family.text());
  }

  private List<Family> strongest(Row row) {
    Optional<double[]> parts = scoring.contributions(row);
    if (parts.isEmpty()) {
      return List.of();
    }
    double[] byFeature = parts.get();
    Map<String, Double> sums = new LinkedHashMap<>();
    Map<String, Integer> leading = new HashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      String feature = inputs.field(i).name();
      String family = families.getOrDefault(feature, feature);
      sums.merge(family, byFeature[i], Double::sum);
      int at = i;
      leading.merge(
          family, i, (old, _) -> Math.abs(byFeature[at]) > Math.abs(byFeature[old]) ? at : old);
    }
    double total = sums.values().stream().mapToDouble(Math::abs).sum();
    if (!(total >= LEAST_MOVE)) {
      return List.of();
    }
    List<Map.Entry<String, Double>> order = new ArrayList<>(sums.entrySet());
    order.sort(
        Collections.reverseOrder(
            Map.Entry.comparingByValue((a, b) -> Double.compare(Math.abs(a), Math.abs(b)))));
    List<Family> found = new ArrayList<>();
    for (Map.Entry<String, Double> entry : order) {
      double share = Math.abs(entry.getValue()) / total;
      if (found.size() == FAMILIES || share < LEAST_SHARE) {
        break;
      }
      found.add(
          new Family(
              entry.getKey(),
              share,
              entry.getValue() > 0,
              usual(leading.getOrDefault(entry.getKey(), 0), row)));
    }
    return found;
  }

  /// The value of a feature beside what was usual among the training rows.
  private String usual(int feature, Row row) {
    String name = inputs.field(feature).name();
    return switch (reference.columns().get(feature)) {
      case Summary.Numbers numbers -> {
        double value = row.number(feature);
        String now =
            Double.isNaN(value)
                ? name + " is missing"
                : "%s is %s".formatted(name, Words.number(value));
        double[] edges = numbers.edges();
        yield edges.length < 2
            ? now
            : "%s, usual are %s to %s"
                .formatted(now, Words.number(edges[0]), Words.number(edges[edges.length - 1]));
      }
      case Summary.Texts texts -> {
        String value = row.text(feature);
        long rows = texts.missing() + texts.other();
        for (long count : texts.counts()) {
          rows += count;
        }
        if (value == null) {
          yield "%s is missing, as for %s"
              .formatted(name, Words.percent((double) texts.missing() / rows));
        }
        int level = Collections.binarySearch(texts.levels(), value);
        yield level < 0
            ? "%s is '%s', which is rare or new".formatted(name, value)
            : "%s is '%s', as for %s"
                .formatted(name, value, Words.percent((double) texts.counts()[level] / rows));
      }
      case Summary.Moments _ -> name;
    };
  }

  /// The tenth of the test part whose mean score lies nearest.
  private Optional<Similar> similar(double score) {
    JsonNode nearest = null;
    double least = Double.POSITIVE_INFINITY;
    for (JsonNode bin : bins) {
      double distance = Math.abs(bin.path("predicted").asDouble(Double.NaN) - score);
      if (distance < least) {
        least = distance;
        nearest = bin;
      }
    }
    if (nearest == null || nearest.path("rows").asInt(0) < LEAST_ROWS) {
      return Optional.empty();
    }
    JsonNode observed = nearest.path("observed");
    Interval rate =
        new Interval(
            observed.path("lower").asDouble(Double.NaN),
            observed.path("estimate").asDouble(Double.NaN),
            observed.path("upper").asDouble(Double.NaN),
            0.95);
    return Double.isNaN(rate.lower() + rate.estimate() + rate.upper())
        ? Optional.empty()
        : Optional.of(
            new Similar(nearest.path("rows").asInt(), nearest.path("predicted").asDouble(), rate));
  }

  private String action(Row row, double score, boolean acts) {
    String what = decision.map(text -> Words.lowerFirst(text)).orElse("act");
    String recommended =
        acts ? "Recommended: %s".formatted(what) : "Recommended: do not %s".formatted(what);
    if (!policy.hasCosts()) {
      return recommended + ".";
    }
    double value = policy.value(score, row);
    String amount =
        String.format(Locale.ROOT, "%,.2f %s", Math.abs(value), policy.currency().orElse(""));
    if (acts == value > 0) {
      return acts
          ? "%s; by the stated costs it is expected to save %s.".formatted(recommended, amount)
          : "%s; by the stated costs it would be expected to lose %s."
              .formatted(recommended, amount);
    }
    return acts
        ? "%s; a constraint asks for it, though by the stated costs it is expected to lose %s."
            .formatted(recommended, amount)
        : "%s; it would be expected to save %s, but a capacity or constraint puts others first."
            .formatted(recommended, amount);
  }
}
