package dev.gnomon.server.mlflow;

import dev.gnomon.lineage.LineageLog;
import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.TrackingScope;
import dev.gnomon.tracking.Caller;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// MLflow's interface: its calls under each path that clients use, and an answer in its words for
/// everything else there.
public final class MlflowRoutes {
  private static final JsonFactory JSON = new JsonFactory();
  private static final List<String> PREFIXES = List.of("/api/2.0/mlflow", "/ajax-api/2.0/mlflow");
  private static final List<String> NEWER = List.of("/api/3.0/mlflow", "/ajax-api/3.0/mlflow");
  private static final List<String> ROOTS = List.of("/api/{path...}", "/ajax-api/{path...}");

  private static final List<Call> LATER = LoggedModelCalls.calls();

  /// Clients conclude from it which calls there are.
  private static final String VERSION = "3.0.0";

  private final TrackingScope tracking;
  private final List<Call> calls;

  /// Tells nobody what is done.
  public MlflowRoutes(Tracking tracking) {
    this(tracking, Told.NOBODY);
  }

  /// @param lineage what runs and registrations are told to
  public MlflowRoutes(Tracking tracking, LineageLog lineage) {
    this(tracking, new MlflowLineage(lineage));
  }

  private MlflowRoutes(Tracking tracking, Told told) {
    this.tracking = new TrackingScope(tracking);
    this.calls =
        Stream.of(
                StudyCalls.calls(),
                RunCalls.calls(told),
                ModelCalls.calls(),
                VersionCalls.calls(told),
                LATER)
            .flatMap(List::stream)
            .toList();
  }

  public List<Route> routes() {
    List<Route> out = new ArrayList<>();
    for (String prefix : PREFIXES) {
      calls.forEach(call -> out.add(route(prefix, call)));
    }
    for (String prefix : NEWER) {
      LATER.forEach(call -> out.add(route(prefix, call)));
    }
    for (String root : ROOTS) {
      for (String method : List.of("GET", "POST", "PUT", "PATCH", "DELETE")) {
        out.add(elsewhere(method, root));
      }
    }
    out.add(
        new Route(
            Role.NONE,
            "GET",
            "/version",
            "MLflow: the version of its interface",
            0,
            Route.Accepts.NOTHING,
            Route.Mode.DIRECT,
            request -> Answer.text("text/plain; charset=utf-8", VERSION),
            MlflowErrors.FORM));
    return List.copyOf(out);
  }

  private Route route(String prefix, Call call) {
    boolean get = call.method().equals("GET");
    return new Route(
        call.role(),
        call.method(),
        prefix + call.path(),
        "MLflow: " + call.summary(),
        call.maxBody(),
        get ? Route.Accepts.NOTHING : Route.Accepts.JSON_OR_UNSTATED,
        Route.Mode.BLOCKING,
        request -> answer(call, request),
        MlflowErrors.FORM);
  }

  private Answer answer(Call call, Request request) {
    try {
      Fields in = Fields.of(request);
      return Answer.json(
          200,
          written(
              Caller.as(
                  request.caller().name(),
                  () -> call.work().answer(tracking.of(request.caller()), in))));
    } catch (TrackingError e) {
      return MlflowErrors.answer(e);
    }
  }

  static byte[] written(Call.Reply reply) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      reply.write(json);
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  /// What MLflow has and this server has not.
  private static Route elsewhere(String method, String pattern) {
    return new Route(
        Role.VIEWER,
        method,
        pattern,
        "MLflow: what is not served",
        Call.MAX_BODY,
        // Nothing is read of it.
        method.equals("GET") ? Route.Accepts.NOTHING : Route.Accepts.ANY,
        Route.Mode.DIRECT,
        request ->
            MlflowErrors.noEndpoint(
                "%s %s is not served here; /openapi.json lists what is."
                    .formatted(request.method(), request.path())),
        MlflowErrors.FORM);
  }
}
