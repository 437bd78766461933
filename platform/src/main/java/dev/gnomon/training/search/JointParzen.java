package dev.gnomon.training.search;

import dev.gnomon.stats.RandomStream;
import java.util.List;

/// The density of whole points: a kernel at each that spans all dimensions, and one flat kernel. A
/// dimension that was not active at a kernel's point is flat in it.
final class JointParzen {
  private static final double WIDTH = 0.2;

  private final Space space;
  private final List<double[]> points;
  private final double width;

  JointParzen(Space space, List<double[]> points) {
    this.space = space;
    this.points = points;
    // Scott's rule for the rate; a fifth of the range for one point.
    this.width = WIDTH * StrictMath.pow(Math.max(1, points.size()), -1.0 / (space.size() + 4));
  }

  double[] draw(RandomStream random) {
    int kernel = random.nextInt(points.size() + 1);
    double[] point = new double[space.size()];
    for (int d = 0; d < point.length; d++) {
      Dimension dimension = space.dimensions().get(d);
      double centre = kernel == points.size() ? Double.NaN : points.get(kernel)[d];
      double flat = random.nextDouble();
      if (!space.active(d, point)) {
        point[d] = Double.NaN;
      } else if (dimension.words()) {
        boolean kept = !Double.isNaN(centre) && random.nextDouble() >= WIDTH;
        point[d] = kept ? centre : Math.floor(flat * dimension.count());
      } else {
        point[d] = Double.isNaN(centre) ? flat : Parzen.within(centre, width, random);
      }
    }
    return point;
  }

  double logDensity(double[] point) {
    double sum = 1; // the flat kernel, up to the factor of words that all kernels share
    for (double[] centre : points) {
      double product = 1;
      for (int d = 0; d < point.length; d++) {
        if (Double.isNaN(point[d]) || Double.isNaN(centre[d])) {
          continue;
        }
        Dimension dimension = space.dimensions().get(d);
        if (dimension.words()) {
          product *= (point[d] == centre[d] ? (1 - WIDTH) * dimension.count() : 0) + WIDTH;
        } else {
          double z = (point[d] - centre[d]) / width;
          double mass =
              Parzen.cumulative((1 - centre[d]) / width) - Parzen.cumulative(-centre[d] / width);
          product *= StrictMath.exp(-z * z / 2) / (Math.sqrt(2 * Math.PI) * width * mass);
        }
      }
      sum += product;
    }
    return StrictMath.log(sum / (points.size() + 1));
  }
}
