package dev.gnomon.tracking.spi;

import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.search.Query;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Logged models.
public interface LoggedModelRows {
  /// A model with its row.
  record Stored(long row, LoggedModel model, boolean deleted) {}

  /// Without parameters, tags and metrics.
  long insert(LoggedModel model);

  Optional<Stored> find(String id);

  /// As found, and unchanged by others until the transaction ends.
  Optional<Stored> lock(String id);

  void update(long row, String status, boolean deleted, long now);

  /// Of keys that have none.
  void addParams(long row, Collection<Tag> params);

  /// Replaces values.
  void setTags(long row, Collection<Tag> tags);

  boolean deleteTag(long row, String key);

  /// Adds points that are not there.
  void addMetrics(long row, String runId, List<Metric> metrics);

  /// Those that are not deleted.
  Page<LoggedModel> search(List<Long> studies, Query query, int most, @Nullable String token);
}
