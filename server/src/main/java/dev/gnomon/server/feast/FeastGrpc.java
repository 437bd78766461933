package dev.gnomon.server.feast;

import dev.gnomon.server.GrpcService;
import dev.gnomon.server.security.Verdict.Principal;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.Optional;
import java.util.function.Consumer;

/// `feast.serving.ServingService` over gRPC, as Feast's Java client speaks it.
public final class FeastGrpc {
  /// The largest request, in bytes.
  public static final int MAX_BYTES = FeatureRequest.MAX_BYTES;

  private static final String SERVICE = "feast.serving.ServingService";

  private FeastGrpc() {}

  /// @param version of the software, for GetFeastServingInfo
  /// @param told of failures that are bugs
  public static ServerServiceDefinition service(
      FeastRoutes routes, String version, Consumer<Throwable> told) {
    FeatureReader reader = routes.reader();
    return new GrpcService(SERVICE, MAX_BYTES, FeastGrpc::status, told)
        .unary("GetFeastServingInfo", request -> FeastProto.info(version))
        .unary(
            "GetOnlineFeatures",
            request ->
                FeastProto.response(reader.read(FeastProto.request(request), Principal.ofCall())))
        .definition();
  }

  private static Optional<Status> status(RuntimeException failure) {
    return failure instanceof FeastError error
        ? Optional.of(
            (switch (error.status()) {
                  case 404 -> Status.NOT_FOUND;
                  case 403 -> Status.PERMISSION_DENIED;
                  default -> Status.INVALID_ARGUMENT;
                })
                .withDescription(error.message()))
        : Optional.empty();
  }
}
