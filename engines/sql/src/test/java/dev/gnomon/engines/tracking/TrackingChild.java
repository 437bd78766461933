package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A process of its own that logs to a run others log to as well: batch i is 50 points of step i,
/// one parameter and one tag. Tells its parent each batch that was acknowledged.
final class TrackingChild {
  static final int POINTS = 50;

  private TrackingChild() {}

  static Batch batch(String who, int i) {
    List<Metric> points = new ArrayList<>();
    for (int p = 0; p < POINTS; p++) {
      points.add(new Metric(who, p, i, i));
    }
    return new Batch(
        points, List.of(new Tag(who + i, "x")), List.of(new Tag(who, Integer.toString(i))));
  }

  static Process start(Path file, String run, String who, int from, int count) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx64m",
            "-cp",
            classPath(),
            TrackingChild.class.getName(),
            file.toString(),
            run,
            who,
            Integer.toString(from),
            Integer.toString(count))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// That of this process, whether it was given to the virtual machine or to a launcher of tests.
  private static String classPath() {
    String own = System.getProperty("java.class.path");
    return TrackingChild.class.getClassLoader() instanceof URLClassLoader loader
        ? Stream.of(loader.getURLs())
            .map(url -> Path.of(URI.create(url.toString())).toString())
            .collect(Collectors.joining(File.pathSeparator, "", File.pathSeparator + own))
        : own;
  }

  @SuppressWarnings("SystemOut") // tells its parent
  public static void main(String[] arguments) {
    int from = Integer.parseInt(arguments[3]);
    int count = Integer.parseInt(arguments[4]);
    InstantSource clock = InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
    try (Tracking tracking = Tracking.open("sqlite", Map.of("path", arguments[0]), clock)) {
      for (int i = from; i < from + count; i++) {
        tracking.log(arguments[1], batch(arguments[2], i));
        System.out.println(i);
        System.out.flush();
      }
    }
  }
}
