package dev.gnomon.tracking.transfer;

import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.spi.TrackingStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Brings registered models, each with its versions and aliases in one transaction.
final class ModelImport {
  private final MlflowDatabase from;
  private final TrackingStore into;
  private final List<String> notes;
  private int models;
  private int versions;

  private record Model(String name, long created, long updated, String description) {}

  private record Version(RegisteredVersion version, String storage, List<Tag> tags) {}

  private record Alias(String name, int version) {}

  ModelImport(MlflowDatabase from, TrackingStore into, List<String> notes) {
    this.from = from;
    this.into = into;
    this.notes = notes;
  }

  int models() {
    return models;
  }

  int versions() {
    return versions;
  }

  void all() throws SQLException {
    List<Model> all =
        from.rows(
            "SELECT name, creation_time, last_updated_time, description FROM registered_models"
                + " ORDER BY name",
            row ->
                new Model(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    MlflowImport.text(row.getString(4))));
    for (Model model : all) {
      one(model);
    }
  }

  private void one(Model model) throws SQLException {
    List<Tag> tags =
        from.rows(
            "SELECT key, value FROM registered_model_tags WHERE name = ?",
            MlflowImport::tag,
            model.name());
    String storage = from.has("model_versions", "storage_location") ? "storage_location" : "source";
    List<Version> found =
        new java.util.ArrayList<>(
            from.rows(
                "SELECT name, version, creation_time, last_updated_time, user_id, current_stage,"
                    + " description, source, run_id, run_link, status, status_message, "
                    + storage
                    + " FROM model_versions WHERE name = ? AND current_stage <> 'Deleted_Internal'"
                    + " ORDER BY version",
                ModelImport::version,
                model.name()));
    for (int i = 0; i < found.size(); i++) {
      Version v = found.get(i);
      found.set(
          i,
          new Version(
              v.version(),
              v.storage(),
              from.rows(
                  "SELECT key, value FROM model_version_tags WHERE name = ? AND version = ?",
                  MlflowImport::tag,
                  model.name(),
                  v.version().version())));
    }
    List<Alias> aliases =
        from.has("registered_model_aliases")
            ? from.rows(
                "SELECT alias, version FROM registered_model_aliases WHERE name = ?",
                row -> new Alias(row.getString(1), row.getInt(2)),
                model.name())
            : List.of();
    into.write(rows -> {
      OptionalLong here = rows.models().lock(model.name());
      long row =
          here.isPresent()
              ? here.getAsLong()
              : rows.models().insert(model.name(), "", model.description(), model.created());
      tags.forEach(tag -> rows.models().setTag(row, tag));
      int next = 0;
      for (Version v : found) {
        int number = v.version().version();
        if (rows.versions().find(row, number).isEmpty()) {
          while (next < number) {
            next = rows.models().nextVersion(row);
          }
          long at = rows.versions().insert(row, v.version(), v.storage());
          v.tags().forEach(tag -> rows.versions().setTag(at, tag));
        }
      }
      for (Alias alias : aliases) {
        boolean free = rows.models().alias(row, alias.name()).isEmpty();
        rows.versions()
            .find(row, alias.version())
            .filter(_ -> free)
            .ifPresent(v -> rows.models().setAlias(row, alias.name(), v.row()));
      }
      if (here.isEmpty()) {
        rows.models().touch(row, model.updated());
      }
      return row;
    });
    models++;
    versions += found.size();
    found.stream()
        .map(v -> v.version().source())
        .filter(s -> s.startsWith("/") || s.startsWith("file:"))
        .findFirst()
        .ifPresent(s ->
            notes.add(
                "versions of model '%s' lie in files of the old server (%s): they are listed, not served"
                    .formatted(model.name(), s)));
  }

  private static Version version(ResultSet row) throws SQLException {
    String source = MlflowImport.text(row.getString(8));
    String storage = MlflowImport.text(row.getString(13));
    return new Version(
        new RegisteredVersion(
            row.getString(1),
            row.getInt(2),
            row.getLong(3),
            row.getLong(4),
            MlflowImport.text(row.getString(5)),
            stage(MlflowImport.text(row.getString(6))),
            MlflowImport.text(row.getString(7)),
            source,
            row.getString(9),
            row.getString(10),
            Optional.ofNullable(row.getString(11)).orElse("READY"),
            MlflowImport.text(row.getString(12)),
            Map.of(),
            List.of(),
            null),
        storage.isEmpty() ? source : storage,
        List.of());
  }

  private static Stage stage(String word) {
    for (Stage stage : Stage.values()) {
      if (stage.word().toLowerCase(Locale.ROOT).equals(word.toLowerCase(Locale.ROOT))) {
        return stage;
      }
    }
    return Stage.NONE;
  }
}
