package dev.gnomon.server.feast;

import dev.gnomon.core.BadInput;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// `feast.serving.ServingService` over gRPC, as Feast's Java client speaks it. Listens once
/// started.
public final class FeastGrpc implements AutoCloseable {
  private static final String SERVICE = "feast.serving.ServingService";
  private static final int MAX_IN_FLIGHT = 2_000;
  private static final int MAX_CALLS_PER_CONNECTION = 256;

  private final FeatureReader reader;
  private final String version;
  private final Consumer<Throwable> told;
  private final AtomicInteger inFlight = new AtomicInteger();
  private @Nullable Server server;
  private @Nullable ExecutorService calls;

  /// @param version of the software, for GetFeastServingInfo
  /// @param told of failures that are bugs
  public FeastGrpc(FeastRoutes routes, String version, Consumer<Throwable> told) {
    this.reader = routes.reader();
    this.version = version;
    this.told = told;
  }

  /// Starts to listen.
  ///
  /// @param port 0 for any free one
  /// @return the port that is listened on
  /// @throws BadInput when the address can't be bound
  public synchronized int start(String host, int port) {
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    calls = threads;
    try {
      Server started =
          NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
              .addService(service())
              .executor(threads)
              .maxInboundMessageSize(FeatureRequest.MAX_BYTES)
              .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
              .build()
              .start();
      server = started;
      return started.getPort();
    } catch (IOException e) {
      throw new BadInput(
          "--grpc-port " + port,
          "can't listen on %s: %s".formatted(host, e.getMessage()),
          "a free port (0 lets the system choose one)");
    }
  }

  private ServerServiceDefinition service() {
    return ServerServiceDefinition.builder(SERVICE)
        .addMethod(method("GetFeastServingInfo"), unary(request -> FeastProto.info(version)))
        .addMethod(
            method("GetOnlineFeatures"),
            unary(request -> FeastProto.response(reader.read(FeastProto.request(request)))))
        .build();
  }

  private static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.<byte[], byte[]>newBuilder()
        .setType(MethodDescriptor.MethodType.UNARY)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, name))
        .setRequestMarshaller(Bytes.PLAIN)
        .setResponseMarshaller(Bytes.PLAIN)
        .build();
  }

  private io.grpc.ServerCallHandler<byte[], byte[]> unary(UnaryOperator<byte[]> handler) {
    return ServerCalls.asyncUnaryCall((request, answer) -> {
      try {
        if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
          answer.onError(
              Status.UNAVAILABLE
                  .withDescription("Too many requests are waiting.")
                  .asRuntimeException());
          return;
        }
        answer.onNext(handler.apply(request));
        answer.onCompleted();
      } catch (FeastError e) {
        answer.onError(status(e).withDescription(e.message()).asRuntimeException());
      } catch (RuntimeException e) {
        told.accept(e);
        answer.onError(
            Status.INTERNAL
                .withDescription("The server failed; the cause is in its log.")
                .asRuntimeException());
      } finally {
        inFlight.decrementAndGet();
      }
    });
  }

  private static Status status(FeastError error) {
    return error.status() == 404 ? Status.NOT_FOUND : Status.INVALID_ARGUMENT;
  }

  /// Messages as they stand on the wire.
  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    PLAIN;

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Lets calls in flight end, and frees the port.
  @Override
  public synchronized void close() {
    Server listening = server;
    if (listening != null) {
      listening.shutdown();
      try {
        if (!listening.awaitTermination(5, TimeUnit.SECONDS)) {
          listening.shutdownNow();
        }
      } catch (InterruptedException e) {
        listening.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
    if (calls != null) {
      calls.shutdown();
    }
  }
}
