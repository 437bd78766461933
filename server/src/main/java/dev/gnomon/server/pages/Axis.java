package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An axis: where on it a value lies, and the values that are written beside it.
///
/// @param low where it begins; its logarithm if `logarithmic`
/// @param high where it ends, greater than `low`; likewise
record Axis(double low, double high, boolean logarithmic, List<Double> ticks) {
  private static final int MOST_TICKS = 6;

  Axis {
    ticks = List.copyOf(ticks);
  }

  /// Begins and ends at round values around the range.
  static Axis linear(Range range) {
    double low = range.low();
    double high = range.high();
    if (low == high) {
      double around = low == 0 ? 1 : Math.abs(low) / 2;
      low -= around;
      high += around;
    }
    double step = step(high / (MOST_TICKS - 1) - low / (MOST_TICKS - 1));
    double first = Math.floor(low / step);
    double last = Math.ceil(high / step);
    List<Double> ticks = new ArrayList<>();
    for (double i = first; i <= last; i++) {
      ticks.add(i * step);
    }
    return new Axis(first * step, last * step, false, ticks);
  }

  /// Begins and ends with the range itself; round values between.
  static Axis exact(Range range) {
    if (range.low() == range.high()) {
      return new Axis(range.low() - 1, range.high() + 1, false, List.of(range.low()));
    }
    double step = step((range.high() - range.low()) / (MOST_TICKS - 1));
    List<Double> ticks = new ArrayList<>();
    for (double i = Math.ceil(range.low() / step); i * step <= range.high(); i++) {
      ticks.add(i * step);
    }
    return new Axis(range.low(), range.high(), false, ticks);
  }

  /// @param range of positive numbers; powers of ten are written, or the ends if there are none
  static Axis logarithmic(Range range) {
    double low = Math.log10(range.low());
    double high = Math.log10(range.high());
    List<Double> ticks = new ArrayList<>();
    double every = Math.max(1, Math.ceil((high - low) / MOST_TICKS));
    for (double power = Math.ceil(low); power <= high; power += every) {
      ticks.add(Math.pow(10, power));
    }
    if (ticks.size() < 2) {
      ticks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        ticks.add(Math.pow(10, low + (high - low) * i / 3));
      }
    }
    if (low == high) {
      return new Axis(low - 0.5, high + 0.5, true, List.of(range.low()));
    }
    return new Axis(low, high, true, ticks);
  }

  /// From 0 at the beginning to 1 at the end.
  double share(double value) {
    return ((logarithmic ? Math.log10(value) : value) - low) / (high - low);
  }

  /// A tick in as many decimals as tell it from its neighbours.
  String text(double tick) {
    double size = Math.abs(tick);
    double step = ticks.size() > 1 ? Math.abs(ticks.get(1) - ticks.get(0)) : size;
    if (logarithmic || size >= 1e9 || step < 1e-6 || ticks.size() < 2) {
      return logarithmic && size >= 0.001 && size < 1e6 ? Html.tick(tick) : Words.number(tick);
    }
    if (size >= 1e4 && step >= 100) {
      return Html.tick(tick);
    }
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    String text = String.format(Locale.ROOT, "%,." + decimals + "f", tick + 0.0);
    return Double.parseDouble(text.replace(",", "")) == 0 ? "0" : text.replace("-", "\u2212");
  }

  /// The least of 1, 2 or 5 times a power of ten that is not below.
  private static double step(double wanted) {
    double power = Math.pow(10, Math.floor(Math.log10(Math.max(wanted, Double.MIN_NORMAL))));
    double digits = wanted / power;
    return power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
  }
}
