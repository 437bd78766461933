package dev.gnomon.observations;

import org.jspecify.annotations.Nullable;

/// Whether a value of a `deleted` column ends a state.
public final class Truth {
  private Truth() {}

  public static boolean of(double value) {
    return !Double.isNaN(value) && value != 0;
  }

  public static boolean of(@Nullable String value) {
    return value != null
        && (value.equalsIgnoreCase("true") || value.equals("1") || value.equalsIgnoreCase("yes"));
  }
}
