package dev.gnomon.server.mlflow;

import dev.gnomon.artifacts.ArtifactPath;
import dev.gnomon.server.security.TrackingScope;
import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.tracking.LoggedModel;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the artifacts of runs, versions and logged models lie, and whose they are.
final class ArtifactPlaces {
  private static final Pattern PROXIED =
      Pattern.compile("mlflow-artifacts:(?://[^/]*)?(?:/+(.*))?", Pattern.DOTALL);
  private static final Pattern OF_RUN =
      Pattern.compile("runs:/+([^/]+)(?:/+(.*))?", Pattern.DOTALL);
  private static final Pattern OF_MODEL =
      Pattern.compile("models:/+(m-[^/]+)(?:/+(.*))?", Pattern.DOTALL);

  private final TrackingScope tracking;

  ArtifactPlaces(TrackingScope tracking) {
    this.tracking = tracking;
  }

  /// What may be seen of tracking.
  Tracking tracking(Principal caller) {
    return tracking.of(caller);
  }

  /// The first name of a path is the study's: a token for some use cases reaches its studies only.
  ///
  /// @return the path
  /// @throws TrackingError when it is none of the caller's
  ArtifactPath checked(Principal caller, ArtifactPath path) {
    if (!caller.mayUseAll()) {
      if (path.isRoot()) {
        throw new TrackingError(
            TrackingError.Code.PERMISSION_DENIED,
            "The token '%s' is for some use cases only.".formatted(caller.name()));
      }
      var _ = tracking.of(caller).study(path.parts().getFirst());
    }
    return path;
  }

  /// The directory of a run.
  ArtifactPath run(Principal caller, String id) {
    return at(caller, tracking.of(caller).run(id).info().artifactUri());
  }

  /// The directory of a logged model.
  ArtifactPath loggedModel(Principal caller, String id) {
    LoggedModel model = tracking.of(caller).loggedModel(id, false);
    return at(caller, model.artifactUri());
  }

  /// The directory of a registered version.
  ArtifactPath version(Principal caller, String name, int version) {
    return at(caller, tracking.of(caller).downloadUri(name, version));
  }

  /// Where a location leads within this store.
  ///
  /// @throws TrackingError when it leads elsewhere
  private ArtifactPath at(Principal caller, String location) {
    Matcher proxied = PROXIED.matcher(location);
    if (proxied.matches()) {
      return checked(caller, ArtifactPath.directory(rest(proxied, 1)));
    }
    Matcher run = OF_RUN.matcher(location);
    if (run.matches()) {
      return run(caller, run.group(1)).child(rest(run, 2));
    }
    Matcher model = OF_MODEL.matcher(location);
    if (model.matches()) {
      return loggedModel(caller, model.group(1)).child(rest(model, 2));
    }
    throw TrackingError.invalid(
        "These artifacts are not kept by this server; it keeps those of mlflow-artifacts:/… only.");
  }

  private static String rest(Matcher matcher, int group) {
    String rest = matcher.group(group);
    return rest == null ? "" : rest;
  }
}
