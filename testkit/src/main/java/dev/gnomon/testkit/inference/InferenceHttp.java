package dev.gnomon.testkit.inference;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A plain client of the protocol over HTTP: no more than the bytes that a test gives it.
public final class InferenceHttp implements AutoCloseable {
  public static final String HEADER_LENGTH = "Inference-Header-Content-Length";

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// @param base where the server listens, without a path
  public InferenceHttp(URI base) {
    this.base = base;
  }

  /// @param body as received
  public record Reply(int status, byte[] body, java.net.http.HttpHeaders headers) {
    /// The JSON part.
    public JsonNode json() {
      int length = header(HEADER_LENGTH).map(Integer::parseInt).orElse(body.length);
      return JsonMapper.shared().readTree(Arrays.copyOf(body, length));
    }

    /// What follows the JSON part.
    public byte[] binary() {
      return Arrays.copyOfRange(
          body, header(HEADER_LENGTH).map(Integer::parseInt).orElse(body.length), body.length);
    }

    public Optional<String> header(String name) {
      return headers.firstValue(name);
    }

    /// The text of an error in the protocol's form.
    public String error() {
      JsonNode json = json();
      if (!json.isObject() || json.size() != 1 || !json.path("error").isString()) {
        throw new AssertionError("no error of the protocol: " + json);
      }
      return json.path("error").stringValue();
    }
  }

  public Reply get(String path) {
    return send(request(path).GET());
  }

  public Reply post(String path, String json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  public CompletableFuture<Reply> postLater(String path, String json) {
    return http.sendAsync(
            request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(InferenceHttp::reply);
  }

  /// @param headers names and values in turn
  public Reply post(String path, byte[] body, String... headers) {
    HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  /// The binary extension: JSON, then tensors.
  public Reply binary(String path, String json, byte[]... tensors) {
    return post(
        path,
        joined(json, tensors),
        "Content-Type",
        "application/octet-stream",
        HEADER_LENGTH,
        Integer.toString(json.getBytes(StandardCharsets.UTF_8).length));
  }

  static byte[] joined(String json, byte[]... tensors) {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    out.writeBytes(json.getBytes(StandardCharsets.UTF_8));
    for (byte[] tensor : tensors) {
      out.writeBytes(tensor);
    }
    return out.toByteArray();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(Duration.ofSeconds(30));
  }

  /// Asks again where the server says that it is busy, as clients are to do; what stays so is told.
  private Reply send(HttpRequest.Builder request) {
    try {
      Reply reply = reply(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
      for (int again = 0; again < 3 && reply.status() == 503; again++) {
        reply = reply(http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
      }
      return reply;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Reply reply(HttpResponse<byte[]> answer) {
    return new Reply(answer.statusCode(), answer.body(), answer.headers());
  }

  @Override
  public void close() {
    http.close();
  }
}
