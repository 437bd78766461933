package dev.gnomon.server;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.log.LogReadings;
import dev.gnomon.server.feast.FeastGrpc;
import dev.gnomon.server.feast.FeastRoutes;
import dev.gnomon.server.inference.InferenceLimits;
import dev.gnomon.server.inference.InferenceSurface;
import dev.gnomon.server.pages.Pages;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Audit;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Security;
import dev.gnomon.server.telemetry.SlowDecisions;
import dev.gnomon.server.telemetry.Telemetry;
import dev.gnomon.server.telemetry.Tracing;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVerification;
import dev.gnomon.serving.ServingNode;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A serving node behind HTTP: API, operations, pages. Looks for newly promoted versions every
/// second.
public final class GnomonServer implements AutoCloseable {
  private final ServingNode node;
  private final Access access;
  private final List<Route> routes;
  private final HttpFront front;
  private final GrpcFront grpc;
  private final InferenceSurface inference;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Tracing tracing;
  private final StreamGauges streams = new StreamGauges(metrics);
  private final RequestGauges requests = new RequestGauges(metrics);
  private final ScheduledExecutorService refreshing =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("gnomon-refresh").factory());

  private final Consumer<Throwable> told;
  private volatile @Nullable Future<?> next;
  private boolean failing; // of the thread that refreshes

  /// @param node becomes this server's: it is closed with it
  /// @param version of the software, for `/openapi.json`
  /// @param told of failures that are bugs, one line each with its cause
  public GnomonServer(
      ServingNode node, ArrivalClock clock, String version, Consumer<Throwable> told) {
    this(node, clock, version, told, List.of());
  }

  /// As above, with further routes beside its own.
  public GnomonServer(
      ServingNode node,
      ArrivalClock clock,
      String version,
      Consumer<Throwable> told,
      List<Route> more) {
    this(node, clock, version, told, more, Access.open(Security.of(node.home()), ignored -> {}));
  }

  /// As above, saying who may call.
  ///
  /// @param access becomes this server's: it is closed with it
  public GnomonServer(
      ServingNode node,
      ArrivalClock clock,
      String version,
      Consumer<Throwable> told,
      List<Route> more,
      Access access) {
    this(node, clock, version, told, more, access, InferenceLimits.DEFAULT);
  }

  /// As above, with limits of its own for requests of the Open Inference Protocol.
  public GnomonServer(
      ServingNode node,
      ArrivalClock clock,
      String version,
      Consumer<Throwable> told,
      List<Route> more,
      Access access,
      InferenceLimits limits) {
    this(node, clock, version, told, more, access, limits, Telemetry.NONE);
  }

  /// As above, telling about single requests.
  ///
  /// @param telemetry becomes this server's: its tracing is closed with it
  public GnomonServer(
      ServingNode node,
      ArrivalClock clock,
      String version,
      Consumer<Throwable> told,
      List<Route> more,
      Access access,
      InferenceLimits limits,
      Telemetry telemetry) {
    this.node = node;
    this.tracing = telemetry.tracing();
    this.access = access;
    access.sources(this::readers);
    this.told = told;
    Map<String, Timer> decideTimes = new HashMap<>();
    Map<String, StageTimes> stageTimes = new HashMap<>();
    Map<String, SlowDecisions> slow = new HashMap<>();
    for (LiveUseCase live : node.useCases()) {
      String name = live.useCase().name();
      decideTimes.put(name, decideTimer(name));
      stageTimes.put(name, new StageTimes(name, metrics));
      slow.put(
          name,
          new SlowDecisions(live.useCase().production().serving().deadline(), telemetry.slow()));
      gauges(live);
      ServingMetrics.register(live, metrics);
    }
    machine();
    DriftReadings drift = new DriftReadings(node, metrics);
    UseCaseRoutes deciding = new UseCaseRoutes(node, clock, decideTimes, stageTimes, slow, drift);
    List<Route> routes = new ArrayList<>(deciding.routes());
    CheckMetrics.register(node, metrics);
    routes.add(UseCaseRoutes.models(node));
    routes.add(new ErasureRoutes(node).route());
    FeastRoutes feast = new FeastRoutes(node, clock);
    routes.addAll(feast.routes());
    this.inference = InferenceSurface.of(node, deciding::decide, version, clock, limits, told);
    routes.addAll(inference.routes());
    List<ServerServiceDefinition> services = new ArrayList<>(inference.services());
    services.add(FeastGrpc.service(feast, version, told));
    this.grpc = new GrpcFront(services, Math.max(limits.maxBytes(), FeastGrpc.MAX_BYTES), access);
    routes.add(live());
    routes.add(ready());
    routes.add(metrics());
    routes.addAll(more);
    AtomicReference<byte[]> document = new AtomicReference<>(new byte[0]);
    routes.add(
        Route.get(
            Role.VIEWER,
            "/openapi.json",
            "This interface as OpenAPI 3.1",
            request -> Answer.json(200, document.get())));
    routes.addAll(Pages.routes(new NodePages(node, clock, decideTimes, drift)));
    routes.addAll(new SignInPages(access).routes());
    routes.replaceAll(route -> decides(route) ? tracing.traced(route) : route);
    this.routes = List.copyOf(routes);
    document.set(OpenApi.document(routes, version));
    this.front = new HttpFront(routes, metrics, access, told);
    FunctionCounter.builder("gnomon.http.refused", front, HttpFront::refused)
        .description("Requests refused because more came than could be answered in time")
        .register(metrics);
    FunctionCounter.builder("gnomon.access.refused", access, Access::refusals)
        .description("Requests refused since their caller may not ask that")
        .register(metrics);
    FunctionCounter.builder("gnomon.audit.counted", access.audit(), Audit::counted)
        .description("Refused and failed requests that the audit counts instead of telling each")
        .register(metrics);
    FunctionCounter.builder("gnomon.audit.lost", access.audit(), Audit::lost)
        .description("Lines of the audit that could not be kept")
        .register(metrics);
  }

  /// The process itself, by the names that dashboards of the JVM know.
  private void machine() {
    new JvmMemoryMetrics().bindTo(metrics);
    collections.bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new FileDescriptorMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new UptimeMetrics().bindTo(metrics);
  }

  /// Whether requests of a route are traced: those that lead to a decision.
  private static boolean decides(Route route) {
    return route.method().equals("POST")
        && (route.pattern().endsWith("/decide")
            || route.pattern().endsWith("/decide:batch")
            || route.pattern().endsWith("/infer"));
  }

  /// Everything that is answered over HTTP.
  public List<Route> routes() {
    return routes;
  }

  /// The full names of all gRPC methods.
  public List<String> grpcMethods() {
    return grpc.methods();
  }

  /// The use cases that read a source.
  private Set<String> readers(String source) {
    return node.useCases().stream()
        .map(LiveUseCase::useCase)
        .filter(useCase -> useCase.data().sources().containsKey(source))
        .map(UseCase::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private Timer decideTimer(String useCase) {
    return Timer.builder("gnomon.decide.seconds")
        .description("From the parsed request to the logged decision")
        .tag("usecase", useCase)
        .publishPercentiles(0.5, 0.99)
        .distributionStatisticExpiry(Duration.ofMinutes(10))
        .register(metrics);
  }

  /// Listens and begins to look for new versions.
  public void start(String host, int port) {
    access.requireSafe(host);
    access.start();
    front.start(host, port);
    refreshing.execute(this::refresh);
  }

  /// Listens for gRPC too.
  ///
  /// @param port 0 for any free one
  /// @return the port that is listened on
  /// @throws dev.gnomon.core.BadInput when the address can't be bound
  public int startGrpc(String host, int port) {
    access.requireSafe(host);
    return grpc.start(host, port);
  }

  /// Plans itself anew each time, so that a failure of one look does not end the looking. A
  /// registry that is away is told of when it goes, not with every look.
  private void refresh() {
    try {
      node.refresh();
      failing = false;
    } catch (RuntimeException e) {
      if (!failing) {
        failing = true;
        told.accept(e);
      }
    } finally {
      if (!refreshing.isShutdown()) {
        next = refreshing.schedule(this::refresh, 1, TimeUnit.SECONDS);
      }
    }
  }

  public int port() {
    return front.port();
  }

  private static Route live() {
    return Route.get(
        Role.NONE,
        "/health/live",
        "Whether the process runs",
        request -> Answer.json(200, "{\"live\":true}"));
  }

  private Route ready() {
    return Route.get(
        Role.NONE,
        "/health/ready",
        "Whether decisions are given; also by fallback rules",
        request -> {
          boolean ready = !front.draining() && node.warm();
          StringBuilder out = new StringBuilder("{\"ready\":" + ready + ",\"useCases\":{");
          List<LiveUseCase> all = node.useCases();
          for (int i = 0; i < all.size(); i++) {
            out.append(i == 0 ? "" : ",")
                .append('"')
                .append(all.get(i).useCase().name())
                .append("\":")
                .append(
                    all.get(i)
                        .decisions()
                        .live()
                        .map(v -> Integer.toString(v.version()))
                        .orElse("null"));
          }
          out.append('}');
          StreamGauges.health(node.streams(), out);
          RequestGauges.health(node.requests(), out);
          return Answer.json(ready ? 200 : 503, out.append('}').toString());
        });
  }

  private Route metrics() {
    return Route.get(
        Role.VIEWER,
        "/metrics",
        "Prometheus metrics",
        request -> {
          streams.refresh(node.streams());
          requests.refresh(node.requests());
          return Answer.text("text/plain; version=0.0.4; charset=utf-8", metrics.scrape());
        });
  }

  private void gauges(LiveUseCase live) {
    String name = live.useCase().name();
    Gauge.builder(
            "gnomon.version.live",
            live,
            one -> one.decisions().live().map(v -> (double) v.version()).orElse(0.0))
        .description("The version that decides; 0 while fallback rules do")
        .tag("usecase", name)
        .register(metrics);
    gauge(
        name,
        "gnomon.log.since.force.seconds",
        "Time since decisions were last forced to disk",
        live,
        readings -> readings.sinceForce().toNanos() / 1e9);
    counter(
        name,
        "gnomon.feature.verified.values",
        "Served values of a sample that were computed once more by the other engine",
        live,
        LiveVerification::values);
    counter(
        name,
        "gnomon.feature.verified.differing",
        "Those of them that are not the same bits",
        live,
        LiveVerification::differing);
    counter(
        name,
        "gnomon.feature.verified.compacted",
        "Sampled values that tiles stand for, which only a replay of the log verifies",
        live,
        LiveVerification::compacted);
    Gauge.builder("gnomon.online.keys", live, one -> one.features().size().keys())
        .description("Keys whose features are kept")
        .tag("usecase", name)
        .register(metrics);
  }

  private void counter(
      String name,
      String metric,
      String description,
      LiveUseCase live,
      ToDoubleFunction<LiveVerification> reading) {
    FunctionCounter.builder(metric, live.verification(), reading)
        .description(description)
        .tag("usecase", name)
        .register(metrics);
  }

  private void gauge(
      String name,
      String metric,
      String description,
      LiveUseCase live,
      ToDoubleFunction<LogReadings> reading) {
    Gauge.builder(
            metric,
            live,
            one -> {
              try {
                return reading.applyAsDouble(one.readings());
              } catch (IOException e) {
                return Double.NaN;
              }
            })
        .description(description)
        .tag("usecase", name)
        .register(metrics);
  }

  /// Stops listening, then closes the logs.
  @Override
  public void close() throws IOException {
    Future<?> planned = next;
    if (planned != null) {
      planned.cancel(false);
    }
    refreshing.shutdownNow();
    inference.close();
    grpc.close();
    front.close();
    access.close();
    tracing.close();
    collections.close();
    node.close();
  }
}
