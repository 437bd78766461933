package dev.gnomon.operators;

/// Texts by their codes; code -1 is the missing text and is never asked for.
public interface TextCodes {
  String text(int code);

  /// [Hash64#of(String)] of the text.
  long hash(int code);
}
