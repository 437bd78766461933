package dev.gnomon.training.report;

import dev.gnomon.core.html.Html;
import dev.gnomon.core.html.Svg;
import dev.gnomon.stats.Interval;
import dev.gnomon.training.Evaluation;
import dev.gnomon.training.Evaluation.CalibrationResult;
import dev.gnomon.training.Evaluation.CandidateResult;
import dev.gnomon.training.Evaluation.CostCurve;
import dev.gnomon.training.Evaluation.Importance;
import dev.gnomon.training.Evaluation.Numbers;
import dev.gnomon.training.Evaluation.OperatingPoint;
import dev.gnomon.training.Evaluation.Point;
import dev.gnomon.training.Footprint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The pictures of the report.
final class Charts {
  private static final double[] UNIT = {0, 1};

  private Charts() {}

  static String roc(Evaluation e) {
    Plot plot = unit("ROC curve", "false positive rate", "true positive rate (recall)");
    plot.segment(0, 0, 1, 1, "reference").line(e.roc(), "curve");
    for (OperatingPoint p : e.points()) {
      double x = p.counts().falsePositiveRate();
      double y = p.counts().recall();
      plot.dot(x, y, 5, p.equals(e.served()) ? "dot" : "dot second").label(x, y, 14, p.name());
    }
    return plot.end();
  }

  static String precisionRecall(Evaluation e) {
    Plot plot = unit("Precision-recall curve", "recall", "precision");
    double base = e.facts().test().share();
    plot.segment(0, base, 1, base, "reference").line(e.precisionRecall(), "curve");
    for (OperatingPoint p : e.points()) {
      double x = p.counts().recall();
      double y = p.counts().precision();
      if (!Double.isNaN(y)) {
        plot.dot(x, y, 5, p.equals(e.served()) ? "dot" : "dot second").label(x, y, -8, p.name());
      }
    }
    return plot.end();
  }

  static String calibration(CalibrationResult calibration) {
    double top = 0;
    for (CalibrationResult.Bin bin : calibration.bins()) {
      top = Math.max(top, Math.max(bin.predicted(), bin.observed().upper()));
    }
    double[] range = {0, Math.min(1, top * 1.05 + 0.01)};
    Plot plot =
        new Plot(
            "Calibration",
            "predicted probability",
            range,
            Html::tick,
            "observed share",
            range,
            Html::tick);
    plot.segment(0, 0, range[1], range[1], "reference");
    for (CalibrationResult.Bin bin : calibration.bins()) {
      Interval o = bin.observed();
      plot.segment(
          bin.predicted(), o.lower(), bin.predicted(), Math.min(o.upper(), range[1]), "whisker");
      plot.dot(bin.predicted(), o.estimate(), 4, "dot");
    }
    return plot.end();
  }

  /// Predicted numbers against what happened.
  static String predicted(Numbers numbers) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Numbers.Slice bin : numbers.bins()) {
      low = Math.min(low, Math.min(bin.predicted(), Math.min(bin.low(), bin.actual().lower())));
      high = Math.max(high, Math.max(bin.predicted(), Math.max(bin.high(), bin.actual().upper())));
    }
    double[] range = Plot.around(low, high);
    Plot plot =
        new Plot(
            "Predicted and actual",
            "predicted " + numbers.target(),
            range,
            Html::tick,
            "what happened",
            range,
            Html::tick);
    plot.segment(range[0], range[0], range[1], range[1], "reference");
    for (Numbers.Slice bin : numbers.bins()) {
      plot.segment(bin.predicted(), bin.low(), bin.predicted(), bin.high(), "span");
      Interval a = bin.actual();
      plot.segment(bin.predicted(), a.lower(), bin.predicted(), a.upper(), "whisker");
      plot.dot(bin.predicted(), a.estimate(), 4, "dot");
    }
    return plot.end();
  }

  /// How good against how fast, one dot per candidate; the line joins those that none beats in
  /// both.
  static String pareto(List<CandidateResult> candidates, List<Footprint> footprints) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double fast = Double.POSITIVE_INFINITY;
    double slow = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      Interval interval = candidates.get(i).interval();
      low = Math.min(low, finite(interval.lower(), interval.estimate()));
      high = Math.max(high, finite(interval.upper(), interval.estimate()));
      fast = Math.min(fast, logarithm(footprints.get(i)));
      slow = Math.max(slow, logarithm(footprints.get(i)));
    }
    Plot plot =
        new Plot(
            "Accuracy against latency",
            "median time of one row",
            new double[] {fast - 0.25, slow + 0.35},
            x -> Footprint.micros(Math.pow(10, x)).replace("us", "\u00b5s"),
            "chosen by, validation part",
            Plot.around(low, high),
            Html::tick);
    plot.line(front(candidates, footprints), "reference");
    for (int i = 0; i < candidates.size(); i++) {
      CandidateResult c = candidates.get(i);
      double x = logarithm(footprints.get(i));
      if (Double.isFinite(c.objective())) {
        plot.segment(
            x,
            finite(c.interval().lower(), c.objective()),
            x,
            finite(c.interval().upper(), c.objective()),
            "whisker");
        plot.dot(x, c.objective(), 5, c.chosen() ? "dot" : "dot second")
            .label(x, c.objective(), i % 2 == 0 ? -6 : 14, c.name());
      }
    }
    return plot.end();
  }

  private static List<Point> front(List<CandidateResult> candidates, List<Footprint> footprints) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> footprints.get(i).p50Micros()));
    List<Point> front = new ArrayList<>();
    double best = Double.NEGATIVE_INFINITY;
    for (int i : order) {
      CandidateResult c = candidates.get(i);
      double good = c.lowerIsBetter() ? -c.objective() : c.objective();
      if (good > best) {
        best = good;
        front.add(new Point(logarithm(footprints.get(i)), c.objective()));
      }
    }
    return front;
  }

  private static double logarithm(Footprint footprint) {
    return Math.log10(Math.max(0.01, footprint.p50Micros()));
  }

  private static double finite(double value, double otherwise) {
    return Double.isFinite(value) ? value : otherwise;
  }

  static String costCurve(CostCurve curve, String currency) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Point p : curve.points()) {
      low = Math.min(low, p.y());
      high = Math.max(high, p.y());
    }
    Plot plot =
        new Plot(
            "Cost against threshold",
            curve.axis(),
            new double[] {curve.points().getFirst().x(), curve.points().getLast().x()},
            Html::tick,
            currency.isEmpty() ? "total cost" : "total cost, " + currency,
            Plot.around(low, high),
            Html::tick);
    plot.line(curve.points(), "curve");
    double down = -10;
    for (CostCurve.Mark mark : curve.marks()) {
      plot.dot(mark.x(), mark.y(), 5, mark.equals(curve.marks().getLast()) ? "dot" : "dot second");
      plot.label(mark.x(), mark.y(), down, mark.name());
      down = -24;
    }
    return plot.end();
  }

  static String importance(List<Importance> features) {
    List<Importance> shown = features.subList(0, Math.min(features.size(), 20));
    int row = 24;
    int left = 180;
    int width = 520;
    double greatest = 1e-9;
    for (Importance i : shown) {
      greatest = Math.max(greatest, Math.max(i.drop(), i.high()));
    }
    double scale = (width - left - 70) / greatest;
    Svg svg = new Svg(width, row * shown.size() + 8, "Importance of features");
    int y = 4;
    for (Importance i : shown) {
      String name =
          i.feature().length() > 26 ? i.feature().substring(0, 25) + "\u2026" : i.feature();
      svg.text(left - 8, y + 16, "end", "mark", name);
      svg.rect(left, y + 4, Math.max(0, i.drop()) * scale, row - 8, "bar");
      double middle = y + row / 2.0;
      double from = left + Math.max(0, i.low()) * scale;
      double to = left + Math.max(0, i.high()) * scale;
      svg.line(from, middle, to, middle, "whisker");
      svg.text(
          Math.max(to, left + Math.max(0, i.drop()) * scale) + 6,
          y + 16,
          "start",
          "tick",
          Out.number(i.drop()));
      y += row;
    }
    return svg.end();
  }

  private static Plot unit(String title, String x, String y) {
    return new Plot(title, x, UNIT, Html::tick, y, UNIT, Html::tick);
  }
}
