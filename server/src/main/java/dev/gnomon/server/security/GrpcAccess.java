package dev.gnomon.server.security;

import com.google.protobuf.CodedInputStream;
import dev.gnomon.server.security.Verdict.Denied;
import dev.gnomon.server.security.Verdict.Principal;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The same rules for gRPC: metadata `authorization`, the same roles. While a method runs,
/// [Principal#ofCall] says who called: methods whose message names use cases look there.
public final class GrpcAccess implements ServerInterceptor {
  private static final String INFERENCE = "inference.GRPCInferenceService/";
  private static final String REPOSITORY = "inference.model_repository.ModelRepositoryService/";
  private static final String FEAST = "feast.serving.ServingService/";

  /// The least role of every method. One that is not here is for nobody.
  private static final Map<String, Role> ROLES =
      Map.ofEntries(
          Map.entry(FEAST + "GetFeastServingInfo", Role.VIEWER),
          Map.entry(FEAST + "GetOnlineFeatures", Role.VIEWER),
          Map.entry(INFERENCE + "ServerLive", Role.NONE),
          Map.entry(INFERENCE + "ServerReady", Role.NONE),
          Map.entry(INFERENCE + "ServerMetadata", Role.VIEWER),
          Map.entry(INFERENCE + "ModelReady", Role.VIEWER),
          Map.entry(INFERENCE + "ModelMetadata", Role.VIEWER),
          Map.entry(INFERENCE + "ModelStatistics", Role.VIEWER),
          Map.entry(INFERENCE + "ModelInfer", Role.EDITOR),
          Map.entry(INFERENCE + "ModelStreamInfer", Role.EDITOR),
          Map.entry(INFERENCE + "RepositoryIndex", Role.VIEWER),
          Map.entry(INFERENCE + "RepositoryModelLoad", Role.ADMIN),
          Map.entry(INFERENCE + "RepositoryModelUnload", Role.ADMIN),
          Map.entry(REPOSITORY + "RepositoryIndex", Role.VIEWER),
          Map.entry(REPOSITORY + "RepositoryModelLoad", Role.ADMIN),
          Map.entry(REPOSITORY + "RepositoryModelUnload", Role.ADMIN),
          Map.entry("grpc.reflection.v1.ServerReflection/ServerReflectionInfo", Role.VIEWER),
          Map.entry("grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", Role.VIEWER),
          Map.entry("grpc.health.v1.Health/Check", Role.NONE),
          Map.entry("grpc.health.v1.Health/List", Role.NONE),
          // Each holds a thread for as long as the caller likes.
          Map.entry("grpc.health.v1.Health/Watch", Role.VIEWER));

  private static final int LENGTH_DELIMITED = 2;

  private static final Map<String, Metadata.Key<String>> HEADERS =
      List.of("authorization", "x-forwarded-for", "forwarded").stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  name -> name, name -> Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER)));

  private final Access access;

  public GrpcAccess(Access access) {
    this.access = access;
  }

  /// The least role of a method, by its full name; empty for nobody.
  public static Optional<Role> role(String method) {
    return Optional.ofNullable(ROLES.get(method));
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata metadata, ServerCallHandler<Q, A> next) {
    String method = call.getMethodDescriptor().getFullMethodName();
    Role least = ROLES.get(method);
    if (least == null) {
      call.close(
          Status.PERMISSION_DENIED.withDescription("No role may call " + method + "."),
          new Metadata());
      return new ServerCall.Listener<>() {};
    }
    Asked asked =
        new Asked(
            "gRPC",
            least,
            "/v2",
            List.of(),
            "localhost",
            name -> {
              Metadata.Key<String> key = HEADERS.get(name);
              return key == null ? null : metadata.get(key);
            },
            () -> peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR)),
            false);
    return switch (access.check(asked)) {
      case Verdict.Later later -> {
        call.close(status(later.otherwise()), new Metadata());
        yield new ServerCall.Listener<>() {};
      }
      case Denied denied -> {
        call.close(status(denied), new Metadata());
        yield new ServerCall.Listener<>() {};
      }
      case Principal who -> {
        ServerCall.Listener<Q> listener =
            Contexts.interceptCall(
                Context.current().withValue(Principal.OF_CALL, who), call, metadata, next);
        yield who.mayUseAll() || !method.startsWith("inference.")
            ? listener
            : new OneModel<>(listener, call, who, method);
      }
    };
  }

  /// Lets through messages about the caller's use cases only.
  private static final class OneModel<Q, A>
      extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
    private final ServerCall<Q, A> call;
    private final Principal who;
    private final String method;
    private boolean refused;

    OneModel(ServerCall.Listener<Q> next, ServerCall<Q, A> call, Principal who, String method) {
      super(next);
      this.call = call;
      this.who = who;
      this.method = method;
    }

    @Override
    public void onMessage(Q message) {
      if (refused) {
        return;
      }
      if (mayAsk(message)) {
        super.onMessage(message);
        return;
      }
      refused = true;
      call.close(status(Access.outOfScope(who)), new Metadata());
    }

    private boolean mayAsk(Q message) {
      if (method.endsWith("/ServerMetadata")
          || method.endsWith("/ServerLive")
          || method.endsWith("/ServerReady")) {
        return true;
      }
      if (method.endsWith("/RepositoryIndex") || !(message instanceof byte[] bytes)) {
        return false;
      }
      // The model is the first field, or after the repository's name the second.
      String model = field(bytes, method.contains("/Repository") ? 2 : 1);
      return model != null && who.mayUse(model);
    }

    @Override
    public void onHalfClose() {
      if (!refused) {
        super.onHalfClose();
      }
    }
  }

  /// The last text under a number in a message; null when there is none or it is no message.
  private static @Nullable String field(byte[] message, int number) {
    CodedInputStream in = CodedInputStream.newInstance(message);
    try {
      String found = null;
      while (true) {
        int tag = in.readTag();
        if (tag == 0) {
          return found;
        }
        if (tag == ((number << 3) | LENGTH_DELIMITED)) {
          found = in.readStringRequireUtf8();
        } else if (!in.skipField(tag)) {
          return null;
        }
      }
    } catch (IOException e) {
      return null;
    }
  }

  private static String peer(@Nullable SocketAddress address) {
    return address instanceof InetSocketAddress internet && internet.getAddress() != null
        ? internet.getAddress().getHostAddress()
        : "unknown";
  }

  /// How a refusal is worded in gRPC.
  public static Status status(Denied denied) {
    Status status =
        switch (denied.status()) {
          case 401 -> Status.UNAUTHENTICATED;
          case 429 -> Status.RESOURCE_EXHAUSTED;
          case 503 -> Status.UNAVAILABLE;
          default -> Status.PERMISSION_DENIED;
        };
    return status.withDescription(denied.detail());
  }
}
