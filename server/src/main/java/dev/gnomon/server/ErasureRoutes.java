package dev.gnomon.server;

import dev.gnomon.core.BadInput;
import dev.gnomon.server.security.Role;
import dev.gnomon.serving.ErasureReport;
import dev.gnomon.serving.ServingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Erases a person by key. The key comes in the body, so that it stands in no log of requests.
final class ErasureRoutes {
  private static final int MOST_BYTES = 16_384;
  private static final Set<String> NAMES = Set.of("useCase", "key", "reason", "dryRun");
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
                  .build())
          .build();

  private final ServingNode node;

  ErasureRoutes(ServingNode node) {
    this.node = node;
  }

  Route route() {
    return new Route(
        Role.ADMIN,
        "POST",
        "/v1/erasures",
        "Erase what is known of a key: useCase, key, reason, dryRun",
        MOST_BYTES,
        Route.Accepts.JSON,
        Route.Mode.BLOCKING,
        this::erase);
  }

  private Answer erase(Request request) {
    JsonNode body;
    try {
      body = JSON.readTree(request.body());
    } catch (JacksonException e) {
      throw new BadInput("body", "it is no JSON", "{\"useCase\": …, \"key\": …}");
    }
    if (!body.isObject()) {
      throw new BadInput("body", "it is no object", "{\"useCase\": …, \"key\": …}");
    }
    for (String name : body.propertyNames()) {
      if (!NAMES.contains(name)) {
        throw new BadInput(
            "body." + name, "there is no such property", "useCase, key, reason, dryRun");
      }
    }
    JsonNode dryRun = body.path("dryRun");
    if (!dryRun.isMissingNode() && !dryRun.isBoolean()) {
      throw new BadInput("body.dryRun", "it is neither true nor false", "true or false");
    }
    try {
      ErasureReport report =
          node.erase(
              text(body, "useCase", true),
              text(body, "key", true),
              request.caller().name(),
              text(body, "reason", false),
              dryRun.asBoolean(false));
      return Answer.json(200, JSON.writeValueAsBytes(report));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(JsonNode body, String name, boolean needed) {
    JsonNode found = body.path(name);
    if (found.isString() || (found.isIntegralNumber() && name.equals("key"))) {
      return found.asString("");
    }
    if (found.isMissingNode() && !needed) {
      return "";
    }
    throw new BadInput("body." + name, "a text is missing", "a text");
  }
}
