package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.server.security.Form;
import dev.gnomon.server.security.Role;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/// `/openapi.json`, made from the routes themselves, so that it can't forget one.
final class OpenApi {
  private static final Pattern PARAMETER = Pattern.compile("\\{([a-zA-Z_]+)}");

  private OpenApi() {}

  static byte[] document(List<Route> routes, String version) {
    ObjectNode out = CanonicalJson.object().put("openapi", "3.1.0");
    out.putObject("info")
        .put("title", "Gnomon")
        .put("version", version)
        .put("description", "Decisions, events, outcomes, features, models, operations.");
    ObjectNode paths = out.putObject("paths");
    for (Route route : routes) {
      // OpenAPI has no word for a parameter that spans slashes.
      String template = route.pattern().replace("...}", "}");
      ObjectNode path =
          paths.has(template) ? (ObjectNode) paths.get(template) : paths.putObject(template);
      ObjectNode operation =
          path.putObject(route.method().toLowerCase(Locale.ROOT))
              .put("summary", route.summary())
              .put("operationId", operationId(route));
      parameters(template, operation);
      if (route.accepts() != Route.Accepts.NOTHING) {
        ObjectNode body = operation.putObject("requestBody").put("required", true);
        body.put("description", "At most %d bytes".formatted(route.maxBody()));
        ObjectNode content = body.putObject("content");
        boolean form = route.accepts() == Route.Accepts.FORM;
        content.putObject(form ? Form.TYPE : "application/json").putObject("schema");
        if (route.accepts() == Route.Accepts.JSON_OR_NDJSON) {
          content.putObject("application/x-ndjson").putObject("schema");
        }
        if (route.accepts() == Route.Accepts.ANY) {
          content.putObject("application/octet-stream").putObject("schema");
        }
      }
      if (route.role() != Role.NONE) {
        operation.put("description", "Needs the role %s.".formatted(route.role().word()));
        operation.putArray("security").addObject().putArray("bearer");
      }
      ObjectNode responses = operation.putObject("responses");
      responses.putObject("2XX").put("description", "Done");
      ObjectNode schema =
          responses
              .putObject("default")
              .put("description", route.errors().description())
              .putObject("content")
              .putObject(route.errors().contentType())
              .putObject("schema");
      if (route.errors() instanceof ProblemDetails) {
        schema.put("$ref", "#/components/schemas/Problem");
      }
    }
    ObjectNode components = out.putObject("components");
    components
        .putObject("securitySchemes")
        .putObject("bearer")
        .put("type", "http")
        .put("scheme", "bearer")
        .put("description", "A token of gnomon token create; none is needed before there is one.");
    ObjectNode schema = components.putObject("schemas").putObject("Problem").put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (String name : List.of("type", "title", "detail")) {
      properties.putObject(name).put("type", "string");
    }
    properties.putObject("status").put("type", "integer");
    ObjectNode item = properties.putObject("errors").put("type", "array").putObject("items");
    item.put("type", "object");
    ObjectNode parts = item.putObject("properties");
    for (String name : List.of("place", "found", "valid")) {
      parts.putObject(name).put("type", "string");
    }
    return CanonicalJson.bytes(out);
  }

  private static void parameters(String template, ObjectNode operation) {
    Matcher matcher = PARAMETER.matcher(template);
    if (!matcher.find()) {
      return;
    }
    var list = operation.putArray("parameters");
    do {
      ObjectNode parameter =
          list.addObject().put("name", matcher.group(1)).put("in", "path").put("required", true);
      parameter.putObject("schema").put("type", "string");
    } while (matcher.find());
  }

  private static String operationId(Route route) {
    // A path with a slash at its end is another than the one without.
    return (route.method().toLowerCase(Locale.ROOT) + route.pattern())
        .replaceAll("(?<=[A-Za-z0-9])/$", "_slash")
        .replaceAll("[^A-Za-z0-9]+", "_")
        .replaceAll("_+$", "");
  }
}
