package dev.gnomon.server.security;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Ends connections on which a request does not arrive in its time: a client that sends a byte now
/// and then would otherwise hold one for ever, since it is never idle. Also bounds their number.
///
/// One for each event loop, which alone calls it; only the number of connections is shared.
public final class Arrivals {
  private static final int MOST_CONNECTIONS = 10_000;

  /// For the next head. Idle connections end long before.
  private static final long NEXT_HEAD = TimeUnit.SECONDS.toNanos(300);

  private final AtomicInteger connections;
  private final LongSupplier nanos;
  private final long limit;
  private final Map<HttpConnection, Seen> open = new HashMap<>();
  private final Arrival first = new Arrival(null, 0);

  private static final class Seen {
    long nanos;
    boolean requested;
  }

  /// A request whose end is not there yet; in a ring by the time of its head.
  public static final class Arrival {
    private final @Nullable HttpServerRequest request;
    private final long began;
    private Arrival before = this;
    private Arrival next = this;

    private Arrival(@Nullable HttpServerRequest request, long began) {
      this.request = request;
      this.began = began;
    }

    /// It is there, or will not come.
    public void ended() {
      before.next = next;
      next.before = before;
      before = this;
      next = this;
    }
  }

  /// @param limit for a request from its head to its end, and for the first head of a connection
  /// @param connections of all event loops
  public Arrivals(Duration limit, AtomicInteger connections, LongSupplier nanos) {
    this.limit = limit.toNanos();
    this.connections = connections;
    this.nanos = nanos;
  }

  /// A client connected.
  public void opened(HttpConnection connection) {
    if (connections.incrementAndGet() > MOST_CONNECTIONS) {
      connections.decrementAndGet();
      var _ = connection.close();
      return;
    }
    Seen seen = new Seen();
    seen.nanos = nanos.getAsLong();
    open.put(connection, seen);
    connection.closeHandler(closed -> {
      if (open.remove(connection) != null) {
        connections.decrementAndGet();
      }
    });
  }

  /// The head of a request is there.
  public Arrival began(HttpServerRequest request) {
    long now = nanos.getAsLong();
    Seen seen = open.get(request.connection());
    if (seen != null) {
      seen.nanos = now;
      seen.requested = true;
    }
    Arrival arrival = new Arrival(request, now);
    arrival.before = first.before;
    arrival.next = first;
    first.before.next = arrival;
    first.before = arrival;
    return arrival;
  }

  /// Closes what takes too long; to be called every second.
  public void sweep() {
    long now = nanos.getAsLong();
    while (first.next != first && now - first.next.began > limit) {
      Arrival late = first.next;
      late.ended();
      if (late.request != null) {
        var _ = late.request.connection().close();
      }
    }
    List<HttpConnection> late = new ArrayList<>();
    open.forEach((connection, seen) -> {
      if (now - seen.nanos > (seen.requested ? NEXT_HEAD : limit)) {
        late.add(connection);
      }
    });
    // Not inside the walk: closing one takes it away.
    for (HttpConnection connection : late) {
      var _ = connection.close();
    }
  }
}
