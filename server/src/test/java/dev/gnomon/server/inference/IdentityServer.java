package dev.gnomon.server.inference;

import dev.gnomon.core.Home;
import dev.gnomon.server.GrpcFront;
import dev.gnomon.server.HttpFront;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.Security;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// The protocol of the server around the models that the contracts ask for.
final class IdentityServer implements AutoCloseable {
  static final int MAX_BYTES = 1 << 20;

  /// Failures that the server calls bugs.
  final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private final Access access;
  private final InferenceSurface surface;
  private final HttpFront http;
  private final GrpcFront grpc;
  private final int grpcPort;
  private final Semaphore arrived = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);

  /// @param home an empty folder
  IdentityServer(Path home) {
    access = Access.open(Security.of(new Home(home)), _ -> {});
    List<InferenceModel> models = new ArrayList<>();
    for (Datatype datatype : Datatype.values()) {
      models.add(identity("identity-" + datatype.name().toLowerCase(Locale.ROOT), datatype));
    }
    models.add(several());
    models.add(
        new Model(
            "unready", specs("in"), specs("out"), false, request -> List.of(), Datatype.FP64));
    models.add(
        new Model(
            "failing",
            specs("in"),
            specs("out"),
            true,
            request -> {
              throw new IllegalStateException("secret");
            },
            Datatype.FP64));
    models.add(
        line(
            "waiting",
            request -> {
              arrived.release();
              try {
                for (int i = 0; i < 2_000; i++) {
                  if (released.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                    break;
                  }
                  request.deadline().check();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                boolean _ = arrived.tryAcquire();
              }
              return echo(request);
            }));
    models.add(
        line(
            "arrival",
            request -> {
              try {
                if (arrived.tryAcquire(10, TimeUnit.SECONDS)) {
                  arrived.release();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return echo(request);
            }));
    models.add(
        line(
            "releasing",
            request -> {
              released.release();
              return echo(request);
            }));
    surface =
        new InferenceSurface(
            new ModelRepository(models, "test", InstantSource.system()),
            new InferenceLimits(MAX_BYTES),
            failures::add);
    http =
        new HttpFront(
            surface.routes(),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            access,
            failures::add);
    http.start("127.0.0.1", 0);
    grpc = new GrpcFront(surface.services(), MAX_BYTES, access);
    grpcPort = grpc.start("127.0.0.1", 0);
  }

  private static List<TensorSpec> specs(String name) {
    return List.of(new TensorSpec(name, Datatype.FP64, -1, -1));
  }

  private record Model(
      ModelMetadata metadata, boolean ready, Function<InferenceRequest, List<Tensor>> work)
      implements InferenceModel {
    Model(
        String name,
        List<TensorSpec> inputs,
        List<TensorSpec> outputs,
        boolean ready,
        Function<InferenceRequest, List<Tensor>> work,
        Datatype datatype) {
      this(
          new ModelMetadata(
              name,
              List.of("1", "2"),
              "test_identity",
              inputs,
              outputs,
              Map.of("datatype", datatype.name())),
          ready,
          work);
    }

    @Override
    public InferenceResponse infer(InferenceRequest request) {
      return new InferenceResponse(
          metadata.name(),
          request.version().isEmpty() ? "2" : request.version(),
          Optional.empty(),
          Map.of("rows", (long) request.inputs().size()),
          work.apply(request));
    }
  }

  private static Model identity(String name, Datatype datatype) {
    return new Model(
        name,
        List.of(new TensorSpec("in", datatype, -1, -1)),
        List.of(new TensorSpec("out", datatype, -1, -1)),
        true,
        IdentityServer::echo,
        datatype);
  }

  private static Model line(String name, Function<InferenceRequest, List<Tensor>> work) {
    return new Model(
        name,
        List.of(new TensorSpec("in", Datatype.FP64, -1)),
        List.of(new TensorSpec("out", Datatype.FP64, -1)),
        true,
        work,
        Datatype.FP64);
  }

  private static List<Tensor> echo(InferenceRequest request) {
    Tensor in = request.inputs().getFirst();
    return List.of(new Tensor("out", in.datatype(), in.shape(), in.values()));
  }

  private static Model several() {
    return new Model(
        "several",
        List.of(new TensorSpec("a", Datatype.FP64, -1, 2), new TensorSpec("b", Datatype.BYTES, -1)),
        List.of(
            new TensorSpec("a", Datatype.FP64, -1, 2),
            new TensorSpec("b", Datatype.BYTES, -1),
            new TensorSpec("sum", Datatype.FP64, -1)),
        true,
        request -> {
          Tensor a =
              request.inputs().stream()
                  .filter(tensor -> tensor.name().equals("a"))
                  .findFirst()
                  .orElseThrow();
          double[] sums = new double[(int) a.shape()[0]];
          for (int row = 0; row < sums.length; row++) {
            sums[row] = a.number(2 * row) + a.number(2 * row + 1);
          }
          List<Tensor> out = new ArrayList<>();
          for (Tensor in : request.inputs()) {
            out.add(new Tensor(in.name(), in.datatype(), in.shape(), in.values()));
          }
          out.add(
              new Tensor("sum", Datatype.FP64, new long[] {sums.length}, new Values.Doubles(sums)));
          return out;
        },
        Datatype.FP64);
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + http.port());
  }

  String grpcTarget() {
    return "127.0.0.1:" + grpcPort;
  }

  @Override
  public void close() {
    surface.close();
    grpc.close();
    http.close();
    access.close();
  }
}
