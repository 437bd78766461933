package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Arrivals;
import dev.gnomon.server.security.Tls;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// Listens, and gives each request to [Reception]. One event loop per core.
public final class HttpFront implements AutoCloseable {
  private static final int LOOPS = Math.max(1, Runtime.getRuntime().availableProcessors());
  private static final int DRAIN_SECONDS = 10;
  private static final Duration LEAVING = Duration.ofMillis(500);
  private static final long LOOK_NANOS = 5_000_000;

  private final Reception reception;
  private final Access access;
  private final Consumer<Throwable> unexpected;
  private final Vertx vertx;
  private final AtomicInteger connections = new AtomicInteger();
  private final LongAdder refused = new LongAdder();
  private final Queue<HttpServer> listening = new ConcurrentLinkedQueue<>();
  private volatile int port;

  /// @param access says who may go on; closed with the server, not here
  /// @param unexpected told about failures that are bugs; the client sees a 500 without internals
  public HttpFront(
      List<Route> routes,
      PrometheusMeterRegistry metrics,
      Access access,
      Consumer<Throwable> unexpected) {
    this.access = access;
    this.unexpected = unexpected;
    this.vertx =
        Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(LOOPS));
    this.reception = new Reception(routes, metrics, access, vertx, unexpected);
  }

  /// Starts to listen.
  ///
  /// @param wantedPort 0 for any free one
  /// @throws BadInput when the address can't be bound
  public void start(String host, int wantedPort) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            // One server on each event loop; they share the port. Negative means: any free one, the
            // same for all.
            .setPort(wantedPort == 0 ? -1 : wantedPort)
            .setReuseAddress(true)
            .setIdleTimeout(75)
            .setIdleTimeoutUnit(TimeUnit.SECONDS)
            .setMaxInitialLineLength(8_192)
            .setMaxHeaderSize(16_384)
            .setHandle100ContinueAutomatically(true)
            // Looking out for HTTP/2 without TLS hides a connection until its first head is there.
            .setHttp2ClearTextEnabled(false)
            .setTcpNoDelay(true);
    access
        .tls()
        .ifPresent(tls ->
            options
                .setSsl(true)
                .setKeyCertOptions(KeyCertOptions.wrap(tls.keys()))
                .setEnabledSecureTransportProtocols(new LinkedHashSet<>(Tls.PROTOCOLS)));
    try {
      vertx
          .deployVerticle(() -> new Listener(options), new DeploymentOptions().setInstances(LOOPS))
          .toCompletionStage()
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting", e);
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      String why = String.valueOf(e.getCause() == null ? e : e.getCause().getMessage());
      throw new BadInput(
          "--host %s --port %d".formatted(host, wantedPort),
          "can't listen there: " + why,
          "a free port (0 lets the system choose one) and an address of this machine");
    }
  }

  /// How many requests were refused because too many came.
  public long refused() {
    return refused.sum();
  }

  /// The port that is listened on.
  public int port() {
    return port;
  }

  /// Whether the server is about to stop: it still answers, and asks clients to go elsewhere.
  public boolean draining() {
    return reception.draining();
  }

  /// Stops accepting, answers what was asked, and frees the port. Every answer meanwhile closes its
  /// connection, so that clients with a next request turn to another server.
  @Override
  public void close() {
    reception.drain();
    // A connection that is asked over and over is told to close with its next answer; closed from
    // here it might be just as the next request is on its way.
    long until = System.nanoTime() + LEAVING.toNanos();
    while (connections.get() > 0 && System.nanoTime() < until) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    try {
      Future.join(
              listening.stream()
                  .map(server -> server.shutdown(DRAIN_SECONDS, TimeUnit.SECONDS))
                  .toList())
          .toCompletionStage()
          .toCompletableFuture()
          .get(DRAIN_SECONDS + 1, TimeUnit.SECONDS);
      reception.finish(DRAIN_SECONDS);
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      unexpected.accept(e);
    }
  }

  private final class Listener extends VerticleBase {
    private final HttpServerOptions options;

    Listener(HttpServerOptions options) {
      this.options = options;
    }

    @Override
    public Future<?> start() {
      HttpServer server = vertx.createHttpServer(options);
      listening.add(server);
      Backlog backlog =
          new Backlog(
              what -> context.runOnContext(ignored -> what.run()), System::nanoTime, refused);
      Arrivals arrivals = new Arrivals(access.arrival(), connections, System::nanoTime);
      vertx.setPeriodic(1_000, tick -> arrivals.sweep());
      return server
          .connectionHandler(arrivals::opened)
          .requestHandler(request -> reception.receive(request, arrivals, backlog))
          .invalidRequestHandler(request -> reception.send(request.response(), Refusals.notHttp()))
          .listen()
          .onSuccess(listening -> port = listening.actualPort());
    }
  }
}
