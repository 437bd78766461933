package dev.gnomon.registry;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Refusal;
import dev.gnomon.tracking.Caller;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.search.PageToken;
import dev.gnomon.tracking.search.Query;
import dev.gnomon.tracking.search.Scan;
import dev.gnomon.tracking.search.Searched;
import dev.gnomon.tracking.search.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Tracking, in which the use cases of a registry are registered models too: `churn` with its
/// versions and aliases, each from `gnomon:/bundles/<hash>`.
///
/// What a use case's versions are is made by training and stays. Their words and tags can be
/// changed, aliases and stages moved, all of it through the ledger; the way to `champion`, which is
/// stage `Production` too, goes by the same gates as everywhere ([Promotions]). A use case hides a
/// registered model of the same name.
public final class WithBundles extends StudiesOf {
  /// The tag with the hash of a version's bundle.
  public static final String BUNDLE_TAG = "gnomon.bundle";

  /// The tag that says whether all gates of its evaluation were passed.
  public static final String PASSED_TAG = "gnomon.passed";

  /// The tag with its semantic version.
  public static final String NUMBER_TAG = "gnomon.semver";

  static final String SOURCE = "gnomon:/bundles/";
  private static final String CHAMPION = LedgerState.CHAMPION;
  private static final String MLFLOW = "asked over MLflow's interface";
  private static final Pattern ALIAS = Pattern.compile("[a-z][a-z0-9_-]{0,62}");
  private static final Pattern RESERVED = Pattern.compile("latest|v[0-9]+");

  private final Registry registry;

  /// @param all is closed with this; the registry is not
  public WithBundles(Tracking all, Registry registry) {
    super(all);
    this.registry = registry;
  }

  /// Whether a registered model is a use case.
  public boolean isUseCase(String name) {
    return !registry.versions(name).isEmpty();
  }

  private static TrackingError refused(String name, String what) {
    return new TrackingError(
        TrackingError.Code.PERMISSION_DENIED,
        "'%s' is a use case: %s. Its versions come from 'gnomon train' and stay."
            .formatted(name, what));
  }

  private static TrackingError unknown(String name, int version) {
    return TrackingError.missing(
        "Model Version (name=%s, version=%d) not found".formatted(name, version));
  }

  /// Does something with the registry, in the words of tracking.
  private static <T> T told(Supplier<T> work) {
    try {
      return work.get();
    } catch (Refusal e) {
      throw new TrackingError(TrackingError.Code.PERMISSION_DENIED, lines(e.reasons()));
    } catch (BadInput e) {
      throw TrackingError.invalid(lines(e.problems()));
    }
  }

  private static String lines(List<Problem> problems) {
    return problems.stream().map(Problem::line).collect(Collectors.joining("; "));
  }

  private ModelVersion require(String name, int version) {
    return registry.version(name, version).orElseThrow(() -> unknown(name, version));
  }

  private static Stage stage(String word) {
    return KnownUseCase.parsed(word)
        .orElseThrow(() ->
            TrackingError.invalid(
                "Invalid Model Version stage: %s. Value must be one of None, Staging, Production,"
                        .formatted(word)
                    + " Archived."));
  }

  private KnownUseCase known(String name) {
    return KnownUseCase.of(registry, name);
  }

  private RegisteredModel modelOf(String name) {
    return known(name).model(registry.aliasHistory(name, CHAMPION));
  }

  // Registered models

  @Override
  public RegisteredModel createModel(String name, String user, String description, List<Tag> tags) {
    if (isUseCase(name)) {
      throw TrackingError.exists("Registered Model (name=%s) already exists.".formatted(name));
    }
    return all.createModel(name, user, description, tags);
  }

  @Override
  public RegisteredModel model(String name) {
    return isUseCase(name) ? modelOf(name) : all.model(name);
  }

  @Override
  public RegisteredModel renameModel(String name, String newName) {
    if (isUseCase(name)) {
      throw refused(name, "it can't be renamed here");
    }
    if (isUseCase(newName)) {
      throw TrackingError.exists("Registered Model (name=%s) already exists.".formatted(newName));
    }
    return all.renameModel(name, newName);
  }

  @Override
  public RegisteredModel describeModel(String name, String description) {
    if (!isUseCase(name)) {
      return all.describeModel(name, description);
    }
    keep(name, new ControlChange.Described(0, description));
    return modelOf(name);
  }

  @Override
  public void deleteModel(String name) {
    if (isUseCase(name)) {
      throw refused(name, "it can't be deleted here");
    }
    all.deleteModel(name);
  }

  @Override
  public Page<RegisteredModel> searchModels(Search search) {
    return merged(
        search,
        new Scan<>(Query.of(Searched.MODELS, search), Values.MODELS),
        () -> registry.useCases().stream().map(this::modelOf).toList(),
        all::searchModels,
        model -> !isUseCase(model.name()));
  }

  @Override
  public void setModelTag(String name, Tag tag) {
    if (isUseCase(name)) {
      keep(name, new ControlChange.Tagged(0, tag.key(), Optional.of(tag.value())));
    } else {
      all.setModelTag(name, tag);
    }
  }

  @Override
  public void deleteModelTag(String name, String key) {
    if (isUseCase(name)) {
      untag(name, 0, key);
    } else {
      all.deleteModelTag(name, key);
    }
  }

  private void untag(String name, int version, String key) {
    if (known(name).tags().getOrDefault(version, Map.of()).containsKey(key)) {
      keep(name, new ControlChange.Tagged(version, key, Optional.empty()));
    }
  }

  private void keep(String name, ControlChange change) {
    var _ = told(() -> registry.recordNew(name, change, Caller.name(), MLFLOW));
  }

  // Aliases and stages

  @Override
  public void setAlias(String name, String alias, int version, String user) {
    if (!isUseCase(name)) {
      all.setAlias(name, alias, version, user);
      return;
    }
    var _ = require(name, version);
    if (alias.equals(CHAMPION)) {
      var _ = promote(name, version, user);
      return;
    }
    if (!ALIAS.matcher(alias).matches() || RESERVED.matcher(alias).matches()) {
      throw TrackingError.invalid(
          "Invalid alias name '%s' of a use case: it must match %s, and not be 'latest' or 'v' and"
                  .formatted(alias.length() > 80 ? alias.substring(0, 80) + "…" : alias, ALIAS)
              + " a number.");
    }
    var _ = told(() -> registry.setAlias(name, alias, version, user, MLFLOW));
  }

  /// @return the champion before
  private Optional<ModelVersion> promote(String name, int version, String user) {
    Promotions.Outcome outcome =
        told(() ->
            registry
                .promotions()
                .promote(name, version, new Promotions.Actor(user, false), false, MLFLOW));
    return switch (outcome) {
      case Promotions.Outcome.Promoted promoted -> promoted.previous();
      case Promotions.Outcome.Waiting waiting ->
          throw new TrackingError(
              TrackingError.Code.PERMISSION_DENIED,
              "Version %d of '%s' waits for the approval of another person than '%s'; it was asked for."
                  .formatted(version, name, waiting.requester()));
    };
  }

  @Override
  public void deleteAlias(String name, String alias, String user) {
    if (!isUseCase(name)) {
      all.deleteAlias(name, alias, user);
      return;
    }
    if (alias.equals(CHAMPION)) {
      throw refused(name, "its champion can be moved or rolled back, not taken away");
    }
    if (ALIAS.matcher(alias).matches()) {
      var _ = told(() -> registry.removeAlias(name, alias, user, MLFLOW));
    }
  }

  @Override
  public RegisteredVersion aliased(String name, String alias) {
    if (!isUseCase(name)) {
      return all.aliased(name, alias);
    }
    KnownUseCase known = known(name);
    ModelVersion version = known.aliases().get(alias);
    if (version == null) {
      throw TrackingError.invalid("Registered model alias %s not found.".formatted(alias));
    }
    return known.version(version);
  }

  @Override
  public List<RegisteredVersion> latest(String name, List<String> stages) {
    return isUseCase(name)
        ? known(name).newest(stages.stream().map(WithBundles::stage).toList())
        : all.latest(name, stages);
  }

  @Override
  public RegisteredVersion moveTo(
      String name, int version, String stage, boolean archiveOthers, String user) {
    if (!isUseCase(name)) {
      return all.moveTo(name, version, stage, archiveOthers, user);
    }
    var _ = require(name, version);
    Stage to = stage(stage);
    if (archiveOthers && to != Stage.STAGING && to != Stage.PRODUCTION) {
      throw TrackingError.invalid(
          "Model version transition cannot archive existing model versions because '%s' is not an"
                  .formatted(stage)
              + " Active stage. Valid stages are Staging, Production");
    }
    KnownUseCase before = known(name);
    if (to == Stage.PRODUCTION) {
      promote(name, version, user)
          .filter(previous -> previous.version() != version)
          .ifPresent(previous ->
              moved(name, previous.version(), archiveOthers ? Stage.ARCHIVED : Stage.NONE, user));
    } else if (before.stage(version) == Stage.PRODUCTION) {
      throw refused(
          name, "version %d is its champion; promote another one or roll back".formatted(version));
    } else {
      if (archiveOthers) {
        before.stages().keySet().stream()
            .filter(other -> other != version && before.stage(other) == to)
            .forEach(other -> moved(name, other, Stage.ARCHIVED, user));
      }
      moved(name, version, to, user);
    }
    return version(name, version);
  }

  private void moved(String name, int version, Stage stage, String user) {
    var _ =
        told(() ->
            registry.recordNew(
                name, new ControlChange.StageMoved(version, stage.word()), user, MLFLOW));
  }

  // Versions

  @Override
  public RegisteredVersion createVersion(
      String name,
      String source,
      String user,
      @Nullable String runId,
      @Nullable String runLink,
      @Nullable String modelId,
      String description,
      List<Tag> tags) {
    if (isUseCase(name)) {
      throw refused(name, "no version can be added here");
    }
    return all.createVersion(name, source, user, runId, runLink, modelId, description, tags);
  }

  @Override
  public RegisteredVersion version(String name, int version) {
    return isUseCase(name)
        ? known(name).version(require(name, version))
        : all.version(name, version);
  }

  @Override
  public RegisteredVersion describeVersion(String name, int version, String description) {
    if (!isUseCase(name)) {
      return all.describeVersion(name, version, description);
    }
    var _ = require(name, version);
    keep(name, new ControlChange.Described(version, description));
    return version(name, version);
  }

  @Override
  public void deleteVersion(String name, int version) {
    if (isUseCase(name)) {
      throw refused(name, "version %d can't be deleted here".formatted(version));
    }
    all.deleteVersion(name, version);
  }

  @Override
  public Page<RegisteredVersion> searchVersions(Search search) {
    return merged(
        search,
        new Scan<>(Query.of(Searched.VERSIONS, search), Values.VERSIONS),
        () -> registry.useCases().stream().flatMap(name -> known(name).all().stream()).toList(),
        all::searchVersions,
        version -> !isUseCase(version.model()));
  }

  @Override
  public String downloadUri(String name, int version) {
    return isUseCase(name)
        ? SOURCE + require(name, version).bundleHash()
        : all.downloadUri(name, version);
  }

  @Override
  public void setVersionTag(String name, int version, Tag tag) {
    if (!isUseCase(name)) {
      all.setVersionTag(name, version, tag);
      return;
    }
    var _ = require(name, version);
    if (tag.key().equals(BUNDLE_TAG) || tag.key().equals(PASSED_TAG)) {
      throw refused(name, "tag '%s' says what the version is".formatted(tag.key()));
    }
    keep(name, new ControlChange.Tagged(version, tag.key(), Optional.of(tag.value())));
  }

  @Override
  public void deleteVersionTag(String name, int version, String key) {
    if (!isUseCase(name)) {
      all.deleteVersionTag(name, version, key);
      return;
    }
    var _ = require(name, version);
    untag(name, version, key);
  }

  /// One page of both, in one order. Pages end with the keys of their last record, so that the same
  /// token continues both.
  private static <T> Page<T> merged(
      Search search,
      Scan<T> scan,
      Supplier<List<T>> ours,
      Function<Search, Page<T>> theirs,
      Predicate<T> shown) {
    Page<T> mine = scan.page(ours.get(), "", search.most(), search.token());
    Page<T> others = theirs.apply(search);
    List<T> together = new ArrayList<>(mine.items());
    others.items().stream().filter(shown).forEach(together::add);
    if (mine.items().isEmpty()) {
      return new Page<>(together, others.next());
    }
    Page<T> page = scan.page(together, "", search.most(), null);
    boolean more = page.next() != null || mine.next() != null || others.next() != null;
    return new Page<>(
        page.items(),
        more ? new PageToken(scan.keys(page.items().getLast())).write(scan.query(), "") : null);
  }
}
