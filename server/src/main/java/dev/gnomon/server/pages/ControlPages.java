package dev.gnomon.server.pages;

import dev.gnomon.artifacts.Artifacts;
import dev.gnomon.core.BadInput;
import dev.gnomon.core.Home;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.Answer;
import dev.gnomon.server.HttpProblem;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.TrackingScope;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.training.card.Cards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;

/// The pages of tracking, registry and ledger: studies, runs, models, what was live when. Each
/// caller sees what belongs to their use cases.
public final class ControlPages {
  private static final int FORM_BODY = 16 * 1024;

  private final Home home;
  private final Registry registry;
  private final TrackingScope scope;
  private final InstantSource clock;
  private final RunFiles files;
  private final Cards cards;

  private ControlPages(
      Home home, Registry registry, Tracking tracking, Artifacts artifacts, InstantSource clock) {
    this.home = home;
    this.registry = registry;
    this.scope = new TrackingScope(tracking);
    this.clock = clock;
    this.files = new RunFiles(artifacts);
    this.cards = new Cards(registry, new BundleStore(home.bundles()));
  }

  /// @param home where evaluation reports are
  public static List<Route> routes(
      Home home, Registry registry, Tracking tracking, Artifacts artifacts, InstantSource clock) {
    ControlPages pages = new ControlPages(home, registry, tracking, artifacts, clock);
    List<Route> routes = new ArrayList<>(pages.runs());
    routes.addAll(pages.models());
    routes.add(
        Pages.page(
            Role.ADMIN,
            "/audit",
            "Who asked what, and what came of it, for people (HTML); ?who= &usecase= &outcome=",
            request -> AuditPage.answer(home, request)));
    routes.add(pages.action(ModelActions.PROMOTE, Role.RELEASER, "version, why, override"));
    routes.add(pages.action(ModelActions.APPROVE, Role.VIEWER, "version, why; needs the right"));
    routes.add(pages.action(ModelActions.REJECT, Role.VIEWER, "version, why; needs the right"));
    routes.add(pages.action(ModelActions.ROLLBACK, Role.RELEASER, "why"));
    return List.copyOf(routes);
  }

  private List<Route> runs() {
    return List.of(
        page("/studies", "All studies, for people (HTML); ?filter=", StudiesPage::answer),
        page(
            "/studies/{study}",
            "The runs of a study, for people (HTML); ?filter= &sort= &dir= &col=",
            StudyPage::answer),
        Pages.page(
            "/runs",
            "Leads to the studies, which hold the runs",
            _ ->
                new Answer(
                    303, "text/plain", new byte[0], java.util.Map.of("Location", "/studies"))),
        page(
            "/runs/compare",
            "Runs side by side, for people (HTML); ?run= &run= &axis= &metric= &log=",
            ComparePage::answer),
        page(
            "/runs/{run}",
            "One run: parameters, metrics, curves, data, for people (HTML)",
            (tracking, request) -> RunPage.answer(tracking, files, request)));
  }

  private List<Route> models() {
    return List.of(
        page(
            "/models",
            "All registered models, for people (HTML); ?filter=",
            (tracking, request) -> ModelsPage.answer(reader(tracking), request)),
        page(
            "/models/{name}",
            "One model: versions, what was live, approvals, for people (HTML)",
            (tracking, request) ->
                ModelPage.answer(reader(tracking), named(request), clock.instant())),
        page(
            "/models/{name}/versions/{version}",
            "One version: lineage, gates, metrics, card, for people (HTML)",
            (tracking, request) -> VersionPage.answer(reader(tracking), reports(), named(request))),
        page(
            "/models/{name}/compare",
            "Versions side by side, for people (HTML); ?version= &version=",
            (tracking, request) -> VersionsPage.answer(reader(tracking), named(request))),
        page(
            "/ledger",
            "Control changes, and what was live when, for people (HTML); ?at= &usecase= &kind=",
            (_, request) -> LedgerPage.answer(registry, request)));
  }

  private ModelReader reader(Tracking tracking) {
    return new ModelReader(tracking, registry);
  }

  /// The registry knows no callers.
  private static Request named(Request request) {
    if (!request.caller().mayUseNamed(request.segments().getFirst())) {
      throw forbidden(request);
    }
    return request;
  }

  private static HttpProblem forbidden(Request request) {
    return new HttpProblem(
        403,
        "Forbidden",
        "The token '%s' is for other use cases.".formatted(request.caller().name()));
  }

  private Route action(ModelActions action, Role role, String fields) {
    return new Route(
        role,
        "POST",
        "/models/{name}/" + action.name().toLowerCase(Locale.ROOT),
        "A form of the model's page: " + fields,
        FORM_BODY,
        Route.Accepts.FORM,
        Route.Mode.BLOCKING,
        request ->
            action.act(
                registry.promotions(),
                request,
                (status, wrong) ->
                    ModelPage.answer(
                        reader(scope.of(request.caller())),
                        request,
                        clock.instant(),
                        status,
                        wrong)),
        Pages.ERRORS);
  }

  private Route page(
      String pattern, String summary, BiFunction<Tracking, Request, Answer> handler) {
    return Pages.page(
        pattern,
        summary,
        request -> {
          try {
            return handler.apply(scope.of(request.caller()), request);
          } catch (TrackingError e) {
            throw problem(e);
          }
        });
  }

  /// What a page takes for a wrong filter or a thing that is not there must not be a store that is
  /// away.
  static void orAway(RuntimeException e) {
    if (e instanceof TrackingError error
        && error.code() == TrackingError.Code.TEMPORARILY_UNAVAILABLE) {
      throw error;
    }
  }

  private static HttpProblem problem(TrackingError e) {
    String detail = String.valueOf(e.getMessage());
    return switch (e.code()) {
      case PERMISSION_DENIED -> new HttpProblem(403, "Forbidden", detail);
      case RESOURCE_DOES_NOT_EXIST -> new HttpProblem(404, "Not found", detail);
      case TEMPORARILY_UNAVAILABLE -> new HttpProblem(503, "Try again", detail);
      case RESOURCE_ALREADY_EXISTS, RESOURCE_CONFLICT -> new HttpProblem(409, "Conflict", detail);
      case INVALID_PARAMETER_VALUE, NOT_IMPLEMENTED -> new HttpProblem(400, "Bad request", detail);
    };
  }

  private VersionPage.Reports reports() {
    return new VersionPage.Reports() {
      @Override
      public Optional<String> report(String useCase, int version) {
        return Files.isRegularFile(file(useCase, version))
            ? Optional.of(Words.link(useCase) + "/versions/" + version + "/report")
            : Optional.empty();
      }

      @Override
      public Optional<String> card(String useCase, int version) {
        try {
          Optional<ModelVersion> found = registry.version(useCase, version);
          return found.isEmpty() ? Optional.empty() : Optional.of(cards.of(found.get()).markdown());
        } catch (BadInput | Refusal e) {
          // Of a bundle that somebody changed: said in its place.
          return Optional.of("No card: " + e.getMessage());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      /// Only for use cases of the registry, whose names lead nowhere else.
      private Path file(String useCase, int version) {
        return home.reports().resolve(useCase).resolve("v" + version).resolve("report.html");
      }
    };
  }
}
