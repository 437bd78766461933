package dev.gnomon.stats;

/// Which arm to pull next: the highest mean reward plus sqrt(2 ln N / n), so that arms seen rarely
/// get their chance. Rewards are in [0, 1]: scale others first. Auer, Cesa-Bianchi, Fischer 2002.
public final class Ucb1 {
  private Ucb1() {}

  /// @param pulls per arm; an arm never pulled has an infinite index
  public static double[] indices(double[] means, double[] pulls) {
    double total = 0;
    for (double n : pulls) {
      total += n;
    }
    double[] indices = new double[means.length];
    for (int i = 0; i < indices.length; i++) {
      indices[i] =
          pulls[i] == 0
              ? Double.POSITIVE_INFINITY
              : means[i] + Math.sqrt(2 * Math.log(total) / pulls[i]);
    }
    return indices;
  }

  /// The arm of the highest index, the first of equals.
  public static int choose(double[] means, double[] pulls) {
    double[] indices = indices(means, pulls);
    int best = 0;
    for (int i = 1; i < indices.length; i++) {
      best = indices[i] > indices[best] ? i : best;
    }
    return best;
  }
}
