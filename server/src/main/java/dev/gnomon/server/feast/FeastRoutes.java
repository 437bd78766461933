package dev.gnomon.server.feast;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Verdict.Principal;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.serving.SourceIntake;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Feast's feature server: reading features, pushing rows, health. What its client sends is
/// understood and answered as it expects; see `docs/reference/feast.md`.
public final class FeastRoutes {
  private static final int WRITE_BODY = 32 << 20;

  private final ServingNode node;
  private final ViewIndex views;
  private final FeatureReader reader;

  public FeastRoutes(ServingNode node, InstantSource clock) {
    this.node = node;
    this.views = new ViewIndex(node.useCases());
    this.reader = new FeatureReader(views, clock);
  }

  FeatureReader reader() {
    return reader;
  }

  public List<Route> routes() {
    return List.of(
        route(
            Role.VIEWER,
            "/get-online-features",
            "Feast: features of up to %d rows of entities, column by column"
                .formatted(FeatureRequest.MAX_ROWS),
            FeatureRequest.MAX_BYTES,
            this::read),
        route(
            Role.EDITOR,
            "/push",
            "Feast: push a frame of rows to a source",
            WRITE_BODY,
            this::push),
        route(
            Role.EDITOR,
            "/write-to-online-store",
            "Feast: write a frame of rows to a source",
            WRITE_BODY,
            this::write),
        new Route(
            Role.NONE,
            "GET",
            "/health",
            "Feast and MLflow: whether the server answers",
            0,
            Route.Accepts.NOTHING,
            Route.Mode.DIRECT,
            request -> Answer.text("text/plain; charset=utf-8", "OK"),
            FeastErrors.FORM));
  }

  private static Route route(
      Role role, String pattern, String summary, int maxBody, Route.Handler handler) {
    return new Route(
        role,
        "POST",
        pattern,
        summary,
        maxBody,
        Route.Accepts.JSON_OR_UNSTATED,
        Route.Mode.BLOCKING,
        request -> answered(() -> handler.answer(request)),
        FeastErrors.FORM);
  }

  private static Answer answered(Supplier<Answer> work) {
    try {
      return work.get();
    } catch (FeastError e) {
      return FeastErrors.answer(e);
    }
  }

  private Answer read(Request request) {
    FeatureRequest asked = FeatureRequestJson.parse(request.body());
    return Answer.json(200, FeatureColumnsJson.write(reader.read(asked, request.caller())));
  }

  private Answer push(Request request) {
    WriteRequest asked = WriteRequest.parse(request.body(), "push_source_name");
    mayFeed(request.caller(), asked.name());
    SourceIntake intake =
        node.source(asked.name())
            .orElseThrow(() ->
                FeastError.unprocessable(
                    "PushSourceNotFoundException",
                    "Unable to find push source '%s'; %s"
                        .formatted(
                            ViewIndex.shown(asked.name()),
                            ViewIndex.instead(asked.name(), node.sourceNames()))));
    take(intake, asked);
    return new Answer(200, Answer.JSON, new byte[0], Map.of());
  }

  private Answer write(Request request) {
    WriteRequest asked = WriteRequest.parse(request.body(), "feature_view_name");
    mayFeed(request.caller(), asked.name());
    SourceIntake intake =
        node.source(asked.name())
            .orElseThrow(() ->
                FeastError.notFound(
                    "FeatureViewNotFoundException",
                    "Feature view %s does not exist; %s"
                        .formatted(
                            ViewIndex.shown(asked.name()),
                            ViewIndex.instead(asked.name(), node.sourceNames()))));
    take(intake, asked);
    return Answer.json(200, "null");
  }

  /// Rows of a source change the features of all use cases that read it.
  private void mayFeed(Principal caller, String source) {
    if (!caller.mayUseAll() && !caller.useCases().containsAll(views.readersOf(source))) {
      throw FeastError.forbidden(caller);
    }
  }

  /// Returns once the rows are durable.
  private void take(SourceIntake intake, WriteRequest asked) {
    Frame frame = asked.frame();
    Frame.Mapped mapped =
        frame.map(intake.spec(), intake.schema(), views.entitiesOf(intake.spec().name()));
    byte[] rows = frame.rows(mapped, intake.spec(), intake.schema());
    List<Problem> problems = new ArrayList<>(mapped.problems());
    if (frame.rows() > 0) {
      if (!problems.isEmpty()) {
        problems.addAll(intake.problems(rows));
      } else {
        try {
          conflicts(intake.post(rows));
        } catch (BadInput e) {
          problems.addAll(e.problems());
        }
      }
    }
    if (!problems.isEmpty()) {
      throw FeastError.unprocessable(problems);
    }
  }

  private static void conflicts(SourceIntake.Taken taken) {
    if (!taken.conflicts().isEmpty()) {
      throw FeastError.of(
          409,
          "%d of %d rows contradict what is known under their id; the others were taken.\n%s"
              .formatted(
                  taken.conflicts().size(),
                  taken.rows(),
                  String.join("\n", taken.conflicts().stream().map(Problem::line).toList())));
    }
  }
}
