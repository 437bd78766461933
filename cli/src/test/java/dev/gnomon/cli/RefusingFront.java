package dev.gnomon.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Stands before a server and refuses each request the first time it comes. Who asks again with
/// other words (another id, say) is refused for ever. Every second one it passes on before it
/// refuses, so that what the server has done already comes to it again.
final class RefusingFront implements AutoCloseable {
  private final HttpServer front;
  private final int port;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /// How often each request came.
  final Map<String, Integer> seen = new ConcurrentHashMap<>();

  /// @param port of the server
  RefusingFront(int port) throws IOException {
    this.port = port;
    front = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    front.createContext("/", this::handle);
    front.start();
  }

  int port() {
    return front.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean first = seen.merge(exchange.getRequestURI() + " " + body, 1, Integer::sum) == 1;
      boolean deaf = seen.size() % 2 == 0;
      if (first && deaf) {
        refuse(exchange);
        return;
      }
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()));
      if (exchange.getRequestMethod().equals("POST")) {
        request
            .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
      }
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      if (first) {
        refuse(exchange);
        return;
      }
      exchange.sendResponseHeaders(
          answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void refuse(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Retry-After", "0");
    byte[] body =
        "{\"status\":503,\"title\":\"Busy\",\"predictionId\":\"none\"}"
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(503, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    front.stop(0);
    http.close();
  }
}
