package dev.gnomon.server;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What goes back: status, media type, body, further headers.
public record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
  public static final String JSON = "application/json";
  public static final String HTML = "text/html; charset=utf-8";

  public Answer {
    headers = Map.copyOf(headers);
  }

  public static Answer json(int status, byte[] body) {
    return new Answer(status, JSON, body, Map.of());
  }

  public static Answer json(int status, String body) {
    return json(status, body.getBytes(StandardCharsets.UTF_8));
  }

  public static Answer html(String body) {
    return new Answer(200, HTML, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public static Answer text(String contentType, String body) {
    return new Answer(200, contentType, body.getBytes(StandardCharsets.UTF_8), Map.of());
  }
}
