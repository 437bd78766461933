package dev.gnomon.training.search;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One setting that is searched.
///
/// Searchers see positions instead of values: a number from 0 to 1 along a range, and the index of
/// one of several words. Equal steps of the position are equally likely steps of the value, so that
/// every searcher treats a logarithmic range, a whole number and a list of levels alike.
public sealed interface Dimension {
  String name();

  /// The values of other dimensions under which this one is active; all must hold.
  Map<String, List<String>> when();

  /// The value at a position, as it stands in a candidate's settings.
  String text(double position);

  /// The position of a value; NaN for what is no value of this dimension.
  double position(String text);

  /// How many values there are; 0 for a continuum.
  int count();

  /// Whether positions are indices of words rather than places along a line.
  default boolean words() {
    return false;
  }

  /// Any number between two, both included, to four significant digits.
  record Real(String name, double low, double high, boolean log, Map<String, List<String>> when)
      implements Dimension {
    public Real {
      if (!(low < high) || !Double.isFinite(high - low) || (log && !(low > 0))) {
        throw new IllegalArgumentException("%s from %s to %s".formatted(name, low, high));
      }
    }

    @Override
    public String text(double position) {
      double at = Math.clamp(position, 0.0, 1.0);
      double value =
          log
              ? StrictMath.exp(
                  StrictMath.log(low) + at * (StrictMath.log(high) - StrictMath.log(low)))
              : low + at * (high - low);
      String text = String.format(Locale.ROOT, "%.4g", value);
      double rounded = Double.parseDouble(text);
      return rounded < low ? Double.toString(low) : rounded > high ? Double.toString(high) : text;
    }

    @Override
    public double position(String text) {
      double value = number(text);
      if (!(value >= low && value <= high)) {
        return Double.NaN;
      }
      return log
          ? (StrictMath.log(value) - StrictMath.log(low))
              / (StrictMath.log(high) - StrictMath.log(low))
          : (value - low) / (high - low);
    }

    @Override
    public int count() {
      return 0;
    }
  }

  /// A whole number between two, both included.
  ///
  /// @param log whether each factor is equally likely; then `low` is at least 1
  record Whole(String name, int low, int high, boolean log, Map<String, List<String>> when)
      implements Dimension {
    public Whole {
      if (low >= high || (log && low < 1) || (long) high - low >= Integer.MAX_VALUE) {
        throw new IllegalArgumentException("%s from %d to %d".formatted(name, low, high));
      }
    }

    // Half a step beyond both ends, so that the ends are as likely as the rest.
    private double from() {
      return log ? StrictMath.log(low - 0.5) : low - 0.5;
    }

    private double to() {
      return log ? StrictMath.log(high + 0.5) : high + 0.5;
    }

    @Override
    public String text(double position) {
      double at = from() + position * (to() - from());
      double value = log ? StrictMath.exp(at) : at;
      return Long.toString(Math.clamp(Math.round(value), low, high));
    }

    @Override
    public double position(String text) {
      double value = number(text);
      if (!(value >= low && value <= high)) {
        return Double.NaN;
      }
      return ((log ? StrictMath.log(value) : value) - from()) / (to() - from());
    }

    @Override
    public int count() {
      return high - low + 1;
    }
  }

  /// Some numbers in ascending order, each equally likely.
  record Levels(String name, List<String> values, Map<String, List<String>> when)
      implements Dimension {
    public Levels {
      values = List.copyOf(values);
    }

    @Override
    public String text(double position) {
      return values.get(Math.clamp((long) (position * values.size()), 0, values.size() - 1));
    }

    @Override
    public double position(String text) {
      int index = values.indexOf(text);
      return index < 0 ? Double.NaN : (index + 0.5) / values.size();
    }

    @Override
    public int count() {
      return values.size();
    }
  }

  /// Some words without an order, each equally likely.
  record Choice(String name, List<String> values, Map<String, List<String>> when)
      implements Dimension {
    public Choice {
      values = List.copyOf(values);
    }

    @Override
    public String text(double position) {
      return values.get(Math.clamp((long) position, 0, values.size() - 1));
    }

    @Override
    public double position(String text) {
      int index = values.indexOf(text);
      return index < 0 ? Double.NaN : index;
    }

    @Override
    public int count() {
      return values.size();
    }

    @Override
    public boolean words() {
      return true;
    }
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }
}
