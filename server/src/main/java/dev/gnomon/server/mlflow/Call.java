package dev.gnomon.server.mlflow;

import dev.gnomon.server.security.Role;
import dev.gnomon.tracking.Tracking;
import tools.jackson.core.JsonGenerator;

/// One call of MLflow's interface.
///
/// @param path behind `/api/2.0/mlflow`
/// @param maxBody bytes; 413 beyond
record Call(String method, String path, Role role, String summary, int maxBody, Work work) {
  static final int MAX_BODY = 2 << 20;

  /// Reads the fields and does what is asked, on what of tracking is the caller's.
  interface Work {
    Reply answer(Tracking tracking, Fields in);
  }

  /// Writes the members of the object that is answered.
  interface Reply {
    /// `{}`.
    Reply DONE = json -> {};

    void write(JsonGenerator json);
  }

  /// A call that changes something and has nothing to tell.
  interface Change {
    void make(Tracking tracking, Fields in);
  }

  static Call get(String path, String summary, Work work) {
    return new Call("GET", path, Role.VIEWER, summary, 0, work);
  }

  /// A search whose fields are too long for an address.
  static Call search(String path, String summary, Work work) {
    return new Call("POST", path, Role.VIEWER, summary, MAX_BODY, work);
  }

  static Call post(String path, String summary, Work work) {
    return of("POST", path, summary, work);
  }

  static Call of(String method, String path, String summary, Work work) {
    return new Call(method, path, Role.EDITOR, summary, MAX_BODY, work);
  }

  static Call change(String method, String path, String summary, Change change) {
    return of(
        method,
        path,
        summary,
        (tracking, in) -> {
          change.make(tracking, in);
          return Reply.DONE;
        });
  }

  static Call change(String path, String summary, Change change) {
    return change("POST", path, summary, change);
  }

  /// The same for another least role: what decides which version is live.
  Call by(Role other) {
    return new Call(method, path, other, summary, maxBody, work);
  }

  Call upTo(int bytes) {
    return new Call(method, path, role, summary, bytes, work);
  }
}
