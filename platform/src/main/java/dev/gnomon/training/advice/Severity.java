package dev.gnomon.training.advice;

import java.util.Locale;

/// How much a finding matters, the gravest first.
public enum Severity {
  /// Two things that can't both be meant.
  CONTRADICTION,
  /// Something the field would ask for and the statement does not say.
  MISSING,
  /// What follows from the statement or from the data.
  ADVICE,
  /// Looked at, and as it should be.
  FINE;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
