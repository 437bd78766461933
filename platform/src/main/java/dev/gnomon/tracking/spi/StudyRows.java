package dev.gnomon.tracking.spi;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.View;
import dev.gnomon.tracking.search.Query;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Studies. The row of one is its id.
public interface StudyRows {
  /// Ids count from 1. The location may still be empty: it usually holds the id.
  long insert(String name, String location, long now);

  /// With a given id, for the study that is always there and for imported ones; nothing happens if
  /// it exists. Ids given out later are greater.
  void insertFirst(Study study);

  Optional<Study> find(long id);

  Optional<Study> byName(String name);

  /// As found, and unchanged by others until the transaction ends.
  Optional<Study> lock(long id);

  /// As found, and unchanged by others until the transaction ends, who may hold it as well.
  Optional<Study> hold(long id);

  /// Writes name, location, the flag and the time of update.
  void update(Study study);

  /// Replaces the value of that key.
  void setTag(long id, Tag tag);

  /// @return whether there was one
  boolean deleteTag(long id, String key);

  Page<Study> search(View view, Query query, int most, @Nullable String token);
}
