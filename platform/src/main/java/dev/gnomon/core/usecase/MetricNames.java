package dev.gnomon.core.usecase;

import dev.gnomon.core.BadInput;
import dev.gnomon.schema.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The names that the metrics of a yes-or-no target go by in a use-case file.
///
/// Beside the fixed ones there are families with a figure in their name: `f0.5` and `f2` (any
/// beta), `lift-at-10%`, `precision-at-10%` and `recall-at-10%` (the highest-scored share of the
/// rows), `precision-at-100` and `recall-at-100` (so many rows), `recall-at-precision-0.9` and
/// `precision-at-recall-0.8`.
public final class MetricNames {
  /// Always reported.
  public static final List<String> CORE =
      List.of(
          "roc-auc",
          "average-precision",
          "brier",
          "brier-skill",
          "log-loss",
          "recall",
          "precision");

  private static final List<String> MORE =
      List.of(
          "f1",
          "accuracy",
          "balanced-accuracy",
          "specificity",
          "mcc",
          "kappa",
          "action-rate",
          "pr-auc-trapezoid",
          "lift",
          "ks",
          "ece",
          "ece-equal-mass",
          "calibration-slope",
          "calibration-intercept");

  /// Known only where costs are stated.
  private static final List<String> MONEY = List.of("expected-cost", "profit", "roi");

  private static final List<String> FAMILIES =
      List.of(
          "f2",
          "lift-at-10%",
          "precision-at-10%",
          "recall-at-10%",
          "precision-at-100",
          "recall-at-100",
          "recall-at-precision-0.9",
          "precision-at-recall-0.8");

  private static final Set<String> LOWER_IS_BETTER =
      Set.of("brier", "log-loss", "expected-cost", "ece", "ece-equal-mass");

  private static final Set<String> NEUTRAL =
      Set.of("action-rate", "calibration-slope", "calibration-intercept");

  private static final Set<String> UNBOUNDED =
      Set.of(
          "log-loss", "brier-skill", "mcc", "kappa", "calibration-slope", "calibration-intercept");

  private static final String FIGURE = "([0-9]+(?:\\.[0-9]+)?)";
  private static final Pattern F_BETA = Pattern.compile("f" + FIGURE);
  private static final Pattern AT_SHARE =
      Pattern.compile("(lift|precision|recall)-at-" + FIGURE + "%");
  private static final Pattern AT_ROWS = Pattern.compile("(precision|recall)-at-([0-9]{1,9})");
  private static final Pattern AT_OTHER =
      Pattern.compile("(recall-at-precision|precision-at-recall)-" + FIGURE);

  private MetricNames() {}

  public static boolean has(String name) {
    return CORE.contains(name)
        || MORE.contains(name)
        || MONEY.contains(name)
        || beta(name).isPresent()
        || top(name).isPresent()
        || atOther(name).isPresent();
  }

  public static boolean isMoney(String name) {
    return MONEY.contains(name);
  }

  public static boolean lowerIsBetter(String name) {
    return LOWER_IS_BETTER.contains(name);
  }

  /// Whether neither more nor less of it is better.
  public static boolean isNeutral(String name) {
    return NEUTRAL.contains(name);
  }

  /// Beta of `f2`; `f1` too.
  public static OptionalDouble beta(String name) {
    Matcher matcher = F_BETA.matcher(name);
    if (!matcher.matches()) {
      return OptionalDouble.empty();
    }
    double beta = Double.parseDouble(matcher.group(1));
    return beta > 0 ? OptionalDouble.of(beta) : OptionalDouble.empty();
  }

  /// A measure of the highest scores.
  ///
  /// @param measure `lift`, `precision` or `recall`
  /// @param amount a share of the rows, or a number of rows
  public record Top(String measure, double amount, boolean isShare) {
    public double share(int rows) {
      return isShare ? amount : Math.min(1, amount / rows);
    }
  }

  public static Optional<Top> top(String name) {
    if (name.equals("lift")) {
      return Optional.of(new Top("lift", 0.1, true));
    }
    Matcher share = AT_SHARE.matcher(name);
    if (share.matches()) {
      double percent = Double.parseDouble(share.group(2));
      return percent > 0 && percent <= 100
          ? Optional.of(new Top(share.group(1), percent / 100, true))
          : Optional.empty();
    }
    Matcher rows = AT_ROWS.matcher(name);
    if (rows.matches()) {
      double count = Double.parseDouble(rows.group(2));
      return count > 0 ? Optional.of(new Top(rows.group(1), count, false)) : Optional.empty();
    }
    return Optional.empty();
  }

  /// One rate where another is held.
  ///
  /// @param recall whether recall is measured at a precision; else precision at a recall
  public record AtOther(boolean recall, double least) {}

  public static Optional<AtOther> atOther(String name) {
    Matcher matcher = AT_OTHER.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    double least = Double.parseDouble(matcher.group(2));
    return least > 0 && least <= 1
        ? Optional.of(new AtOther(matcher.group(1).startsWith("recall"), least))
        : Optional.empty();
  }

  /// The fixed names.
  public static List<String> all() {
    List<String> all = new ArrayList<>(CORE);
    all.addAll(MORE);
    all.addAll(MONEY);
    return all;
  }

  /// Those with a figure in their name, by example.
  public static List<String> families() {
    return FAMILIES;
  }

  /// A regular expression for them.
  public static String familyPattern() {
    return F_BETA + "|" + AT_SHARE + "|" + AT_ROWS + "|" + AT_OTHER;
  }

  /// Whether its values are exactly those from 0 to 1.
  public static boolean isShare(String name) {
    return !UNBOUNDED.contains(name) && !isMoney(name) && !name.startsWith("lift");
  }

  /// @throws BadInput for a name that is no metric, with the nearest that is one
  public static void require(String name, String place) {
    if (has(name)) {
      return;
    }
    List<String> known = all();
    known.addAll(FAMILIES);
    throw new BadInput(
        place,
        "'%s' is no metric".formatted(name),
        Nearest.to(name, known).map(near -> "did you mean " + near + "? ").orElse("")
            + "one of "
            + String.join(", ", known));
  }
}
