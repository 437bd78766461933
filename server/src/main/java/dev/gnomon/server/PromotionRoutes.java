package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Problem;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The way to the champion and back: `/v1/models/{name}/promote`, `approve`, `reject`, `rollback`.
final class PromotionRoutes {
  private static final int BODY = 16 << 10;

  private final Registry registry;

  PromotionRoutes(Registry registry) {
    this.registry = registry;
  }

  List<Route> routes() {
    return List.of(
        post(
            Role.RELEASER,
            "promote",
            "Make a version the champion: {version, why?, override?}; 202 when it needs an"
                + " approval, which is then asked for",
            this::promote),
        // The right to approve stands beside the roles: whoever has it needs no further one.
        post(
            Role.VIEWER,
            "approve",
            "Approve a version that was asked for: {version, why?}; needs the right to approve",
            this::approve),
        post(
            Role.VIEWER,
            "reject",
            "Reject a version, or take an approval back: {version, why?}; needs the right to"
                + " approve",
            this::reject),
        post(
            Role.RELEASER,
            "rollback",
            "Make the version before champion again: {why?}",
            this::rollback),
        Route.get(
            Role.VIEWER,
            "/v1/models/{name}/approvals",
            "Where the versions stand that somebody asked for",
            this::approvals));
  }

  private static Route post(Role role, String what, String summary, Route.Handler handler) {
    return new Route(
        role,
        "POST",
        "/v1/models/{name}/" + what,
        summary,
        BODY,
        Route.Accepts.JSON,
        Route.Mode.BLOCKING,
        handler);
  }

  /// What a body says.
  private record Asked(String name, int version, String why, boolean override) {}

  private static Asked asked(Request request, Set<String> keys) {
    JsonNode body;
    try {
      body =
          request.body().length == 0
              ? CanonicalJson.object()
              : JsonMapper.shared().readTree(request.body());
    } catch (JacksonException e) {
      throw new BadInput("body", "it is no JSON", "a JSON object");
    }
    List<Problem> problems = new ArrayList<>();
    if (!body.isObject()) {
      throw new BadInput("body", "it is no object", "a JSON object");
    }
    for (String key : body.propertyNames()) {
      if (!keys.contains(key)) {
        problems.add(
            new Problem(
                "body",
                "there is no '%s'".formatted(key.length() > 40 ? key.substring(0, 40) : key),
                "one of " + String.join(", ", new TreeSet<>(keys))));
      }
    }
    JsonNode version = body.path("version");
    if (keys.contains("version") && (!version.isInt() || version.intValue() < 1)) {
      problems.add(new Problem("version", "it is no version", "a number from 1"));
    }
    JsonNode why = body.path("why");
    if (!why.isMissingNode() && !why.isString()) {
      problems.add(new Problem("why", "it is no text", "a text"));
    }
    JsonNode override = body.path("override");
    if (!override.isMissingNode() && !override.isBoolean()) {
      problems.add(new Problem("override", "it is neither true nor false", "true or false"));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return new Asked(
        request.segments().getFirst(),
        version.asInt(0),
        why.asString(""),
        override.asBoolean(false));
  }

  private String known(Asked asked) {
    if (registry.versions(asked.name()).isEmpty()) {
      throw new HttpProblem(404, "Not found", "There is no model of that name.");
    }
    return asked.name();
  }

  private Answer promote(Request request) {
    Asked asked = asked(request, Set.of("version", "why", "override"));
    Promotions.Outcome outcome =
        registry
            .promotions()
            .promote(
                known(asked),
                asked.version(),
                new Promotions.Actor(
                    request.caller().name(), request.caller().role().covers(Role.ADMIN)),
                asked.override(),
                asked.why());
    return switch (outcome) {
      case Promotions.Outcome.Promoted promoted -> promoted(promoted);
      case Promotions.Outcome.Waiting waiting ->
          Answer.json(
              202,
              CanonicalJson.object()
                  .put("state", "waiting")
                  .put("version", waiting.version().version())
                  .put("requester", waiting.requester())
                  .toString());
    };
  }

  private static Answer promoted(Promotions.Outcome.Promoted promoted) {
    ObjectNode json =
        CanonicalJson.object()
            .put("state", "champion")
            .put("version", promoted.version().version());
    promoted.previous().ifPresent(one -> json.put("previous", one.version()));
    return Answer.json(200, json.toString());
  }

  private Answer approve(Request request) {
    requireApprover(request);
    Asked asked = asked(request, Set.of("version", "why"));
    return Answer.json(
        200,
        node(registry
                .promotions()
                .approve(known(asked), asked.version(), request.caller().name(), asked.why()))
            .toString());
  }

  private Answer reject(Request request) {
    requireApprover(request);
    Asked asked = asked(request, Set.of("version", "why"));
    return Answer.json(
        200,
        node(registry
                .promotions()
                .reject(known(asked), asked.version(), request.caller().name(), asked.why()))
            .toString());
  }

  private static void requireApprover(Request request) {
    if (!request.caller().mayApprove(request.segments().getFirst())) {
      throw new HttpProblem(
          403,
          "Forbidden",
          "'%s' may not approve: that needs a token made with --approve."
              .formatted(request.caller().name()));
    }
  }

  private Answer rollback(Request request) {
    Asked asked = asked(request, Set.of("why"));
    return promoted(
        registry.promotions().rollback(known(asked), request.caller().name(), asked.why()));
  }

  private Answer approvals(Request request) {
    String name = request.segments().getFirst();
    ObjectNode json =
        CanonicalJson.object().put("required", registry.promotions().approvalRequired(name));
    ArrayNode list = json.putArray("approvals");
    registry.promotions().questions(name).forEach(question -> list.add(node(question)));
    return Answer.json(200, json.toString());
  }

  private static ObjectNode node(Promotions.Question question) {
    ObjectNode json =
        CanonicalJson.object()
            .put("version", question.version())
            .put("state", question.state().word())
            .put("requester", question.requester())
            .put("at", question.at().toString())
            .put("why", question.why());
    question.answeredBy().ifPresent(who -> json.put("answeredBy", who));
    return json;
  }
}
