package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Access;
import dev.gnomon.server.security.GrpcAccess;
import dev.gnomon.server.security.Tls;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/// All gRPC services of a server on one port. Calls run on virtual threads. Listens once started.
public final class GrpcFront implements AutoCloseable {
  /// They tell of every connection and stream that is not HTTP/2, with a trace: anybody could fill
  /// a disk by it.
  private static final List<Logger> TRANSPORT =
      List.of(
          Logger.getLogger("io.grpc.netty.NettyServerTransport"),
          Logger.getLogger("io.grpc.netty.NettyServerHandler"));

  private static final int MAX_CALLS_PER_CONNECTION = 256;

  private final List<ServerServiceDefinition> services;
  private final int maxMessage;
  private final Access access;
  private @Nullable Server server;
  private @Nullable ExecutorService calls;

  /// @param access says who may call
  /// @param maxMessage the largest request of any service, in bytes; RESOURCE_EXHAUSTED beyond
  public GrpcFront(List<ServerServiceDefinition> services, int maxMessage, Access access) {
    this.access = access;
    this.services = List.copyOf(services);
    this.maxMessage = maxMessage;
  }

  /// Starts to listen.
  ///
  /// @param port 0 for any free one
  /// @return the port that is listened on
  /// @throws BadInput when the address can't be bound
  public synchronized int start(String host, int port) {
    TRANSPORT.forEach(logger -> logger.setLevel(Level.SEVERE));
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    calls = threads;
    try {
      NettyServerBuilder building =
          NettyServerBuilder.forAddress(new InetSocketAddress(host, port));
      if (access.tls().isPresent()) {
        building.sslContext(
            GrpcSslContexts.configure(
                    SslContextBuilder.forServer(access.tls().get().keys()), SslProvider.JDK)
                .protocols(Tls.PROTOCOLS)
                .build());
      }
      Server started =
          building
              .addServices(services)
              .intercept(new GrpcAccess(access))
              .executor(threads)
              .maxInboundMessageSize(maxMessage)
              .maxConnectionIdle(10, TimeUnit.MINUTES)
              .handshakeTimeout(10, TimeUnit.SECONDS)
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

  /// The full names of all methods.
  public List<String> methods() {
    return services.stream()
        .flatMap(service -> service.getMethods().stream())
        .map(method -> method.getMethodDescriptor().getFullMethodName())
        .toList();
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
