package dev.gnomon.stats;

import java.util.ArrayList;
import java.util.List;

/// Predicted against observed, bin by bin.
///
/// The expected calibration error depends on the bins and is biased upwards for few rows; show it
/// with the bin counts, and prefer [Recalibration] for a judgement.
public record CalibrationCurve(List<Bin> bins) {
  public CalibrationCurve {
    bins = List.copyOf(bins);
  }

  /// @param count rows in the bin, or the sum of their weights
  public record Bin(double count, double meanPredicted, double observed) {}

  /// Bins [j/k, (j+1)/k); the last one holds 1 too. Empty bins are left out.
  public static CalibrationCurve equalWidth(
      double[] probabilities, double[] labels, double[] weights, int bins) {
    int[] bin = new int[probabilities.length];
    for (int i = 0; i < bin.length; i++) {
      bin[i] = equalWidthBin(probabilities[i], bins);
    }
    return of(bin, bins, probabilities, labels, weights);
  }

  /// The bin of a probability among `bins` of equal width.
  public static int equalWidthBin(double probability, int bins) {
    int guess = (int) (probability * bins);
    // The product can round across an edge; the edges j/k themselves decide.
    if (guess > 0 && probability < (double) guess / bins) {
      guess--;
    } else if (probability >= (double) (guess + 1) / bins) {
      guess++;
    }
    return Math.clamp(guess, 0, bins - 1);
  }

  /// Bins of equally many rows in the order of the probabilities, the first ones holding one row
  /// more when the division leaves a rest.
  public static CalibrationCurve equalMass(
      double[] probabilities, double[] labels, double[] weights, int bins) {
    int n = probabilities.length;
    int[] order = SortOrder.ascending(probabilities);
    int[] bin = new int[n];
    int position = 0;
    for (int j = 0; j < bins; j++) {
      int size = n / bins + (j < n % bins ? 1 : 0);
      for (int i = 0; i < size; i++) {
        bin[order[position++]] = j;
      }
    }
    return of(bin, bins, probabilities, labels, weights);
  }

  /// Mean distance between predicted and observed, weighted by the bin counts.
  public double expectedError() {
    double sum = 0;
    double total = 0;
    for (Bin bin : bins) {
      sum += bin.count * Math.abs(bin.meanPredicted - bin.observed);
      total += bin.count;
    }
    return sum / total;
  }

  /// The largest distance of any bin.
  public double maximumError() {
    double largest = 0;
    for (Bin bin : bins) {
      largest = Math.max(largest, Math.abs(bin.meanPredicted - bin.observed));
    }
    return largest;
  }

  private static CalibrationCurve of(
      int[] bin, int bins, double[] probabilities, double[] labels, double[] weights) {
    double[] count = new double[bins];
    double[] predicted = new double[bins];
    double[] observed = new double[bins];
    for (int i = 0; i < bin.length; i++) {
      count[bin[i]] += weights[i];
      predicted[bin[i]] += weights[i] * probabilities[i];
      observed[bin[i]] += weights[i] * labels[i];
    }
    List<Bin> filled = new ArrayList<>();
    for (int j = 0; j < bins; j++) {
      if (count[j] > 0) {
        filled.add(new Bin(count[j], predicted[j] / count[j], observed[j] / count[j]));
      }
    }
    return new CalibrationCurve(filled);
  }
}
