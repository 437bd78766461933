package dev.gnomon.tracking.spi;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.search.Query;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Registered models with their aliases.
public interface ModelRows {
  long insert(String name, String user, String description, long now);

  OptionalLong find(String name);

  /// As found; the model, its versions and aliases are unchanged by others until the transaction
  /// ends.
  OptionalLong lock(String name);

  RegisteredModel read(long row);

  void rename(long row, String name, long now);

  void describe(long row, String description, long now);

  void touch(long row, long now);

  /// With all its versions.
  void delete(long row);

  void setTag(long row, Tag tag);

  boolean deleteTag(long row, String key);

  void setAlias(long row, String alias, long version);

  boolean deleteAlias(long row, String alias);

  /// The number of the version it points at.
  OptionalInt alias(long row, String alias);

  /// Takes the next version number.
  int nextVersion(long row);

  Page<RegisteredModel> search(Query query, int most, @Nullable String token);
}
