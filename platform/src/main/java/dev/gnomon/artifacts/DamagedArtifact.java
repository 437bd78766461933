package dev.gnomon.artifacts;

import java.io.IOException;
import java.io.Serial;

/// What is stored is not what was put there: nothing of the damaged part is given out.
public final class DamagedArtifact extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private static final String USUAL =
      "To mend it, send the same file again, restore artifacts from a backup, or delete it";

  private final String remedy;

  public DamagedArtifact(String what) {
    this(what, USUAL);
  }

  /// @param remedy what somebody may do about it
  public DamagedArtifact(String what, String remedy) {
    super(what);
    this.remedy = remedy;
  }

  /// What somebody may do about it: a sentence without its full stop.
  public String remedy() {
    return remedy;
  }
}
