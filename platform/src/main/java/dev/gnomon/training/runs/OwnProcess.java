package dev.gnomon.training.runs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// The process that a run belongs to, as a text: host, id and start. With it a later process sees
/// that the one before is gone.
///
/// @param startMillis 0 when not known
record OwnProcess(String host, long pid, long startMillis) {
  static OwnProcess current() {
    ProcessHandle own = ProcessHandle.current();
    return new OwnProcess(
        hostName(), own.pid(), own.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  static Optional<OwnProcess> parse(String text) {
    String[] parts = text.split("/", -1);
    try {
      return parts.length == 3
          ? Optional.of(
              new OwnProcess(parts[0], Long.parseLong(parts[1]), Long.parseLong(parts[2])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  String text() {
    return host + "/" + pid + "/" + startMillis;
  }

  /// Whether it surely no longer runs; of another host nothing is known.
  boolean isGone() {
    if (!host.equals(hostName())) {
      return false;
    }
    Optional<ProcessHandle> found = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    if (found.isEmpty()) {
      return true;
    }
    Optional<Instant> start = found.get().info().startInstant();
    // Another process may have the number by now.
    return startMillis > 0
        && start.isPresent()
        && Duration.between(start.get(), Instant.ofEpochMilli(startMillis)).abs().toSeconds() > 2;
  }

  private static String hostName() {
    Path file = Path.of("/proc/sys/kernel/hostname");
    try {
      if (Files.isReadable(file)) {
        return Files.readString(file).strip().replace('/', '-');
      }
    } catch (IOException e) {
      // Another name does as well, as long as it stays the same.
    }
    return System.getenv().getOrDefault("COMPUTERNAME", "localhost");
  }
}
