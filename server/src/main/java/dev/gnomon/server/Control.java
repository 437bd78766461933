package dev.gnomon.server;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.Home;
import dev.gnomon.lineage.LineageLog;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.WithBundles;
import dev.gnomon.server.mlflow.ArtifactRoutes;
import dev.gnomon.server.mlflow.MlflowRoutes;
import dev.gnomon.server.pages.ControlPages;
import dev.gnomon.server.security.Access;
import dev.gnomon.tracking.Tracking;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the surfaces beside deciding work on: tracking, artifacts, registry, ledger, lineage. None
/// of it is closed with the server; who opened it does that.
///
/// @param told what an operator should know, a line each
/// @param lineage what runs and registrations of clients are told to; null for nobody
public record Control(
    Home home,
    Registry registry,
    Tracking tracking,
    Artifacts artifacts,
    Access access,
    InstantSource clock,
    Consumer<String> told,
    @Nullable LineageLog lineage) {

  /// Without lineage.
  public Control(
      Home home,
      Registry registry,
      Tracking tracking,
      Artifacts artifacts,
      Access access,
      InstantSource clock,
      Consumer<String> told) {
    this(home, registry, tracking, artifacts, access, clock, told, null);
  }

  /// The routes of all these surfaces, for [GnomonServer]. A new surface is a line here.
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    Tracking merged = new WithBundles(tracking, registry);
    MlflowRoutes mlflow =
        lineage == null ? new MlflowRoutes(merged) : new MlflowRoutes(merged, lineage);
    routes.addAll(mlflow.routes());
    routes.addAll(
        new ArtifactRoutes(artifacts, tracking, home.linkKey(), clock, access.secure(), told)
            .routes());
    routes.addAll(ControlPages.routes(home, registry, merged, artifacts, clock));
    routes.addAll(new LedgerRoutes(registry, new BundleStore(home.bundles())).routes());
    routes.add(new AuditRoutes(home.audit()).route());
    routes.addAll(new PromotionRoutes(registry).routes());
    routes.addAll(new ModelRoutes(registry, new BundleStore(home.bundles())).routes());
    return List.copyOf(routes);
  }
}
