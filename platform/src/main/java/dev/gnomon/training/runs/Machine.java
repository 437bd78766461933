package dev.gnomon.training.runs;

import dev.gnomon.tracking.Metric;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a training ran on, and what it took of it.
///
/// @param cpuNanos of the whole process when it began
/// @param nanos a running clock when it began
record Machine(long cpuNanos, long nanos) {
  private static final Pattern JAR = Pattern.compile("(.+?)-(\\d[\\w.+-]*)\\.jar");
  private static final int LONGEST = 7_000;

  static Machine now() {
    return new Machine(cpu(), System.nanoTime());
  }

  /// Forgets the greatest heap so far, so that the next peak is of this training.
  static void resetPeak() {
    heap().forEach(MemoryPoolMXBean::resetPeakUsage);
  }

  /// Seconds of processor and clock since this was taken, and the peak of the heap: the sum of its
  /// pools' peaks, which the heap itself did not exceed.
  ///
  /// @param rows of the training part; the fits that these seconds held learned from so many
  List<Metric> metrics(long rows, long millis) {
    double wall = (System.nanoTime() - nanos) / 1e9;
    double peak = heap().stream().mapToLong(pool -> pool.getPeakUsage().getUsed()).sum() / 1e6;
    List<Metric> metrics = new ArrayList<>();
    metrics.add(new Metric("system/cpu-seconds", (cpu() - cpuNanos) / 1e9, millis, 0));
    metrics.add(new Metric("system/wall-seconds", wall, millis, 0));
    metrics.add(new Metric("system/heap-peak-megabytes", peak, millis, 0));
    if (wall > 0) {
      metrics.add(new Metric("system/training-rows-per-second", rows / wall, millis, 0));
    }
    return metrics;
  }

  private static List<MemoryPoolMXBean> heap() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .toList();
  }

  private static long cpu() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean known
        ? Math.max(0, known.getProcessCpuTime())
        : 0;
  }

  /// The environment, by tag.
  static Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>();
    tags.put("gnomon.java", Runtime.version() + " " + System.getProperty("java.vm.vendor", ""));
    tags.put(
        "gnomon.os",
        System.getProperty("os.name", "")
            + " "
            + System.getProperty("os.version", "")
            + " "
            + System.getProperty("os.arch", ""));
    tags.put("gnomon.cpu", cpuModel());
    tags.put("gnomon.cpus", Integer.toString(Runtime.getRuntime().availableProcessors()));
    String libraries = libraries();
    if (!libraries.isEmpty()) {
      tags.put("gnomon.libraries", libraries);
    }
    return tags;
  }

  private static String cpuModel() {
    Path info = Path.of("/proc/cpuinfo");
    try {
      if (Files.isReadable(info)) {
        for (String line : Files.readAllLines(info, StandardCharsets.UTF_8)) {
          if (line.startsWith("model name")) {
            return line.substring(line.indexOf(':') + 1).strip();
          }
        }
      }
    } catch (IOException e) {
      // The architecture is said instead.
    }
    return System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", System.getProperty("os.arch", "?"));
  }

  /// The jars of the class path with their versions, as their names tell them.
  private static String libraries() {
    TreeSet<String> found = new TreeSet<>();
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Matcher jar = JAR.matcher(entry.substring(entry.lastIndexOf(File.separatorChar) + 1));
      if (jar.matches()) {
        found.add(jar.group(1) + " " + jar.group(2));
      }
    }
    String all = String.join(", ", found);
    return all.length() > LONGEST ? all.substring(0, all.lastIndexOf(", ", LONGEST)) : all;
  }
}
