package dev.gnomon.engines.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.Registry;
import dev.gnomon.tracking.Batch;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A process that writes to a Postgres database that others write to as well. Its step i is a
/// control change by chance, a note in the ledger that says i, and a batch of points of a run. It
/// tells each step that was acknowledged.
final class ControlChild {
  static final int POINTS = 20;

  private ControlChild() {}

  /// @param waits whether it goes on after its first step only when it is sent something
  static Process start(String url, String run, String who, int from, int count, boolean waits)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx96m",
            "-cp",
            ChildPath.of(ControlChild.class),
            ControlChild.class.getName(),
            url,
            run,
            who,
            Integer.toString(from),
            Integer.toString(count),
            Boolean.toString(waits))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  static Map<String, String> settings(String url) {
    return Map.of("url", url, "user", "postgres", "password", "");
  }

  /// What step i registers, if it registers something.
  static String bundle(String who, int i) {
    return "%064x".formatted(1_000_000L * who.hashCode() + i);
  }

  static boolean registers(int i) {
    return i % 3 == 0;
  }

  static Batch batch(String who, int i) {
    List<Metric> points = new ArrayList<>();
    for (int p = 0; p < POINTS; p++) {
      points.add(new Metric(who, p, i, i));
    }
    return new Batch(points, List.of(new Tag(who + i, "x")), List.of());
  }

  static void step(Registry registry, Tracking tracking, String run, String who, int i) {
    Random random = new Random(31L * who.hashCode() + i);
    try {
      change(registry, who, i, random);
    } catch (Refusal | BadInput refused) {
      // Another process was first, and now there is nothing to go back to, for instance.
    }
    var _ = registry.record("note", "churn", who, Integer.toString(i), who, "");
    tracking.log(run, batch(who, i));
  }

  private static void change(Registry registry, String who, int i, Random random) {
    if (registers(i)) {
      var _ = registry.register("churn", bundle(who, i), true, "{}", who);
      return;
    }
    int version = 1 + random.nextInt(Math.max(1, registry.versions("churn").size()));
    switch (random.nextInt(3)) {
      case 0 -> registry.setAlias("churn", "challenger", version, who, "");
      case 1 -> registry.promotions().rollback("churn", who, "");
      default ->
          registry
              .promotions()
              .promote("churn", version, new Promotions.Actor(who, false), false, "");
    }
  }

  @SuppressWarnings("SystemOut") // tells its parent
  public static void main(String[] arguments) throws IOException {
    int from = Integer.parseInt(arguments[3]);
    int count = Integer.parseInt(arguments[4]);
    Map<String, String> settings = settings(arguments[0]);
    try (Registry registry = Registry.open("postgres", settings, InstantSource.system());
        Tracking tracking = Tracking.open("postgres", settings, InstantSource.system())) {
      for (int i = from; i < from + count; i++) {
        step(registry, tracking, arguments[1], arguments[2], i);
        System.out.println(i);
        System.out.flush();
        if (i == from && Boolean.parseBoolean(arguments[5])) {
          int _ = System.in.read();
        }
      }
    }
  }
}
