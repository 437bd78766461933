package dev.gnomon.learners;

/// The learning rate over time; time is counted in passes over the rows, fractions included.
sealed interface Schedule {
  /// @param pass 0 at the start, 1.5 halfway through the second pass
  double rate(double pass);

  /// Always the same.
  record Constant(double rate) implements Schedule {
    @Override
    public double rate(double pass) {
      return rate;
    }
  }

  /// Times `drop` after every `every` passes.
  record Step(double rate, double drop, int every) implements Schedule {
    @Override
    public double rate(double pass) {
      return rate * Math.pow(drop, Math.floor(pass / every));
    }
  }

  /// Times `decay` per pass, smoothly.
  record Exponential(double rate, double decay) implements Schedule {
    @Override
    public double rate(double pass) {
      return rate * Math.pow(decay, pass);
    }
  }

  /// From `rate` down to `least` along half a cosine over `passes` passes, then `least`.
  record Cosine(double rate, double least, int passes) implements Schedule {
    @Override
    public double rate(double pass) {
      return along(rate, least, Math.min(1, pass / passes));
    }
  }

  /// The cosine again and again, each period `multiply` times as long as the one before (SGDR:
  /// Loshchilov and Hutter 2017, equation 5).
  record WarmRestarts(double rate, double least, int first, double multiply) implements Schedule {
    @Override
    public double rate(double pass) {
      double start = 0;
      double length = first;
      while (pass >= start + length) {
        start += length;
        length *= multiply;
      }
      return along(rate, least, (pass - start) / length);
    }
  }

  private static double along(double rate, double least, double share) {
    return least + (rate - least) / 2 * (1 + Math.cos(Math.PI * share));
  }
}
