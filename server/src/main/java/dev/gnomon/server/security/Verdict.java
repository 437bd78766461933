package dev.gnomon.server.security;

import io.grpc.Context;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Whether a request may go on: as whom, or why not.
public sealed interface Verdict {

  /// Who asks.
  ///
  /// @param name of the token, or the subject of an identity provider; for people and the ledger
  /// @param useCases that the caller may use; empty for all
  /// @param approves whether the caller may say yes to what needs approval
  /// @param csrf what every form of the caller's pages must bring along; null for callers that no
  ///   browser speaks for by itself
  record Principal(
      String name, Role role, SortedSet<String> useCases, boolean approves, @Nullable String csrf)
      implements Verdict {
    /// Somebody of whom nothing is known: may do what needs no role.
    public static final Principal NOBODY =
        new Principal("nobody", Role.NONE, new TreeSet<>(), false, null);

    /// Where the caller of a gRPC method stands while it runs.
    static final Context.Key<Principal> OF_CALL =
        Context.keyWithDefault("gnomon-principal", NOBODY);

    /// A program on this machine, where no tokens are needed.
    static Principal local(String csrf) {
      return new Principal("local", Role.ADMIN, new TreeSet<>(), true, csrf);
    }

    /// The caller of the gRPC method that runs on this thread.
    public static Principal ofCall() {
      return OF_CALL.get();
    }

    public boolean mayUse(String useCase) {
      return useCases.isEmpty() || useCases.contains(useCase);
    }

    /// Whether the caller may approve changes of a use case: a right of its own beside the role.
    public boolean mayApprove(String useCase) {
      return approves && mayUse(useCase);
    }

    /// Whether a study or a registered model is open to the caller. It belongs to the use case of
    /// its name, or of the part of its name before the first `/`: `churn` and `churn/ideas` to
    /// `churn`.
    public boolean mayUseNamed(String studyOrModel) {
      int slash = studyOrModel.indexOf('/');
      return mayUse(slash < 0 ? studyOrModel : studyOrModel.substring(0, slash));
    }

    /// The same caller, for whom a browser speaks.
    Principal withForms(String key) {
      return new Principal(name, role, useCases, approves, key);
    }

    /// Whether all use cases are open to the caller.
    public boolean mayUseAll() {
      return useCases.isEmpty();
    }
  }

  /// Not now: the same is to be asked again in a moment, for as long as [#MOST_MILLIS] in all.
  ///
  /// @param nanos how long to wait
  /// @param otherwise what to say when there is no more time
  record Later(long nanos, Denied otherwise) implements Verdict {
    /// How long a request may wait in all.
    public static final long MOST_MILLIS = 10_000;

    /// Milliseconds, at least one.
    public long millis() {
      return Math.max(1, (nanos + 999_999) / 1_000_000);
    }
  }

  /// The request ends here.
  ///
  /// @param status 401 (who are you?), 403 (not you), 429 (not so fast), 503 (can't tell)
  /// @param who asked; empty when that is not known
  record Denied(int status, String title, String detail, Map<String, String> headers, String who)
      implements Verdict {
    public Denied {
      headers = Map.copyOf(headers);
    }

    /// To somebody unknown.
    public Denied(int status, String title, String detail, Map<String, String> headers) {
      this(status, title, detail, headers, "");
    }

    Denied to(Principal who) {
      return new Denied(status, title, detail, headers, who.name());
    }

    static Denied forbidden(String detail) {
      return new Denied(403, "Forbidden", detail, Map.of());
    }

    /// Something that is needed to answer is away.
    static Denied unavailable(String detail) {
      return new Denied(503, "Unavailable", detail, Map.of("Retry-After", "1"));
    }

    static Denied tooMany(String detail, long waitNanos) {
      long seconds = Math.max(1, (waitNanos + 999_999_999L) / 1_000_000_000L);
      return new Denied(
          429, "Too many requests", detail, Map.of("Retry-After", Long.toString(seconds)));
    }
  }
}
