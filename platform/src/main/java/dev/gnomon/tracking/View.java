package dev.gnomon.tracking;

/// Which studies or runs a search looks at.
public enum View {
  ACTIVE_ONLY,
  DELETED_ONLY,
  ALL
}
