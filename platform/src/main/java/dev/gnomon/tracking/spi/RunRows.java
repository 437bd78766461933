package dev.gnomon.tracking.spi;

import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Run;
import dev.gnomon.tracking.RunInfo;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking.RunMetric;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs with what is logged of them. Keys within one call are different unless it says otherwise.
public interface RunRows {
  /// A run with its row.
  record Stored(long row, RunInfo info) {
    /// The row of its study.
    public long study() {
      return Long.parseLong(info.studyId());
    }
  }

  Stored insert(RunInfo info);

  Optional<Stored> find(String id);

  /// As found, and unchanged by others until the transaction ends: neither the run nor what is
  /// logged of it.
  Optional<Stored> lock(String id);

  /// Writes name, status, end and the flag.
  void update(Stored run);

  /// Deletes or restores all runs of a study.
  void mark(long study, boolean deleted);

  /// Values of those of the keys that have one.
  Map<String, String> params(long row, Collection<String> keys);

  /// Of keys that have none.
  void addParams(Stored run, Collection<Tag> params);

  Optional<String> tag(long row, String key);

  /// Replaces values.
  void setTags(Stored run, Collection<Tag> tags);

  /// @return whether there was one
  boolean deleteTag(long row, String key);

  /// Adds points, of keys that may repeat; those that are there already are left out. Keeps the
  /// greatest per key up to date.
  void addMetrics(Stored run, List<Metric> metrics);

  /// With all their data, in the order given.
  List<Run> whole(List<Stored> runs);

  /// Active, deleted or all runs of the studies.
  Page<Run> search(List<Long> studies, View view, Query query, int most, @Nullable String token);

  /// By timestamp, step, value; a NaN is greater than any number.
  ///
  /// @param after the last point seen
  List<Metric> history(long row, String key, @Nullable Metric after, int most);

  /// The points at some steps, by run in the order given, step, timestamp, value.
  ///
  /// @param steps ascending
  List<RunMetric> at(List<Stored> runs, String key, long[] steps);

  /// Where the points of a key lie.
  Extent extent(Stored run, String key);

  /// Shows all points of a key, in any order.
  void visit(Stored run, String key, PointVisitor visitor);

  /// From the first to the last point, by step and by time; all 0 where there is none.
  record Extent(long points, long firstStep, long lastStep, long firstTime, long lastTime) {}

  /// Sees one point after the other.
  interface PointVisitor {
    /// @param at milliseconds since the epoch
    /// @param value may be NaN
    void point(long at, long step, double value);
  }

  /// The different steps with a point of any of the runs, ascending.
  long[] steps(List<Stored> runs, String key, long from, long to);
}
