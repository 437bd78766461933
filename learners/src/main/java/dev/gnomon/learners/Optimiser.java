package dev.gnomon.learners;

/// How a gradient becomes a step. All but the plain one keep one or two numbers per weight.
enum Optimiser {
  /// w -= rate g.
  PLAIN {
    @Override
    void step(double[] w, double[] g, Slots s, double rate, Momentum m) {
      for (int i = 0; i < w.length; i++) {
        w[i] -= rate * g[i];
      }
    }
  },
  /// v = momentum v + g; w -= rate v (Polyak 1964).
  MOMENTUM {
    @Override
    void step(double[] w, double[] g, Slots s, double rate, Momentum m) {
      for (int i = 0; i < w.length; i++) {
        s.first[i] = m.momentum * s.first[i] + g[i];
        w[i] -= rate * s.first[i];
      }
    }
  },
  /// v = momentum v + g; w -= rate (g + momentum v) (Nesterov 1983, in the form of Sutskever and
  /// others 2013).
  NESTEROV {
    @Override
    void step(double[] w, double[] g, Slots s, double rate, Momentum m) {
      for (int i = 0; i < w.length; i++) {
        s.first[i] = m.momentum * s.first[i] + g[i];
        w[i] -= rate * (g[i] + m.momentum * s.first[i]);
      }
    }
  },
  /// s += g^2; w -= rate g / (sqrt(s) + epsilon) (Duchi and others 2011).
  ADAGRAD {
    @Override
    void step(double[] w, double[] g, Slots s, double rate, Momentum m) {
      for (int i = 0; i < w.length; i++) {
        s.second[i] += g[i] * g[i];
        w[i] -= rate * g[i] / (Math.sqrt(s.second[i]) + m.epsilon);
      }
    }
  },
  /// s = rho s + (1 - rho) g^2; w -= rate g / (sqrt(s) + epsilon) (Tieleman and Hinton 2012).
  RMSPROP {
    @Override
    void step(double[] w, double[] g, Slots s, double rate, Momentum m) {
      for (int i = 0; i < w.length; i++) {
        s.second[i] = m.rho * s.second[i] + (1 - m.rho) * g[i] * g[i];
        w[i] -= rate * g[i] / (Math.sqrt(s.second[i]) + m.epsilon);
      }
    }
  },
  /// m = momentum m + (1 - momentum) g; s = rho s + (1 - rho) g^2; both divided by 1 -
  /// factor^steps; w -= rate m / (sqrt(s) + epsilon) (Kingma and Ba 2015).
  ADAM {
    @Override
    void step(double[] w, double[] g, Slots s, double rate, Momentum m) {
      double first = 1 - Math.pow(m.momentum, (double) s.steps);
      double second = 1 - Math.pow(m.rho, (double) s.steps);
      for (int i = 0; i < w.length; i++) {
        s.first[i] = m.momentum * s.first[i] + (1 - m.momentum) * g[i];
        s.second[i] = m.rho * s.second[i] + (1 - m.rho) * g[i] * g[i];
        w[i] -= rate * (s.first[i] / first) / (Math.sqrt(s.second[i] / second) + m.epsilon);
      }
    }
  };

  /// @param rho how long squares are remembered
  /// @param epsilon keeps the division finite
  record Momentum(double momentum, double rho, double epsilon) {}

  /// What is remembered between steps; changed in place by them.
  static final class Slots {
    final double[] first;
    final double[] second;

    /// Steps taken, the current one included.
    long steps;

    Slots(double[] first, double[] second, long steps) {
      this.first = first;
      this.second = second;
      this.steps = steps;
    }
  }

  /// @param w changed in place
  /// @param g the gradient
  abstract void step(double[] w, double[] g, Slots s, double rate, Momentum m);
}
