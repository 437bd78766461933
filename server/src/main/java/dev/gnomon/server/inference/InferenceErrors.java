package dev.gnomon.server.inference;

import dev.gnomon.core.Problem;
import dev.gnomon.server.Answer;
import dev.gnomon.server.ErrorForm;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/// Errors as the protocol words them: `{"error": "<text>"}`.
final class InferenceErrors implements ErrorForm {
  static final ErrorForm FORM = new InferenceErrors();

  private InferenceErrors() {}

  @Override
  public Answer answer(int status, String title, String detail, List<Problem> errors) {
    return of(
        status,
        errors.isEmpty()
            ? detail
            : errors.stream().map(Problem::line).collect(Collectors.joining("\n")));
  }

  @Override
  public String description() {
    return "Open Inference Protocol: {\"error\": \"…\"}";
  }

  @Override
  public String contentType() {
    return Answer.JSON;
  }

  static Answer of(InferenceError error) {
    return of(error.http(), error.message());
  }

  static Answer of(int status, String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    try (JsonGenerator json = RequestJson.JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("error", text);
      json.writeEndObject();
    }
    return new Answer(
        status,
        Answer.JSON,
        out.toByteArray(),
        status == 503 ? Map.of("Retry-After", "1") : Map.of());
  }
}
