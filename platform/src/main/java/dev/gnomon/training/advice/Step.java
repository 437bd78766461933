package dev.gnomon.training.advice;

import java.util.Locale;

/// The eight steps of a use case, in order.
public enum Step {
  PROBLEM(1),
  FRAME(2),
  DATA(3),
  FEATURES(4),
  MODELS(5),
  TRAINING(6),
  EVALUATION(7),
  PRODUCTION(8);

  private final int number;

  Step(int number) {
    this.number = number;
  }

  /// As the section of the file is called.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// From 1.
  public int number() {
    return number;
  }
}
