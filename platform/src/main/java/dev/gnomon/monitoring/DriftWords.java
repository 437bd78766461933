package dev.gnomon.monitoring;

import dev.gnomon.models.ReferenceStatistics.Summary;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import dev.gnomon.stats.Drift;
import java.util.Arrays;
import java.util.Locale;

/// What moved, in words.
final class DriftWords {
  private DriftWords() {}

  static String of(
      Summary summary,
      Status status,
      Drift.Measure measure,
      double mean,
      double shift,
      long[] counts) {
    String evidence =
        String.format(Locale.ROOT, "(PSI %.2f, %,d rows)", measure.psi(), measure.current());
    String name = summary.name();
    if (status == Status.TOO_FEW) {
      return String.format(
          Locale.ROOT,
          "%s: too few to tell (%,d rows, %d needed)",
          name,
          measure.current(),
          DriftRanking.LEAST_ROWS);
    }
    if (status == Status.STABLE) {
      return name + " stable " + evidence;
    }
    return switch (summary) {
      case Summary.Numbers numbers -> name + " " + mean(numbers, mean, shift) + " " + evidence;
      case Summary.Texts texts -> name + " " + level(texts, counts) + " " + evidence;
      case Summary.Moments moments -> name + " " + evidence;
    };
  }

  private static String mean(Summary.Numbers numbers, double mean, double shift) {
    if (Math.abs(shift) < 0.05) {
      return "is distributed otherwise around the same mean";
    }
    String direction = mean > numbers.mean() ? "up" : "down";
    double relative = Math.abs(mean / numbers.mean() - 1);
    if (Double.isFinite(relative) && relative >= 0.005 && relative < 10) {
      return String.format(Locale.ROOT, "mean %s %.0f %%", direction, 100 * relative);
    }
    return String.format(
        Locale.ROOT, "mean %s from %s to %s", direction, amount(numbers.mean()), amount(mean));
  }

  /// The level whose share changed most.
  private static String level(Summary.Texts texts, long[] counts) {
    double before = Math.max(1, Arrays.stream(texts.counts()).sum() + texts.other());
    long present = 0;
    for (int i = 0; i < counts.length - 1; i++) {
      present += counts[i];
    }
    double now = Math.max(1, present);
    double largest = counts[counts.length - 2] / now - texts.other() / before;
    String name = texts.other() > 0 ? "rare or new values" : "new values";
    double from = texts.other() / before;
    double to = counts[counts.length - 2] / now;
    for (int i = 0; i < texts.levels().size(); i++) {
      double change = counts[i] / now - texts.counts()[i] / before;
      if (Math.abs(change) > Math.abs(largest)) {
        largest = change;
        name = "'" + texts.levels().get(i) + "'";
        from = texts.counts()[i] / before;
        to = counts[i] / now;
      }
    }
    return String.format(
        Locale.ROOT,
        "%s %s from %.0f %% to %.0f %%",
        name,
        largest > 0 ? "up" : "down",
        100 * from,
        100 * to);
  }

  /// A bin as people write it.
  static String range(double[] edges, int bin) {
    if (edges.length == 0) {
      return "all";
    }
    if (bin == 0) {
      return "below " + amount(edges[0]);
    }
    if (bin == edges.length) {
      return amount(edges[bin - 1]) + " and more";
    }
    return amount(edges[bin - 1]) + " to " + amount(edges[bin]);
  }

  /// Three or four digits that tell.
  static String amount(double value) {
    double size = Math.abs(value);
    if (size >= 1000 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3g", value);
  }
}
