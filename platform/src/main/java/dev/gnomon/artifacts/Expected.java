package dev.gnomon.artifacts;

import java.util.Optional;

/// What a sender says of a content before it is there.
///
/// @param sha256 in hexadecimal, if it is known
/// @param size bytes; -1 when not known
public record Expected(Optional<String> sha256, long size) {
  public static final Expected NOTHING = new Expected(Optional.empty(), -1);

  /// @throws WrongContent when it is another content
  void check(String found, long length) {
    if (size >= 0 && length != size) {
      throw new WrongContent("%d bytes came, %d were announced".formatted(length, size));
    }
    if (sha256.isPresent() && !sha256.get().equals(found)) {
      throw new WrongContent("SHA-256 is %s, announced was %s".formatted(found, sha256.get()));
    }
  }
}
