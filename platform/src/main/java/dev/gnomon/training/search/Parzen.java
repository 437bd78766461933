package dev.gnomon.training.search;

import dev.gnomon.stats.RandomStream;
import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The density of the positions of one dimension: a kernel at each, and one flat kernel.
sealed interface Parzen {
  NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  double draw(RandomStream random);

  double logDensity(double position);

  static Parzen of(Dimension dimension, double[] positions) {
    return dimension.words() ? Counts.of(dimension.count(), positions) : Kernels.of(positions);
  }

  /// How often each word stood, the flat kernel counting as one more.
  record Counts(double[] shares) implements Parzen {
    static Counts of(int words, double[] positions) {
      double[] shares = new double[words];
      Arrays.fill(shares, 1.0 / words / (positions.length + 1));
      for (double position : positions) {
        shares[(int) position] += 1.0 / (positions.length + 1);
      }
      return new Counts(shares);
    }

    @Override
    public double draw(RandomStream random) {
      double left = random.nextDouble();
      for (int i = 0; i < shares.length - 1; i++) {
        left -= shares[i];
        if (left < 0) {
          return i;
        }
      }
      return shares.length - 1;
    }

    @Override
    public double logDensity(double position) {
      return StrictMath.log(shares[(int) position]);
    }
  }

  /// Normal kernels cut off at 0 and 1, the last one wide and in the middle.
  ///
  /// @param mass of each kernel within 0 and 1
  record Kernels(double[] centres, double[] widths, double[] mass) implements Parzen {
    static Kernels of(double[] positions) {
      int n = positions.length;
      double[] centres = Arrays.copyOf(positions, n + 1);
      centres[n] = 0.5;
      double[] sorted = centres.clone();
      Arrays.sort(sorted);
      double least = 1.0 / Math.min(100, n + 2);
      double[] widths = new double[n + 1];
      double[] mass = new double[n + 1];
      for (int i = 0; i <= n; i++) {
        int at = Arrays.binarySearch(sorted, centres[i]);
        double below = centres[i] - (at == 0 ? 0 : sorted[at - 1]);
        double above = (at == n ? 1 : sorted[at + 1]) - centres[i];
        widths[i] = i == n ? 1 : Math.clamp(Math.max(below, above), least, 1.0);
        mass[i] = cumulative((1 - centres[i]) / widths[i]) - cumulative(-centres[i] / widths[i]);
      }
      return new Kernels(centres, widths, mass);
    }

    @Override
    public double draw(RandomStream random) {
      int kernel = random.nextInt(centres.length);
      return within(centres[kernel], widths[kernel], random);
    }

    @Override
    public double logDensity(double position) {
      double sum = 0;
      for (int i = 0; i < centres.length; i++) {
        double z = (position - centres[i]) / widths[i];
        sum += StrictMath.exp(-z * z / 2) / (widths[i] * mass[i]);
      }
      return StrictMath.log(sum / centres.length + 1e-300) - 0.5 * StrictMath.log(2 * Math.PI);
    }
  }

  /// A normal draw within 0 and 1; the centre lies within, so that few are thrown away.
  static double within(double centre, double width, RandomStream random) {
    while (true) {
      double drawn = centre + width * random.nextGaussian();
      if (drawn >= 0 && drawn <= 1) {
        return drawn;
      }
    }
  }

  static double cumulative(double z) {
    return NORMAL.cumulativeProbability(z);
  }
}
