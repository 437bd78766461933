package dev.gnomon.engines.tracking;

import dev.gnomon.tracking.Dataset;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Run;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How many runs fit into a page: one that asks for 50,000 with all their data would otherwise take
/// as much memory as these have. A page may end early, with the token of the next.
final class Fitting {
  private static final int SHARE = 32;
  private static final long LEAST = 4 << 20;
  private static final long MOST = 128 << 20;

  /// What the name of a member and its quotes take, about.
  private static final int MEMBER = 24;

  private static final int METRIC = 100;
  private static final int RUN = 600;

  private final long most;
  private long bytes;

  /// @param most bytes, about, of the JSON that is made of a page
  Fitting(long most) {
    this.most = most;
  }

  /// A small part of the memory, as the answer is built of it and others are under way.
  static Fitting ofMemory() {
    return new Fitting(Math.clamp(Runtime.getRuntime().maxMemory() / SHARE, LEAST, MOST));
  }

  /// Whether one more has room. The first one always has.
  boolean add(Run run) {
    boolean first = bytes == 0;
    bytes += size(run);
    return first || bytes <= most;
  }

  private static long size(Run run) {
    long size = RUN + size(run.params()) + size(run.tags());
    for (Metric metric : run.metrics()) {
      size += METRIC + metric.key().length();
    }
    for (Dataset.Input input : run.datasets()) {
      Dataset dataset = input.dataset();
      size += METRIC + length(dataset.source()) + length(dataset.schema());
      size += length(dataset.profile()) + size(input.tags());
    }
    return size + (long) (run.models().size() + run.outputs().size()) * METRIC;
  }

  private static long size(Map<String, String> texts) {
    long size = 0;
    for (Map.Entry<String, String> text : texts.entrySet()) {
      size += MEMBER + text.getKey().length() + text.getValue().length();
    }
    return size;
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }
}
