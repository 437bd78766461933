package dev.gnomon.serving;

import java.util.Locale;
import java.util.Optional;

/// The public name of a decision: the use case and the position of its record, so that looking one
/// up needs no index.
public record PredictionId(String useCase, long position) {

  /// Empty when the text was never given out.
  public static Optional<PredictionId> parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot <= 0 || text.length() - dot > 14) {
      return Optional.empty();
    }
    String digits = text.substring(dot + 1);
    try {
      long position = Long.parseLong(digits, Character.MAX_RADIX);
      PredictionId id = new PredictionId(text.substring(0, dot), position);
      return position >= 0 && id.text().equals(text.toLowerCase(Locale.ROOT))
          ? Optional.of(id)
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  public String text() {
    return useCase + "." + Long.toString(position, Character.MAX_RADIX);
  }
}
