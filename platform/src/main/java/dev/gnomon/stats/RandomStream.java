package dev.gnomon.stats;

/// The one source of chance: a stream of numbers that follows from its seed, on every platform and
/// in every Java version.
///
/// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). [#split]
/// gives a stream of its own to each purpose by name, so that adding a purpose never changes the
/// numbers another one sees. Not for secrets; not safe for use by several threads.
public final class RandomStream {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private final long seed;
  private long state;

  private RandomStream(long seed) {
    this.seed = seed;
    this.state = seed;
  }

  public static RandomStream of(long seed) {
    return new RandomStream(mix(seed + GAMMA));
  }

  /// An independent stream for one purpose. Depends on the seed and the name only, not on how many
  /// numbers were drawn before.
  public RandomStream split(String purpose) {
    long hash = seed;
    for (int i = 0; i < purpose.length(); i++) {
      hash = mix((hash ^ purpose.charAt(i)) + GAMMA);
    }
    return new RandomStream(hash);
  }

  /// An independent stream for one of many like things: a fold, a resample, a tree.
  public RandomStream split(long index) {
    return new RandomStream(mix(mix(seed ^ GAMMA) + index * GAMMA));
  }

  public long nextLong() {
    state += GAMMA;
    return mix(state);
  }

  /// In [0, 1), on a grid of 2^-53.
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /// In [0, bound), without bias (Lemire 2019).
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound %d is not positive".formatted(bound));
    }
    long product = (nextLong() >>> 32) * bound;
    long low = product & 0xFFFFFFFFL;
    if (low < bound) {
      long reject = (1L << 32) % bound;
      while (low < reject) {
        product = (nextLong() >>> 32) * bound;
        low = product & 0xFFFFFFFFL;
      }
    }
    return (int) (product >>> 32);
  }

  /// Standard normal (Marsaglia's polar method; the second value of a pair is not kept).
  public double nextGaussian() {
    while (true) {
      double u = 2 * nextDouble() - 1;
      double v = 2 * nextDouble() - 1;
      double square = u * u + v * v;
      if (square > 0 && square < 1) {
        return u * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }

  /// Puts the values into a random order, each order being equally likely.
  public void shuffle(int[] values) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = nextInt(i + 1);
      int kept = values[i];
      values[i] = values[j];
      values[j] = kept;
    }
  }

  private static long mix(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }
}
