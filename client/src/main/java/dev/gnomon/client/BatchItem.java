package dev.gnomon.client;

import java.util.List;

/// What came of one item of a batch: each succeeds or fails by itself.
public sealed interface BatchItem {
  record Decided(Decision decision) implements BatchItem {}

  /// The request could not be used.
  record Refused(List<GnomonException.Problem> errors) implements BatchItem {
    public Refused {
      errors = List.copyOf(errors);
    }
  }

  static BatchItem of(Fields json) {
    return json.has("error")
        ? new Refused(json.object("error").problems())
        : new Decided(Decision.of(json));
  }
}
