package dev.gnomon.server.pages;

import dev.gnomon.monitoring.MonitorReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What the pages show of one use case.
///
/// @param decision what is decided, as the file states it
/// @param live empty while fallback rules decide
/// @param latency empty until there were requests
/// @param decisionsLastDay within the last 24 hours
/// @param versions newest first
/// @param latest decisions, newest first
public record UseCaseView(
    String name,
    Optional<String> decision,
    Optional<String> owner,
    Optional<Live> live,
    Optional<Latency> latency,
    long decisionsLastDay,
    long decisionsTotal,
    List<Version> versions,
    List<Latest> latest,
    MonitorReport monitor) {
  public UseCaseView {
    versions = List.copyOf(versions);
    latest = List.copyOf(latest);
  }

  /// The version that decides.
  ///
  /// @param model what kind it is, for people
  public record Live(int version, Instant since, String bundle, String model) {}

  /// Of decisions, in milliseconds, measured in the server.
  ///
  /// @param limit of the 99th percentile, as the file states it
  public record Latency(double p50, double p99, long requests, OptionalDouble limit) {}

  /// @param passed every gate
  /// @param report whether there is an evaluation report to read
  public record Version(int version, Instant registered, boolean passed, boolean report) {}

  /// One decision.
  ///
  /// @param answer for people: `yes`, `no`
  /// @param why the variant or cause where it is not simply the model's; empty otherwise
  /// @param expectedCost NaN without costs
  public record Latest(
      String predictionId,
      String key,
      Instant at,
      double score,
      String answer,
      String why,
      int version,
      double expectedCost) {}
}
