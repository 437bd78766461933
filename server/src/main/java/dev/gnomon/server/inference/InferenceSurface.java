package dev.gnomon.server.inference;

import dev.gnomon.server.Route;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingNode;
import io.grpc.ServerServiceDefinition;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// The protocol of a server: its routes, and its gRPC services with health and reflection.
public final class InferenceSurface implements AutoCloseable {
  private final ModelRepository models;
  private final InferenceLimits limits;
  private final InferenceGrpc grpc;
  private final GrpcHealth health;
  private final Consumer<Throwable> told;

  /// @param told of failures that are bugs
  public InferenceSurface(
      ModelRepository models, InferenceLimits limits, Consumer<Throwable> told) {
    this.models = models;
    this.limits = limits;
    this.grpc = new InferenceGrpc(models, limits, told);
    this.health =
        new GrpcHealth(
            Set.of(InferenceGrpc.SERVICE, InferenceGrpc.REPOSITORY), models::ready, told);
    this.told = told;
  }

  /// Each use case is a model.
  ///
  /// @param version of the software
  public static InferenceSurface of(
      ServingNode node,
      UseCaseModel.Deciding deciding,
      String version,
      InstantSource clock,
      InferenceLimits limits,
      Consumer<Throwable> told) {
    List<UseCaseModel> models = new ArrayList<>();
    for (LiveUseCase live : node.useCases()) {
      models.add(new UseCaseModel(live, deciding));
    }
    return new InferenceSurface(new ModelRepository(models, version, clock), limits, told);
  }

  public List<Route> routes() {
    return new InferenceRoutes(models, limits).routes();
  }

  public List<ServerServiceDefinition> services() {
    List<ServerServiceDefinition> services = new ArrayList<>(grpc.services());
    services.add(health.service());
    services.addAll(GrpcReflection.services(told));
    return services;
  }

  /// Ends what waits for changes.
  @Override
  public void close() {
    health.close();
  }
}
