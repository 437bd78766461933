package dev.gnomon.tracking.internal;

import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.spi.ModelRows;
import dev.gnomon.tracking.spi.TrackingRows;
import dev.gnomon.tracking.spi.TrackingStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The rules of registered models and their aliases.
final class ModelRules {
  private static final Pattern ALIAS = Pattern.compile("[\\w-]{1,255}");
  private static final Pattern VERSION_LIKE = Pattern.compile("[vV]\\d+");
  private static final int USER = 256;
  private static final int MOST = 1_000;

  private final TrackingStore store;
  private final InstantSource clock;

  ModelRules(TrackingStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  RegisteredModel create(String name, String user, String description, List<Tag> tags) {
    checkName("name", name);
    Checks.text("user_id", user, USER);
    Checks.text("description", description, Checks.DESCRIPTION);
    Checks.freeTags(tags, Checks.MODEL_TAG_VALUE);
    return store.write(rows -> {
      refuseTaken(rows.models(), name);
      long row = rows.models().insert(name, user, description, clock.millis());
      BatchRules.last(tags).forEach(tag -> rows.models().setTag(row, tag));
      return rows.models().read(row);
    });
  }

  private static void refuseTaken(ModelRows models, String name) {
    if (models.find(name).isPresent()) {
      throw TrackingError.exists("Registered Model (name=%s) already exists.".formatted(name));
    }
  }

  /// Slashes and colons would make `models:/name/version` ambiguous.
  private static void checkName(String field, String name) {
    Checks.required(field, name);
    Checks.text(field, name, Checks.MODEL_NAME);
    if (name.isBlank() || name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
      throw TrackingError.invalid(
          "Invalid name: '%s'. Registered model name cannot be empty, or contain '/' or ':'."
              .formatted(name));
    }
  }

  static TrackingError missing(String name) {
    return TrackingError.missing("Registered Model with name=%s not found".formatted(name));
  }

  static long found(TrackingRows rows, String name) {
    return orMissing(rows.models().find(name), name);
  }

  /// Locked until the transaction ends.
  static long locked(TrackingRows rows, String name) {
    return orMissing(rows.models().lock(name), name);
  }

  private static long orMissing(OptionalLong row, String name) {
    return row.orElseThrow(() -> missing(name));
  }

  RegisteredModel model(String name) {
    Checks.required("name", name);
    return store.read(rows -> rows.models().read(found(rows, name)));
  }

  RegisteredModel rename(String name, String newName) {
    Checks.required("name", name);
    checkName("new_name", newName);
    return store.write(rows -> {
      long row = locked(rows, name);
      if (!name.equals(newName)) {
        refuseTaken(rows.models(), newName);
        rows.models().rename(row, newName, clock.millis());
      }
      return rows.models().read(row);
    });
  }

  RegisteredModel describe(String name, String description) {
    Checks.required("name", name);
    Checks.text("description", description, Checks.DESCRIPTION);
    return store.write(rows -> {
      long row = locked(rows, name);
      if (!rows.models().read(row).description().equals(description)) {
        rows.models().describe(row, description, clock.millis());
      }
      return rows.models().read(row);
    });
  }

  void delete(String name) {
    Checks.required("name", name);
    store.write(rows -> {
      long row = locked(rows, name);
      rows.models().delete(row);
      return row;
    });
  }

  Page<RegisteredModel> search(Search search) {
    Searches.checkMost(search.most(), MOST);
    Query query = Query.of(Searched.MODELS, search);
    return store.read(rows -> rows.models().search(query, search.most(), Searches.token(search)));
  }

  void setTag(String name, Tag tag) {
    Checks.required("name", name);
    Checks.freeTag("", tag, Checks.MODEL_TAG_VALUE);
    store.write(rows -> {
      long row = locked(rows, name);
      rows.models().setTag(row, tag);
      return row;
    });
  }

  /// One that is not there is none: MLflow's server says so too.
  void deleteTag(String name, String key) {
    Checks.required("name", name);
    Checks.required("key", key);
    store.write(rows -> rows.models().deleteTag(locked(rows, name), key));
  }

  private static void checkAlias(String alias) {
    Checks.required("alias", alias);
    if (!ALIAS.matcher(alias).matches()) {
      throw TrackingError.invalid(
          ("Invalid alias name: '%s'. Names may only contain alphanumerics, underscores (_) and"
                  + " dashes (-), at most 255.")
              .formatted(alias));
    }
    if (alias.toLowerCase(Locale.ROOT).equals("latest")) {
      throw TrackingError.invalid("'latest' alias name (case insensitive) is reserved.");
    }
    if (VERSION_LIKE.matcher(alias).matches()) {
      throw TrackingError.invalid("Version alias name '%s' is reserved.".formatted(alias));
    }
  }

  void setAlias(String name, String alias, int version) {
    Checks.required("name", name);
    checkAlias(alias);
    store.write(rows -> {
      long row = locked(rows, name);
      var target = VersionRules.found(rows, row, name, version);
      OptionalInt old = rows.models().alias(row, alias);
      if (old.isEmpty() || old.getAsInt() != version) {
        rows.models().setAlias(row, alias, target.row());
        rows.models().touch(row, clock.millis());
      }
      return row;
    });
  }

  /// One that is not there is none.
  void deleteAlias(String name, String alias) {
    Checks.required("name", name);
    Checks.required("alias", alias);
    store.write(rows -> {
      long row = locked(rows, name);
      if (rows.models().deleteAlias(row, alias)) {
        rows.models().touch(row, clock.millis());
      }
      return row;
    });
  }

  RegisteredVersion aliased(String name, String alias) {
    Checks.required("name", name);
    Checks.required("alias", alias);
    return store.read(rows -> {
      long row = found(rows, name);
      OptionalInt version = rows.models().alias(row, alias);
      if (version.isEmpty()) {
        throw TrackingError.invalid("Registered model alias %s not found.".formatted(alias));
      }
      return VersionRules.found(rows, row, name, version.getAsInt()).version();
    });
  }
}
