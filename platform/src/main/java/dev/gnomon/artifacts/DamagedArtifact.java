package dev.gnomon.artifacts;

import java.io.IOException;
import java.io.Serial;

/// What is stored is not what was put there: nothing of the damaged part is given out.
public final class DamagedArtifact extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public DamagedArtifact(String what) {
    super(what);
  }
}
