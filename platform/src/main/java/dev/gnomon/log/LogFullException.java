package dev.gnomon.log;

import java.io.IOException;
import java.io.Serial;

/// There is no room for another segment: the disk, a quota or a file size limit says no.
///
/// The record was not taken. Everything acknowledged before stays readable, and appends succeed
/// again, without a restart, once there is room.
public final class LogFullException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public LogFullException(String message) {
    super(message);
  }
}
