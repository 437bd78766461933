package dev.gnomon.server.feast;

import dev.gnomon.core.Problem;
import dev.gnomon.server.Answer;
import dev.gnomon.server.ErrorForm;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// Errors as Feast's client reads them: a JSON string that holds JSON, from which the client raises
/// the class again. A body without the shape of a request is answered with the list of problems
/// that Feast's web framework gives.
final class FeastErrors implements ErrorForm {
  static final ErrorForm FORM = new FeastErrors();

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private FeastErrors() {}

  @Override
  public Answer answer(int status, String title, String detail, List<Problem> errors) {
    String more =
        errors.isEmpty()
            ? detail
            : errors.stream().map(Problem::line).collect(Collectors.joining("\n"));
    return named(status, FeastError.BASE, title + ": " + more);
  }

  @Override
  public String description() {
    return "Feast's error: a JSON string that holds {\"module\", \"class\", \"message\"};"
        + " {\"detail\": […]} when the body has not the shape of a request";
  }

  @Override
  public String contentType() {
    return Answer.JSON;
  }

  static Answer answer(FeastError error) {
    return error.malformed().isEmpty()
        ? named(error.status(), error.type(), error.message())
        : detail(error.status(), error.malformed());
  }

  private static Answer named(int status, String type, String message) {
    // With blanks after colons and commas, as Python writes it.
    String inner =
        "{\"module\": \"feast.errors\", \"class\": %s, \"message\": %s}"
            .formatted(string(type), string(message));
    Map<String, String> headers = status == 503 ? Map.of("Retry-After", "1") : Map.of();
    return new Answer(
        status,
        Answer.JSON,
        string(inner).getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        headers);
  }

  private static Answer detail(int status, List<Problem> problems) {
    StringWriter out = new StringWriter(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("detail");
      for (Problem problem : problems) {
        json.writeStartObject();
        json.writeStringProperty("type", "value_error");
        json.writeArrayPropertyStart("loc");
        json.writeString("body");
        json.writeString(problem.place());
        json.writeEndArray();
        json.writeStringProperty("msg", problem.found() + "; " + problem.valid());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return Answer.json(status, out.toString());
  }

  private static String string(String text) {
    StringWriter out = new StringWriter(text.length() + 16);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeString(text);
    }
    return out.toString();
  }
}
