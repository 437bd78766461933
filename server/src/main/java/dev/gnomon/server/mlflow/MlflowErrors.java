package dev.gnomon.server.mlflow;

import dev.gnomon.core.Problem;
import dev.gnomon.server.Answer;
import dev.gnomon.server.ErrorForm;
import dev.gnomon.tracking.TrackingError;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Errors as MLflow's clients read them: `{"error_code", "message"}`.
///
/// None is a 429: the Java client never gives back the connection of such an answer, and hangs from
/// the second one on. Too many requests are a 503, which all clients ask again.
public final class MlflowErrors implements ErrorForm {
  public static final ErrorForm FORM = new MlflowErrors();

  private static final JsonFactory JSON = new JsonFactory();

  private MlflowErrors() {}

  @Override
  public Answer answer(int status, String title, String detail, List<Problem> errors) {
    String message =
        errors.isEmpty()
            ? detail
            : errors.stream().map(Problem::line).collect(Collectors.joining("\n"));
    int told = status == 429 ? 503 : status;
    return answer(told, code(told), message);
  }

  @Override
  public String description() {
    return "MLflow's error: {\"error_code\", \"message\"}";
  }

  @Override
  public String contentType() {
    return Answer.JSON;
  }

  /// What tracking says.
  static Answer answer(TrackingError error) {
    return answer(status(error.code()), error.code().name(), String.valueOf(error.getMessage()));
  }

  /// The path leads nowhere. Some clients try another one when they read this code.
  static Answer noEndpoint(String what) {
    return answer(404, "ENDPOINT_NOT_FOUND", what);
  }

  private static int status(TrackingError.Code code) {
    return switch (code) {
      case INVALID_PARAMETER_VALUE, RESOURCE_ALREADY_EXISTS -> 400;
      case PERMISSION_DENIED -> 403;
      case RESOURCE_DOES_NOT_EXIST -> 404;
      case RESOURCE_CONFLICT -> 409;
      case NOT_IMPLEMENTED -> 501;
      case TEMPORARILY_UNAVAILABLE -> 503;
    };
  }

  private static String code(int status) {
    return switch (status) {
      case 400, 415 -> "BAD_REQUEST";
      case 401 -> "UNAUTHENTICATED";
      case 403 -> "PERMISSION_DENIED";
      case 404, 405 -> "ENDPOINT_NOT_FOUND";
      case 409 -> "RESOURCE_CONFLICT";
      case 413, 422 -> "INVALID_PARAMETER_VALUE";
      case 501 -> "NOT_IMPLEMENTED";
      case 503 -> "TEMPORARILY_UNAVAILABLE";
      case 504 -> "DEADLINE_EXCEEDED";
      case 507 -> "RESOURCE_EXHAUSTED";
      default -> status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR";
    };
  }

  static Answer answer(int status, String code, String message) {
    // By way of characters: what a client sent may stand in the message, half a character too.
    StringWriter out = new StringWriter(128 + message.length());
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("error_code", code);
      json.writeStringProperty("message", message);
      json.writeEndObject();
    }
    return new Answer(
        status,
        Answer.JSON,
        out.toString().getBytes(StandardCharsets.UTF_8),
        status == 503 ? Map.of("Retry-After", "1") : Map.of());
  }
}
