package dev.gnomon.monitoring;

import dev.gnomon.core.usecase.ProductionSection.Monitor.Tolerance;
import dev.gnomon.models.ReferenceStatistics.Summary;
import dev.gnomon.monitoring.MonitorReport.Bin;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift;
import dev.gnomon.monitoring.MonitorReport.FeatureDrift.Status;
import dev.gnomon.stats.Drift;
import dev.gnomon.stats.MultipleTesting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// Tells which features moved: by effect above the tolerance and evidence that holds for all
/// features together.
///
/// A shift that began late in a long window is diluted in its totals. Where a feature has stayed
/// moved over the last slices of the window, it is therefore measured from there on, and its
/// p-value multiplied by the number of slices that were looked at.
final class DriftRanking {
  static final int LEAST_ROWS = 200;
  private static final double FALSE_DISCOVERIES = 0.05;
  private static final double SLICE_P = 0.01;

  private final double moved;
  private final double strong;
  private final double shifted;

  private DriftRanking(double moved, double strong, double shifted) {
    this.moved = moved;
    this.strong = strong;
    this.shifted = shifted;
  }

  /// The index from which on it counts as moved, and as far moved; and the mean shift, in units of
  /// spread, that stands for the first where there is only one bin.
  static DriftRanking of(Tolerance tolerance) {
    return switch (tolerance) {
      case LOW -> new DriftRanking(0.05, 0.1, 0.1);
      case MEDIUM -> new DriftRanking(0.1, 0.25, 0.2);
      case HIGH -> new DriftRanking(0.25, 0.5, 0.5);
    };
  }

  /// One feature over the window, or over the end of it.
  private record Found(
      FeatureCounter counter,
      long[] counts,
      Drift.Measure measure,
      double mean,
      double shift,
      double effect,
      double pValue,
      OptionalLong since) {}

  /// @param first of the counters in the slices
  List<FeatureDrift> rank(List<FeatureCounter> counters, int first, Slices slices) {
    List<Found> found = new ArrayList<>();
    for (int i = 0; i < counters.size(); i++) {
      found.add(find(counters.get(i), first + i, List.copyOf(slices.all())));
    }
    double[] adjusted =
        MultipleTesting.benjaminiHochberg(found.stream().mapToDouble(Found::pValue).toArray());
    List<FeatureDrift> features = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      features.add(drift(found.get(i), adjusted[i]));
    }
    features.sort(
        Comparator.comparing(FeatureDrift::status)
            .reversed()
            .thenComparingDouble(f -> Double.isNaN(f.psi()) ? 0 : -f.psi())
            .thenComparing(FeatureDrift::name));
    return features;
  }

  private Found find(FeatureCounter counter, int feature, List<Slices.Slice> slices) {
    Found whole = sum(counter, feature, slices, OptionalLong.empty());
    int run = slices.size();
    int length = 0;
    int looked = 0;
    for (int i = slices.size() - 1; i >= 0; i--) {
      if (counter.present(slices.get(i).counts[feature]) < LEAST_ROWS) {
        continue; // too few to tell: neither ends the run nor makes it longer
      }
      looked++;
      Found slice = sum(counter, feature, slices.subList(i, i + 1), OptionalLong.empty());
      if (slice.effect < moved || slice.pValue > SLICE_P) {
        break;
      }
      run = i;
      length++;
    }
    if (length == 0) {
      return whole;
    }
    OptionalLong since = OptionalLong.of(slices.get(run).from);
    if (length == 1 || (whole.effect >= moved && whole.pValue <= SLICE_P)) {
      return new Found(
          counter,
          whole.counts,
          whole.measure,
          whole.mean,
          whole.shift,
          whole.effect,
          whole.pValue,
          whole.effect >= moved ? since : OptionalLong.empty());
    }
    Found end = sum(counter, feature, slices.subList(run, slices.size()), since);
    return new Found(
        counter,
        end.counts,
        end.measure,
        end.mean,
        end.shift,
        end.effect,
        Math.min(1, end.pValue * looked),
        since);
  }

  private Found sum(
      FeatureCounter counter, int feature, List<Slices.Slice> slices, OptionalLong since) {
    long[] counts = new long[counter.slots()];
    double sum = 0;
    for (Slices.Slice slice : slices) {
      for (int i = 0; i < counts.length; i++) {
        counts[i] += slice.counts[feature][i];
      }
      sum += slice.sums[feature];
    }
    Drift.Measure measure = counter.measure(counts);
    double mean = Double.NaN;
    double shift = Double.NaN;
    double effect = measure.psi();
    double pValue = measure.pValue();
    if (counter.reference() instanceof Summary.Numbers numbers) {
      long rows = measure.current();
      mean = rows == 0 ? Double.NaN : sum / rows;
      shift = mean == numbers.mean() ? 0 : (mean - numbers.mean()) / numbers.deviation();
      if (numbers.edges().length == 0 && rows > 0) {
        // One bin can't move: the mean has to tell, on the scale of the index.
        effect = Math.abs(shift) / shifted * moved;
        double error = Math.sqrt(1.0 / rows + 1.0 / Math.max(1, measure.reference()));
        pValue =
            shift == 0
                ? 1
                : 2 * NormalDistribution.of(0, 1).survivalProbability(Math.abs(shift) / error);
      }
    }
    return new Found(counter, counts, measure, mean, shift, effect, pValue, since);
  }

  private FeatureDrift drift(Found f, double adjusted) {
    Drift.Measure m = f.measure;
    boolean number = f.counter.reference() instanceof Summary.Numbers;
    Status status;
    if (m.current() < LEAST_ROWS) {
      status = Status.TOO_FEW;
    } else if (f.effect < moved || adjusted > FALSE_DISCOVERIES) {
      status = Status.STABLE;
    } else {
      status = f.effect < strong ? Status.MOVED : Status.STRONG;
    }
    double referenceMean =
        f.counter.reference() instanceof Summary.Numbers n ? n.mean() : Double.NaN;
    double psi = f.counter.reference() instanceof Summary.Moments ? Double.NaN : m.psi();
    double unseen = f.counter.unseenShare(f.counts);
    List<MonitorReport.Level> topUnseen = unseen > 0 ? f.counter.topUnseen() : List.of();
    return new FeatureDrift(
        f.counter.reference().name(),
        status,
        psi,
        f.pValue,
        adjusted,
        m.reference(),
        m.current(),
        referenceMean,
        f.mean,
        number ? f.shift : Double.NaN,
        m.missingReference(),
        m.missing(),
        unseen,
        topUnseen,
        bins(f.counter, f.counts),
        f.since,
        DriftWords.of(f.counter.reference(), status, m, f.mean, f.shift, f.counts));
  }

  /// The bins or levels of a reference, with its shares and those of counts.
  static List<Bin> bins(FeatureCounter counter, long[] counts) {
    int last = counter.slots() - 1;
    double current = Math.max(1, counter.present(counts));
    List<Bin> bins = new ArrayList<>();
    switch (counter.reference()) {
      case Summary.Numbers numbers -> {
        double all = Math.max(1, Arrays.stream(numbers.counts()).sum());
        for (int i = 0; i < last; i++) {
          bins.add(
              new Bin(
                  DriftWords.range(numbers.edges(), i),
                  numbers.counts()[i] / all,
                  counts[i] / current));
        }
      }
      case Summary.Texts texts -> {
        double all = Math.max(1, Arrays.stream(texts.counts()).sum() + texts.other());
        for (int i = 0; i < texts.levels().size(); i++) {
          bins.add(new Bin(texts.levels().get(i), texts.counts()[i] / all, counts[i] / current));
        }
        if (texts.other() + counts[last - 1] > 0) {
          bins.add(new Bin("other", texts.other() / all, counts[last - 1] / current));
        }
      }
      case Summary.Moments moments -> {}
    }
    return bins;
  }
}
