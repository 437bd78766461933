package dev.gnomon.server;

import dev.gnomon.core.Problem;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Errors as RFC 9457 problem details with an `errors` list: every problem with its place and what
/// would be valid.
final class ProblemDetails implements ErrorForm {
  static final ErrorForm FORM = new ProblemDetails();

  private static final JsonFactory JSON = new JsonFactory();

  private static final String CONTENT_TYPE = "application/problem+json";

  private ProblemDetails() {}

  @Override
  public Answer answer(int status, String title, String detail, List<Problem> errors) {
    return of(status, title, detail, errors);
  }

  @Override
  public String description() {
    return "RFC 9457 problem";
  }

  @Override
  public String contentType() {
    return CONTENT_TYPE;
  }

  static Answer of(int status, String title, String detail) {
    return of(status, title, detail, List.of());
  }

  static Answer of(int status, String title, String detail, List<Problem> errors) {
    StringWriter out = new StringWriter(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("type", "about:blank");
      json.writeStringProperty("title", title);
      json.writeNumberProperty("status", status);
      json.writeStringProperty("detail", detail);
      if (!errors.isEmpty()) {
        json.writeArrayPropertyStart("errors");
        for (Problem error : errors) {
          json.writeStartObject();
          json.writeStringProperty("place", error.place());
          json.writeStringProperty("found", error.found());
          json.writeStringProperty("valid", error.valid());
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    return new Answer(
        status,
        CONTENT_TYPE,
        out.toString().getBytes(StandardCharsets.UTF_8),
        status == 503 ? Map.of("Retry-After", "1") : Map.of());
  }
}
