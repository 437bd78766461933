package dev.gnomon.server.pages;

import dev.gnomon.server.Answer;
import dev.gnomon.server.Route;
import java.util.List;

/// The pages under `/`.
public final class Pages {
  private Pages() {}

  public static List<Route> routes(PagesSource source) {
    return List.of(
        Route.get(
            "/",
            "Overview of all use cases, for people",
            request -> Answer.html("<!doctype html>" + source.useCases().size())));
  }
}
