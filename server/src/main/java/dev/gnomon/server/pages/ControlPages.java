package dev.gnomon.server.pages;

import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.TrackingScope;
import dev.gnomon.tracking.Tracking;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/// The pages of tracking, registry and ledger: studies, runs, models, what was live when.
public final class ControlPages {
  private final TrackingScope scope;
  private final Artifacts artifacts;

  private ControlPages(TrackingScope scope, Artifacts artifacts) {
    this.scope = scope;
    this.artifacts = artifacts;
  }

  /// @param tracking each caller sees the part of it that is theirs
  public static List<Route> routes(Tracking tracking) {
    ControlPages pages = new ControlPages(new TrackingScope(tracking), Artifacts.PLACE);
    List<Route> routes = new ArrayList<>(pages.runs());
    return List.copyOf(routes);
  }

  private List<Route> runs() {
    return List.of(
        page("/studies", "All studies, for people (HTML); ?filter=", StudiesPage::answer),
        page(
            "/studies/{study}",
            "The runs of a study, for people (HTML); ?filter= &sort= &dir= &col=",
            StudyPage::answer),
        page(
            "/runs/compare",
            "Runs side by side, for people (HTML); ?run= &run= &axis= &metric= &log=",
            ComparePage::answer),
        page(
            "/runs/{run}",
            "One run: parameters, metrics, curves, data, for people (HTML)",
            (tracking, request) -> RunPage.answer(tracking, artifacts, request)));
  }

  private Route page(
      String pattern, String summary, BiFunction<Tracking, Request, Answer> handler) {
    return Pages.page(
        pattern, summary, request -> handler.apply(scope.of(request.caller()), request));
  }
}
