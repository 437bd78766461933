package dev.gnomon.server.security;

import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.tracking.Study;
import dev.gnomon.tracking.Tracking;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives each caller the part of tracking that is theirs. A token for all use cases sees
/// everything; one for some sees the studies and registered models of their names, and what belongs
/// to these: runs, logged models, versions. See [Principal#mayUseNamed].
public final class TrackingScope {
  private static final int MOST = 10_000;

  private final Tracking all;

  /// The study of a run or a logged model, which never changes; its name may.
  private final Map<String, String> studies =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > MOST;
        }
      };

  public TrackingScope(Tracking all) {
    this.all = all;
  }

  /// What a caller may see and change. Everything else answers with `PERMISSION_DENIED`, or is left
  /// out of lists; closing it closes nothing.
  public Tracking of(Principal caller) {
    return caller.mayUseAll() ? all : new ScopedTracking(all, this, caller);
  }

  String studyOfRun(String run) {
    String known = known(run);
    return known == null ? know(run, all.run(run).info().studyId()) : known;
  }

  String studyOfModel(String model) {
    String known = known(model);
    return known == null ? know(model, all.loggedModel(model, true).studyId()) : known;
  }

  Study study(String id) {
    return all.study(id);
  }

  private synchronized @Nullable String known(String id) {
    return studies.get(id);
  }

  private synchronized String know(String id, String study) {
    studies.put(id, study);
    return study;
  }
}
