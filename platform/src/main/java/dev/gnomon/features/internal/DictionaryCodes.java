package dev.gnomon.features.internal;

import dev.gnomon.data.Dictionary;
import dev.gnomon.operators.Hash64;
import dev.gnomon.operators.TextCodes;
import java.util.Objects;

/// The texts of a column that was read whole, with their hashes kept once computed.
final class DictionaryCodes implements TextCodes {
  private final Dictionary dictionary;

  /// 0 until computed. Threads may compute one twice; it is the same.
  private final long[] hashes;

  DictionaryCodes(Dictionary dictionary) {
    this.dictionary = dictionary;
    this.hashes = new long[dictionary.size()];
  }

  @Override
  public String text(int code) {
    return Objects.requireNonNull(dictionary.text(code));
  }

  @Override
  public long hash(int code) {
    long hash = hashes[code];
    if (hash == 0) {
      hash = Hash64.of(dictionary.text(code));
      hashes[code] = hash;
    }
    return hash;
  }
}
