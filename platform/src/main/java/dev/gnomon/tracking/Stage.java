package dev.gnomon.tracking;

/// Where a version stands, in MLflow's older words.
public enum Stage {
  NONE("None"),
  STAGING("Staging"),
  PRODUCTION("Production"),
  ARCHIVED("Archived");

  private final String word;

  Stage(String word) {
    this.word = word;
  }

  /// As it is written.
  public String word() {
    return word;
  }
}
