package dev.gnomon.training;

import java.util.Locale;

/// What a candidate takes, measured in this process on this machine: provenance, no part of any
/// hash.
///
/// @param p50Micros from feature row to score, one row at a time in a warm process, preprocessing
///   included; `p99Micros` likewise
/// @param measured how many rows were timed
/// @param bytes of the stored model, without preprocessing
/// @param seconds to search and train it
public record Footprint(
    String candidate,
    double p50Micros,
    double p99Micros,
    int measured,
    long bytes,
    double seconds) {

  /// The median time of a row, for people.
  public String time() {
    return micros(p50Micros);
  }

  public static String micros(double micros) {
    return micros >= 1000
        ? String.format(Locale.ROOT, "%.1f ms", micros / 1000)
        : String.format(Locale.ROOT, micros >= 10 ? "%.0f us" : "%.1f us", micros);
  }

  public String size() {
    return bytes >= 100_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
  }
}
