package dev.gnomon.features;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.internal.FilePrint;

/// The files behind the sources of a use case.
public final class SourceFiles {
  private SourceFiles() {}

  /// Tells whether files are still the same, without reading them: by name, length and time of the
  /// last change.
  public static String fingerprint(UseCase useCase) {
    FilePrint print = new FilePrint();
    for (SourceSpec source : useCase.data().sources().values()) {
      source.format().paths().forEach(path -> print.add(source.name(), path));
    }
    return print.hex();
  }
}
