package dev.gnomon.server.inference;

import static dev.gnomon.server.inference.ProtoMessages.bytes;
import static dev.gnomon.server.inference.ProtoMessages.message;

import dev.gnomon.server.GrpcService;
import io.grpc.Context;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// `grpc.health.v1.Health`, as probes ask it: `string service=1` to `status=1`.
public final class GrpcHealth implements AutoCloseable {
  static final String SERVICE = "grpc.health.v1.Health";

  private static final int SERVING = 1;
  private static final int NOT_SERVING = 2;
  private static final int SERVICE_UNKNOWN = 3;
  private static final int MAX_BYTES = 4_096;

  private final Set<String> services;
  private final BooleanSupplier ready;
  private final Consumer<Throwable> told;
  private final CountDownLatch closed = new CountDownLatch(1);

  /// @param services the names that are known besides the empty one, which means the server
  public GrpcHealth(Set<String> services, BooleanSupplier ready, Consumer<Throwable> told) {
    this.services = Set.copyOf(services);
    this.ready = ready;
    this.told = told;
  }

  public ServerServiceDefinition service() {
    return new GrpcService(
            SERVICE, MAX_BYTES, e -> InferenceError.of(e).map(InferenceError::grpc), told)
        .unary(
            "Check",
            request -> {
              int status = status(name(request));
              if (status == SERVICE_UNKNOWN) {
                throw Status.NOT_FOUND
                    .withDescription("There is no service of that name.")
                    .asRuntimeException();
              }
              return status(status);
            })
        .add(
            "Watch",
            MethodDescriptor.MethodType.SERVER_STREAMING,
            ServerCalls.asyncServerStreamingCall((request, answer) -> {
              try {
                watch(name(request), answer::onNext);
                answer.onCompleted();
              } catch (InferenceError e) {
                answer.onError(e.grpc().asRuntimeException());
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                answer.onError(Status.UNAVAILABLE.asRuntimeException());
              }
            }))
        .definition();
  }

  /// Tells the status, and each change of it, until the caller goes or the server ends.
  private void watch(String service, Consumer<byte[]> answer) throws InterruptedException {
    Context call = Context.current();
    int told = 0;
    do {
      int status = status(service);
      if (status != told) {
        answer.accept(status(status));
        told = status;
      }
    } while (!closed.await(1, TimeUnit.SECONDS) && !call.isCancelled());
  }

  private int status(String service) {
    if (!service.isEmpty() && !services.contains(service)) {
      return SERVICE_UNKNOWN;
    }
    return ready.getAsBoolean() ? SERVING : NOT_SERVING;
  }

  private static String name(byte[] request) {
    String[] name = {""};
    ProtoMessages.read(
        request,
        "HealthCheckRequest",
        (tag, in) -> {
          if (tag == bytes(1)) {
            name[0] = in.readStringRequireUtf8();
            return true;
          }
          return false;
        });
    return name[0];
  }

  private static byte[] status(int status) {
    return message(out -> out.writeEnum(1, status));
  }

  /// Ends the watching.
  @Override
  public void close() {
    closed.countDown();
  }
}
