package dev.gnomon.server;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// `gnomon_http_requests_seconds` by route and status. A timer is made when a status is first
/// answered; afterwards finding it costs two array reads.
final class RequestTimes {
  private static final int STATUSES = 600;
  private static final Duration[] LEVELS = {
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofSeconds(1)
  };

  private final PrometheusMeterRegistry metrics;
  private final IdentityHashMap<Route, AtomicReferenceArray<Timer>> timers =
      new IdentityHashMap<>();

  RequestTimes(List<Route> routes, PrometheusMeterRegistry metrics) {
    this.metrics = metrics;
    routes.forEach(route -> timers.put(route, new AtomicReferenceArray<>(STATUSES)));
  }

  /// @param route one of the list
  void record(Route route, int status, long nanos) {
    AtomicReferenceArray<Timer> own = timers.get(route);
    if (own == null || status >= STATUSES) {
      return;
    }
    Timer timer = own.get(status);
    if (timer == null) {
      timer = timer(route, status);
      own.set(status, timer);
    }
    timer.record(nanos, TimeUnit.NANOSECONDS);
  }

  /// The registry gives the same timer to whoever asks for it again.
  private Timer timer(Route route, int status) {
    return Timer.builder("gnomon.http.requests")
        .description("Requests by route and status")
        .tag("method", route.method())
        .tag("route", route.pattern())
        .tag("status", Integer.toString(status))
        .serviceLevelObjectives(LEVELS)
        .register(metrics);
  }
}
