package dev.gnomon.core.usecase;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/// `models.preprocessing`: what is done to features before they are model inputs. What is not
/// stated follows from what the trainer needs.
///
/// @param all what holds for every column
/// @param columns what holds for single columns instead
/// @param crossFit whether training rows get the encodings of a fit without them; only false is
///   ever refused
/// @param interactions pairs of features whose products become inputs
/// @param components below 1 the share of the variance to keep, else how many; empty for none
public record PreprocessingSection(
    Rule all,
    Map<String, Rule> columns,
    boolean crossFit,
    Optional<Text> text,
    List<List<String>> interactions,
    Optional<Select> select,
    OptionalDouble components) {
  /// Nothing stated.
  public static final PreprocessingSection DEFAULT =
      new PreprocessingSection(
          Rule.NONE,
          Map.of(),
          true,
          Optional.empty(),
          List.of(),
          Optional.empty(),
          OptionalDouble.empty());

  public PreprocessingSection {
    columns = Map.copyOf(columns);
    interactions = interactions.stream().map(List::copyOf).toList();
  }

  /// @param indicators whether an input says that the value was missing
  /// @param times which parts of a time become inputs; empty for none
  public record Rule(
      Optional<Impute> impute,
      Optional<Boolean> indicators,
      Optional<Outliers> outliers,
      Optional<Scale> scale,
      Optional<Encode> encode,
      List<TimePart> times) {
    public static final Rule NONE =
        new Rule(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    public Rule {
      times = List.copyOf(times);
    }

    /// This one, and where it says nothing the other.
    public Rule over(Rule other) {
      return new Rule(
          impute.or(() -> other.impute),
          indicators.or(() -> other.indicators),
          outliers.or(() -> other.outliers),
          scale.or(() -> other.scale),
          encode.or(() -> other.encode),
          times.isEmpty() ? other.times : times);
    }
  }

  /// @param value of `constant`
  /// @param neighbours of `k-nn`
  /// @param rounds of `iterative`
  public record Impute(Impute.Method method, double value, int neighbours, int rounds) {
    public enum Method {
      NONE,
      MEDIAN,
      MEAN,
      MODE,
      CONSTANT,
      K_NN,
      ITERATIVE
    }

    public static Impute of(Impute.Method method) {
      return new Impute(method, 0, 5, 10);
    }
  }

  /// @param factor interquartile ranges beyond the quartiles, or standard deviations from the mean
  public record Outliers(Outliers.Method method, Then then, double factor) {
    public enum Method {
      NONE,
      IQR,
      Z
    }

    public enum Then {
      CLIP,
      FLAG
    }
  }

  public enum Scale {
    NONE,
    STANDARD,
    MIN_MAX,
    ROBUST,
    QUANTILE,
    YEO_JOHNSON
  }

  /// @param buckets of `hashing`
  /// @param smoothing how many rows the overall mean weighs in an encoding by the target
  /// @param folds of cross-fitting
  /// @param maxLevels of `one-hot`: the most frequent ones
  /// @param rare fewer rows than this make a level rare
  /// @param order of `ordinal`; empty for the sorted texts
  public record Encode(
      Encode.Method method,
      int buckets,
      double smoothing,
      int folds,
      int maxLevels,
      int rare,
      List<String> order) {
    public enum Method {
      ONE_HOT,
      ORDINAL,
      FREQUENCY,
      HASHING,
      TARGET,
      ORDERED_TARGET,
      WEIGHT_OF_EVIDENCE
    }

    public Encode {
      order = List.copyOf(order);
    }

    public static Encode of(Encode.Method method) {
      return new Encode(method, 64, 10, 5, 100, 10, List.of());
    }
  }

  /// Of UTC, as the functions of expressions define them.
  public enum TimePart {
    YEAR,
    QUARTER,
    MONTH,
    WEEK,
    DAY,
    DAY_OF_YEAR,
    WEEKDAY,
    IS_WEEKEND,
    HOUR,
    MINUTE
  }

  /// @param columns texts to be read as words, and not as categories
  /// @param least fewest terms of an n-gram
  /// @param most most terms of an n-gram
  /// @param minDocuments in how many training rows a term must stand
  public record Text(
      List<String> columns,
      Text.Method method,
      Unit unit,
      int least,
      int most,
      int maxFeatures,
      int minDocuments,
      int buckets,
      boolean sublinear) {
    public enum Method {
      TF_IDF,
      HASHING
    }

    public enum Unit {
      WORDS,
      CHARACTERS
    }

    public Text {
      columns = List.copyOf(columns);
    }
  }

  /// @param keep how many inputs
  /// @param threshold what an input must reach, by method
  public record Select(Select.Method method, OptionalInt keep, OptionalDouble threshold) {
    public enum Method {
      VARIANCE,
      CORRELATION,
      VIF,
      CHI_SQUARE,
      ANOVA_F,
      MUTUAL_INFORMATION,
      RECURSIVE,
      L1,
      IMPORTANCE
    }
  }
}
