package dev.gnomon.tracking.spi;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.search.Query;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Versions of registered models.
public interface VersionRows {
  /// A version with its row.
  ///
  /// @param storage where its files lie: of a copy, those of the original
  record Stored(long row, RegisteredVersion version, String storage) {}

  /// Without its tags.
  long insert(long model, RegisteredVersion version, String storage);

  Optional<Stored> find(long model, int number);

  /// In a stage.
  List<Stored> in(long model, Stage stage);

  /// The newest of each stage, by stage.
  List<RegisteredVersion> latest(long model);

  /// Writes stage, description and time of update.
  void update(long row, Stage stage, String description, long updated);

  /// With its tags and aliases.
  void delete(long row);

  void setTag(long row, Tag tag);

  boolean deleteTag(long row, String key);

  Page<RegisteredVersion> search(Query query, int most, @Nullable String token);
}
