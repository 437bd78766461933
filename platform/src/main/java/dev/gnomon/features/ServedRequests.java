package dev.gnomon.features;

/// Requests that were answered, with the features as they were served.
public interface ServedRequests {
  /// Calls back for each request, every time in the same order.
  void forEach(Sink sink);

  /// Takes one request at a time.
  interface Sink {
    /// @param key of the observation
    /// @param at the observation time, microseconds
    /// @param madeAt the platform's clock when it was answered, microseconds: what arrived later
    ///   was not seen
    /// @param position by which people find the request again
    /// @param served under the row of the plan; only good until this returns. Values that came with
    ///   the request are marked ([FeatureRow#isGiven])
    void request(String key, long at, long madeAt, long position, FeatureRow served);
  }
}
