package dev.gnomon.tracking;

/// How far a run is.
public enum RunStatus {
  RUNNING,
  SCHEDULED,
  FINISHED,
  FAILED,
  KILLED
}
