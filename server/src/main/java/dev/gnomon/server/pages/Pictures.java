package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.core.html.Svg;
import dev.gnomon.monitoring.MonitorReport;
import dev.gnomon.monitoring.MonitorReport.Bin;
import dev.gnomon.monitoring.MonitorReport.Slice;
import dev.gnomon.monitoring.MonitorReport.Traffic;
import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The pictures of the pages. Each says in its label what it shows.
final class Pictures {
  private Pictures() {}

  /// Decisions over time; the degraded part of each bar apart.
  static String traffic(Traffic traffic) {
    int width = 480;
    int height = 170;
    int left = 44;
    int bottom = height - 24;
    List<Slice> slices = traffic.slices();
    long most = slices.stream().mapToLong(Slice::decisions).max().orElse(1);
    Svg svg =
        new Svg(
            width,
            height,
            String.format(
                Locale.ROOT,
                "Decisions per %s: %,d in all, at most %,d",
                Words.per(traffic.sliceWidth()),
                traffic.decisions(),
                most));
    for (long tick : new long[] {0, most / 2, most}) {
      double y = bottom - (bottom - 12) * (double) tick / most;
      svg.line(left, y, width, y, "grid");
      svg.text(left - 6, y + 4, "end", "tick", Html.tick((double) tick));
    }
    long begin = slices.getFirst().from();
    long count = (slices.getLast().from() - begin) / traffic.sliceWidth() + 1;
    double step = (width - left) / (double) Math.max(count, 8);
    for (Slice slice : slices) {
      long index = (slice.from() - begin) / traffic.sliceWidth();
      double x = left + index * step;
      double bar = Math.max(step - (step > 4 ? 1.5 : 0.3), 1.5);
      double all = (bottom - 12) * (double) slice.decisions() / most;
      double ill = (bottom - 12) * (double) slice.degraded() / most;
      svg.rect(x, bottom - all, bar, all, "now");
      if (slice.degraded() > 0) {
        svg.rect(x, bottom - ill, bar, ill, "ill");
      }
    }
    svg.text(left, height - 6, "start", "tick", Words.moment(begin, traffic.sliceWidth()));
    if (count > 1) {
      String end = Words.moment(slices.getLast().from(), traffic.sliceWidth());
      double x = left + step * count;
      svg.text(Math.max(x, left + 190), height - 6, "end", "tick", end);
    }
    return svg.end();
  }

  /// What deciding was expected to save, added up.
  static String savings(List<Slice> slices, String currency) {
    double sum = 0;
    double low = 0;
    double high = 0;
    List<Double> sums = new ArrayList<>();
    for (Slice slice : slices) {
      sum += slice.saving();
      sums.add(sum);
      low = Math.min(low, sum);
      high = Math.max(high, sum);
    }
    Svg svg =
        new Svg(
            240,
            44,
            "Expected saving so far, growing to %s %s".formatted(Html.amount(sum), currency));
    double range = Math.max(high - low, 1e-9);
    List<double[]> path = new ArrayList<>();
    path.add(new double[] {2, 42 - 40 * (0 - low) / range});
    for (int i = 0; i < sums.size(); i++) {
      path.add(
          new double[] {2 + 236.0 * (i + 1) / sums.size(), 42 - 40 * (sums.get(i) - low) / range});
    }
    double zero = 42 - 40 * (0 - low) / range;
    return svg.line(2, zero, 238, zero, "grid").path(path, "line").end();
  }

  /// What that picture shows, with its ends; HTML.
  static String savingsWords(MonitorReport.Money money, List<Slice> slices) {
    double sum = slices.stream().mapToDouble(Slice::saving).sum();
    StringBuilder out = new StringBuilder("Expected saving, added up: ");
    out.append(Words.money(sum, money.currency()));
    if (!slices.isEmpty()) {
      out.append(" from ").append(Words.moment(slices.getFirst().from(), Times.DAY));
      out.append(" to ").append(Words.moment(slices.getLast().from(), Times.DAY));
    }
    return out.toString();
  }

  /// Reference and current shares side by side.
  ///
  /// @param large with the names of the bins at both ends
  static String bins(String name, List<Bin> bins, boolean large) {
    List<Bin> shown = most(bins);
    int width = large ? 480 : 150;
    int height = large ? 170 : 40;
    int bottom = large ? height - 24 : height;
    double most = 1e-9;
    Bin apart = null;
    for (Bin bin : shown) {
      most = Math.max(most, Math.max(bin.reference(), bin.current()));
      if (apart == null
          || Math.abs(bin.current() - bin.reference())
              > Math.abs(apart.current() - apart.reference())) {
        apart = bin;
      }
    }
    String label =
        apart == null
            ? name
            : String.format(
                Locale.ROOT,
                "%s, reference against now; furthest apart: %s, %.0f %% then, %.0f %% now",
                name,
                apart.label(),
                100 * apart.reference(),
                100 * apart.current());
    Svg svg = new Svg(width, height, label);
    svg.line(0, bottom - 0.5, width, bottom - 0.5, "grid");
    double step = (double) width / Math.max(shown.size(), 4);
    for (int i = 0; i < shown.size(); i++) {
      double reference = (bottom - 4) * shown.get(i).reference() / most;
      double current = (bottom - 4) * shown.get(i).current() / most;
      svg.rect(i * step + step * 0.1, bottom - reference, step * 0.38, reference, "was");
      svg.rect(i * step + step * 0.5, bottom - current, step * 0.38, current, "now");
    }
    if (large && !shown.isEmpty()) {
      svg.text(0, height - 6, "start", "tick", shown.getFirst().label());
      svg.text(width, height - 6, "end", "tick", shown.getLast().label());
    }
    return svg.end();
  }

  /// Texts may have a hundred levels: the twelve largest tell enough.
  private static List<Bin> most(List<Bin> bins) {
    if (bins.size() <= 12) {
      return bins;
    }
    return bins.stream()
        .sorted(
            java.util.Comparator.comparingDouble(
                (Bin bin) -> -Math.max(bin.reference(), bin.current())))
        .limit(12)
        .toList();
  }
}
