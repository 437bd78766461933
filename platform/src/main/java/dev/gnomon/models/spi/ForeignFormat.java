package dev.gnomon.models.spi;

import java.util.Optional;

/// Reads models that another tool fitted and wrote to a file; found with `ServiceLoader`, chosen by
/// what the file holds. Files come from outside: they are data, never code.
public interface ForeignFormat {
  /// The name in messages and in the lineage: `onnx`, `xgboost`.
  String name();

  /// Whether a file may be of this format, by its first bytes.
  ///
  /// @param file all of it, or at least its first 64 bytes
  boolean recognises(byte[] file);

  /// @param place names the file in an error
  /// @param target what the use case wants predicted
  /// @throws dev.gnomon.core.BadInput for a damaged file, and for one whose inputs or outputs can't
  ///   be used, naming what was found and what is valid
  ForeignModel read(byte[] file, String place, Wanted target);

  /// What the use case wants predicted.
  ///
  /// @param number a number instead of a probability
  /// @param positive the text of the positive class, where the file states one
  record Wanted(boolean number, Optional<String> positive) {}
}
