package dev.gnomon.server;

import io.grpc.MethodDescriptor;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Builds a gRPC service whose messages stay bytes: each service reads and writes its few messages
/// itself. Overload is refused early, and a failure that is a bug is told and answered without its
/// insides.
public final class GrpcService {
  private static final int MAX_IN_FLIGHT = 2_000;

  private final String name;
  private final int maxRequest;
  private final Function<RuntimeException, Optional<Status>> errors;
  private final Consumer<Throwable> told;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final ServerServiceDefinition.Builder definition;

  /// @param name in full, with its package
  /// @param maxRequest bytes; RESOURCE_EXHAUSTED beyond
  /// @param errors the status of a failure that is no bug
  /// @param told of failures that are bugs
  public GrpcService(
      String name,
      int maxRequest,
      Function<RuntimeException, Optional<Status>> errors,
      Consumer<Throwable> told) {
    this.name = name;
    this.maxRequest = maxRequest;
    this.errors = errors;
    this.told = told;
    this.definition = ServerServiceDefinition.builder(name);
  }

  /// Adds a method that answers one message with one.
  public GrpcService unary(String method, UnaryOperator<byte[]> handler) {
    return add(
        method,
        MethodDescriptor.MethodType.UNARY,
        ServerCalls.asyncUnaryCall((request, answer) -> {
          try {
            if (inFlight.incrementAndGet() > MAX_IN_FLIGHT) {
              throw Status.UNAVAILABLE
                  .withDescription("Too many requests are waiting.")
                  .asRuntimeException();
            }
            answer.onNext(handler.apply(checked(request)));
            answer.onCompleted();
          } catch (RuntimeException | StackOverflowError e) {
            answer.onError(status(e).asRuntimeException());
          } finally {
            inFlight.decrementAndGet();
          }
        }));
  }

  /// Adds a method of any type.
  public GrpcService add(
      String method, MethodDescriptor.MethodType type, ServerCallHandler<byte[], byte[]> handler) {
    definition.addMethod(
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(type)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(name, method))
            .setRequestMarshaller(Bytes.PLAIN)
            .setResponseMarshaller(Bytes.PLAIN)
            .build(),
        handler);
    return this;
  }

  public ServerServiceDefinition definition() {
    return definition.build();
  }

  private byte[] checked(byte[] request) {
    if (request.length > maxRequest) {
      throw Status.RESOURCE_EXHAUSTED
          .withDescription("A request of %s takes at most %d bytes.".formatted(name, maxRequest))
          .asRuntimeException();
    }
    return request;
  }

  private Status status(Throwable failure) {
    if (failure instanceof io.grpc.StatusRuntimeException own) {
      return own.getStatus();
    }
    Optional<Status> known =
        failure instanceof RuntimeException e ? errors.apply(e) : Optional.empty();
    if (known.isPresent()) {
      return known.get();
    }
    told.accept(failure);
    return Status.INTERNAL.withDescription("The server failed; the cause is in its log.");
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
}
