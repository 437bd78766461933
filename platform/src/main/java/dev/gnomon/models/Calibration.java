package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.stats.IsotonicFit;
import dev.gnomon.stats.PlattFit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns a model's probabilities into ones that can be weighed against money. Fitted on out-of-fold
/// predictions only: on its own training rows a model looks better than it is.
public sealed interface Calibration {
  /// The calibrated probability of a raw one. Monotone; allocates nothing.
  double apply(double probability);

  JsonNode toJson();

  /// @param probabilities raw, out of fold
  static Calibration fit(
      ModelSection.Calibration method, double[] probabilities, double[] labels, double[] weights) {
    return switch (method) {
      case NONE -> new None();
      case PLATT -> {
        double[] margins = new double[probabilities.length];
        for (int i = 0; i < margins.length; i++) {
          margins[i] = logit(probabilities[i]);
        }
        yield new Platt(PlattFit.fit(margins, labels, weights));
      }
      case ISOTONIC -> new Isotonic(IsotonicFit.fit(probabilities, labels, weights));
    };
  }

  /// @throws BadInput when the document is none of [#toJson]
  static Calibration fromJson(JsonNode json) {
    try {
      return switch (json.required("method").stringValue()) {
        case "shifted" ->
            new Shifted(json.required("logOdds").doubleValue(), fromJson(json.required("then")));
        case "none" -> new None();
        case "platt" ->
            new Platt(
                new PlattFit(json.required("a").doubleValue(), json.required("b").doubleValue()));
        case "isotonic" ->
            new Isotonic(new IsotonicFit(doubles(json.required("x")), doubles(json.required("y"))));
        case String method -> throw new IllegalArgumentException("method '" + method + "'");
      };
    } catch (RuntimeException e) {
      throw new BadInput(
          "calibration.json", "it can't be read: " + e.getMessage(), "what the bundle wrote");
    }
  }

  /// The probability whose log-odds are greater by so much; ends stay ends.
  static double shift(double probability, double logOdds) {
    if (logOdds == 0) {
      return probability;
    }
    double odds = Math.exp(logOdds);
    return probability * odds / (probability * odds + (1 - probability));
  }

  /// First back from resampled rows to rows as they come, by the odds that resampling changed, then
  /// another calibration.
  record Shifted(double logOdds, Calibration then) implements Calibration {
    @Override
    public double apply(double probability) {
      return then.apply(shift(probability, logOdds));
    }

    @Override
    public JsonNode toJson() {
      ObjectNode json = CanonicalJson.object().put("method", "shifted").put("logOdds", logOdds);
      json.set("then", then.toJson());
      return json;
    }
  }

  /// Raw probabilities as they are.
  record None() implements Calibration {
    @Override
    public double apply(double probability) {
      return probability;
    }

    @Override
    public JsonNode toJson() {
      return CanonicalJson.object().put("method", "none");
    }
  }

  /// A logistic curve over the raw log-odds.
  record Platt(PlattFit fit) implements Calibration {
    @Override
    public double apply(double probability) {
      return fit.at(logit(probability));
    }

    @Override
    public JsonNode toJson() {
      return CanonicalJson.object().put("method", "platt").put("a", fit.a()).put("b", fit.b());
    }
  }

  /// Steps over the raw probability, straight between them.
  record Isotonic(IsotonicFit fit) implements Calibration {
    @Override
    public double apply(double probability) {
      return fit.at(probability);
    }

    @Override
    public JsonNode toJson() {
      ObjectNode json = CanonicalJson.object().put("method", "isotonic");
      ArrayNode x = json.putArray("x");
      ArrayNode y = json.putArray("y");
      for (int i = 0; i < fit.x().length; i++) {
        x.add(fit.x()[i]);
        y.add(fit.y()[i]);
      }
      return json;
    }
  }

  private static double[] doubles(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.required(i).doubleValue();
    }
    return values;
  }

  private static double logit(double probability) {
    double p = Math.clamp(probability, 1e-15, 1 - 1e-15);
    return Math.log(p) - Math.log1p(-p);
  }
}
