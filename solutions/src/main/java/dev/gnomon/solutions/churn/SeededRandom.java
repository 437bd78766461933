package dev.gnomon.solutions.churn;

/// A stream of random numbers fixed by its seed on every platform: SplitMix64 (Steele, Lea, Flood,
/// "Fast splittable pseudorandom number generators", OOPSLA 2014) and [StrictMath] only.
///
/// Every customer has an own stream, derived from the seed and the customer's place; so one life
/// does not depend on how many numbers another one drew.
final class SeededRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private long state;

  SeededRandom(long seed) {
    this.state = seed;
  }

  /// The stream that belongs to a seed and two coordinates.
  static SeededRandom of(long seed, long first, long second) {
    return new SeededRandom(mix(mix(mix(seed) + first * GAMMA) + second * GAMMA));
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }

  long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /// In [0, 1), 53 bits.
  double uniform() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  double uniform(double from, double to) {
    return from + (to - from) * uniform();
  }

  /// In [0, bound).
  int below(int bound) {
    return (int) (uniform() * bound);
  }

  boolean chance(double probability) {
    return uniform() < probability;
  }

  double exponential(double mean) {
    return -mean * StrictMath.log(1 - uniform());
  }

  /// Box and Muller; one of the two values is thrown away, for simplicity.
  double normal() {
    double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
    return radius * StrictMath.cos(2 * StrictMath.PI * uniform());
  }

  /// Knuth's product of uniforms: fine for the small means used here (below 10).
  int poisson(double mean) {
    double limit = StrictMath.exp(-mean);
    double product = uniform();
    int count = 0;
    while (product > limit) {
      product *= uniform();
      count++;
    }
    return count;
  }

  /// Index drawn with the given weights, which need not sum to one.
  int weighted(double... weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    double left = uniform() * total;
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }
}
