package dev.gnomon.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What goes back: status, media type, body, further headers.
///
/// @param content a body that is sent as it is read; `body` is empty then. Only from handlers that
///   may wait
public record Answer(
    int status,
    String contentType,
    byte[] body,
    Map<String, String> headers,
    @Nullable Content content) {
  public static final String JSON = "application/json";
  public static final String HTML = "text/html; charset=utf-8";

  private static final byte[] NOTHING = new byte[0];

  public Answer {
    headers = Map.copyOf(headers);
  }

  public Answer(int status, String contentType, byte[] body, Map<String, String> headers) {
    this(status, contentType, body, headers, null);
  }

  /// A body of any length. Also parts of it may be asked for, so that a client that lost its
  /// connection can go on where it was.
  public interface Content {
    /// Bytes.
    long length();

    /// What is the same as long as the bytes are, in double quotes.
    String etag();

    /// The bytes from `from` up to before `until`; closed by who asked.
    InputStream open(long from, long until) throws IOException;

    /// What is answered when it can't be read and nothing of it went out yet: where the source
    /// knows what is wrong. Without it the server answers that storage failed.
    default Optional<Answer> instead(IOException failure) {
      return Optional.empty();
    }
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

  /// With 200, or 206 for a part.
  public static Answer content(String contentType, Content content, Map<String, String> headers) {
    return new Answer(200, contentType, NOTHING, headers, content);
  }
}
