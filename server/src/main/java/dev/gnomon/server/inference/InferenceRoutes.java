package dev.gnomon.server.inference;

import dev.gnomon.server.Answer;
import dev.gnomon.server.Request;
import dev.gnomon.server.Route;
import dev.gnomon.server.security.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;

/// The protocol over HTTP: health, metadata, inference with its binary extension, the repository,
/// statistics; see `docs/reference/open-inference.md`.
public final class InferenceRoutes {
  private static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  /// What forms of other web pages can send without being asked for permission.
  private static final Set<String> FORMS =
      Set.of("application/x-www-form-urlencoded", "multipart/form-data", "text/plain");

  private static final int CONTROL_BODY = 64 << 10;

  private final ModelRepository models;
  private final InferenceLimits limits;

  public InferenceRoutes(ModelRepository models, InferenceLimits limits) {
    this.models = models;
    this.limits = limits;
  }

  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(
        get(
            Role.NONE,
            "/v2/health/live",
            "Open Inference: whether the process runs",
            request -> Answer.json(200, "{\"live\":true}")));
    routes.add(
        get(
            Role.NONE,
            "/v2/health/ready",
            "Open Inference: whether all models are ready",
            request -> {
              boolean ready = models.ready();
              return Answer.json(ready ? 200 : 400, "{\"ready\":" + ready + "}");
            }));
    for (String pattern : List.of("/v2", "/v2/")) {
      routes.add(
          get(
              Role.VIEWER,
              pattern,
              "Open Inference: name, version and extensions of the server",
              request -> Answer.json(200, MetadataJson.server(models))));
    }
    for (String model : List.of("/v2/models/{name}", "/v2/models/{name}/versions/{version}")) {
      String which = model.endsWith("{version}") ? "a version of a model" : "a model";
      routes.add(
          get(Role.VIEWER, model, "Open Inference: the tensors of " + which, this::metadata));
      routes.add(
          get(
              Role.VIEWER,
              model + "/ready",
              "Open Inference: whether %s is ready".formatted(which),
              this::ready));
      routes.add(
          get(
              Role.VIEWER,
              model + "/stats",
              "Open Inference: what %s has answered since the start".formatted(which),
              this::statistics));
      routes.add(
          post(
              Role.EDITOR,
              model + "/infer",
              "Open Inference: ask %s; tensors as JSON or binary".formatted(which),
              limits.maxBytes(),
              this::infer));
    }
    routes.add(
        post(
            Role.VIEWER,
            "/v2/repository/index",
            "Open Inference: the models and their states",
            CONTROL_BODY,
            this::index));
    routes.add(
        post(
            Role.ADMIN,
            "/v2/repository/models/{name}/load",
            "Open Inference: serve a model again",
            CONTROL_BODY,
            request -> {
              models.load(request.segments().getFirst());
              return Answer.json(200, "{}");
            }));
    routes.add(
        post(
            Role.ADMIN,
            "/v2/repository/models/{name}/unload",
            "Open Inference: no longer serve a model over this protocol",
            CONTROL_BODY,
            request -> {
              models.unload(request.segments().getFirst());
              return Answer.json(200, "{}");
            }));
    return routes;
  }

  private static Route get(Role role, String pattern, String summary, Route.Handler handler) {
    return new Route(
        role,
        "GET",
        pattern,
        summary,
        0,
        Route.Accepts.NOTHING,
        Route.Mode.BLOCKING,
        request -> answered(request, handler),
        InferenceErrors.FORM);
  }

  private static Route post(
      Role role, String pattern, String summary, int maxBody, Route.Handler handler) {
    return new Route(
        role,
        "POST",
        pattern,
        summary,
        maxBody,
        Route.Accepts.ANY,
        Route.Mode.BLOCKING,
        request ->
            answered(
                request,
                one -> {
                  refuseForms(one);
                  return handler.answer(one);
                }),
        InferenceErrors.FORM);
  }

  private static Answer answered(Request request, Route.Handler handler) {
    try {
      return handler.answer(request);
    } catch (RuntimeException e) {
      Optional<InferenceError> known = InferenceError.of(e);
      if (known.isPresent()) {
        return InferenceErrors.of(known.get());
      }
      throw e;
    }
  }

  /// No page can make a browser send the header of the binary extension, or a type that is no
  /// form's, to another origin without asking first.
  private static void refuseForms(Request request) {
    String type =
        request
            .header("Content-Type")
            .map(text -> text.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .orElse("");
    if (FORMS.contains(type) && request.header(HEADER_LENGTH).isEmpty()) {
      throw new InferenceError(
          InferenceError.Kind.MEDIA_TYPE,
          "Content-Type: %s is what forms send; application/json is taken, or".formatted(type)
              + " application/octet-stream with "
              + HEADER_LENGTH);
    }
  }

  private static String version(Request request) {
    return request.segments().size() > 1 ? request.segments().get(1) : "";
  }

  private Answer metadata(Request request) {
    return Answer.json(
        200, MetadataJson.model(models.metadata(request.segments().getFirst(), version(request))));
  }

  private Answer ready(Request request) {
    String name = request.segments().getFirst();
    boolean ready = models.ready(name, version(request));
    return Answer.json(ready ? 200 : 400, MetadataJson.ready(name, ready));
  }

  private Answer statistics(Request request) {
    String name = request.segments().getFirst();
    String version = version(request);
    ModelStatistics statistics = models.statistics(name, version);
    List<String> versions = models.metadata(name, version).versions();
    return Answer.json(
        200,
        MetadataJson.statistics(name, versions.isEmpty() ? "" : versions.getLast(), statistics));
  }

  private Answer index(Request request) {
    return Answer.json(200, MetadataJson.index(models.index(onlyReady(request.body()))));
  }

  /// Reads `{"ready": bool}`; no body means all.
  private static boolean onlyReady(byte[] body) {
    if (body.length == 0) {
      return false;
    }
    boolean ready = false;
    try (JsonParser parser = RequestJson.JSON.createParser(ObjectReadContext.empty(), body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw InferenceError.invalid("body: it is no JSON object; {\"ready\": true} is taken");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String property = parser.currentName();
        JsonToken token = parser.nextToken();
        if (property.equals("ready")) {
          if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
            throw InferenceError.invalid("ready: it is neither true nor false");
          }
          ready = token == JsonToken.VALUE_TRUE;
        } else {
          parser.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw InferenceError.invalid("body: it is not valid JSON");
    }
    return ready;
  }

  private Answer infer(Request request) {
    byte[] body =
        ContentCoding.decode(request.header("Content-Encoding"), request.body(), limits.maxBytes());
    int json = body.length;
    Optional<String> length = request.header(HEADER_LENGTH);
    if (length.isPresent()) {
      json = headerLength(length.get(), body.length);
    }
    InferenceRequest asked =
        RequestJson.read(request.segments().getFirst(), version(request), body, json);
    ResponseJson.Body answer = ResponseJson.write(asked, models.infer(asked));
    return encoded(request, answer);
  }

  private static int headerLength(String text, int body) {
    try {
      int length = Integer.parseInt(text.strip());
      if (length >= 0 && length <= body) {
        return length;
      }
    } catch (NumberFormatException _) {
      // Told below, with what would be valid.
    }
    throw InferenceError.invalid(
        "%s: it is '%s'; the body has %d bytes".formatted(HEADER_LENGTH, Shown.of(text), body));
  }

  private static Answer encoded(Request request, ResponseJson.Body answer) {
    Map<String, String> headers = new HashMap<>();
    boolean binary = answer.json() >= 0;
    if (binary) {
      headers.put(HEADER_LENGTH, Integer.toString(answer.json()));
    }
    byte[] bytes = answer.bytes();
    Optional<ContentCoding> coding = ContentCoding.of(request.header("Accept-Encoding"));
    if (coding.isPresent() && bytes.length >= ContentCoding.LEAST) {
      bytes = coding.get().encode(bytes);
      headers.put("Content-Encoding", coding.get().word());
      headers.put("Vary", "Accept-Encoding");
    }
    return new Answer(200, binary ? "application/octet-stream" : Answer.JSON, bytes, headers);
  }
}
