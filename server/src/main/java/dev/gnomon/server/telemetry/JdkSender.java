package dev.gnomon.server.telemetry;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.Compressor;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.HttpSenderConfig;
import io.opentelemetry.sdk.common.export.MessageWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Consumer;

/// Sends exports with the HTTP client of the JDK, so that tracing brings no other client along.
///
/// Nothing is sent twice: a trace that a collector did not take is lost, and the library says so in
/// its log.
final class JdkSender implements HttpSender {
  private static final int MOST = 1 << 20;

  private final HttpSenderConfig settings;
  private final HttpClient http;

  /// What the library wants to know of an answer.
  private record Answered(int status, byte[] body) implements HttpResponse {
    @Override
    public int getStatusCode() {
      return status;
    }

    @Override
    public String getStatusMessage() {
      return Integer.toString(status);
    }

    @Override
    public byte[] getResponseBody() {
      return body;
    }
  }

  JdkSender(HttpSenderConfig settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.getConnectTimeout());
    if (settings.getSslContext() != null) {
      builder.sslContext(settings.getSslContext());
    }
    this.http = builder.build();
  }

  @Override
  public void send(
      MessageWriter message, Consumer<HttpResponse> answered, Consumer<Throwable> failed) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(settings.getEndpoint())
            .timeout(settings.getTimeout())
            .header("Content-Type", settings.getContentType());
    try {
      settings
          .getHeadersSupplier()
          .get()
          .forEach((name, values) -> values.forEach(value -> request.header(name, value)));
      request.POST(HttpRequest.BodyPublishers.ofByteArray(bytes(message, request)));
    } catch (IOException | RuntimeException e) {
      failed.accept(e);
      return;
    }
    var _ =
        http.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST))
            .whenComplete((answer, failure) -> {
              if (failure != null) {
                failed.accept(failure);
              } else {
                answered.accept(new Answered(answer.statusCode(), answer.body()));
              }
            });
  }

  private byte[] bytes(MessageWriter message, HttpRequest.Builder request) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Compressor compressor = settings.getCompressor();
    if (compressor == null) {
      message.writeMessage(bytes);
    } else {
      request.header("Content-Encoding", compressor.getEncoding());
      try (OutputStream compressed = compressor.compress(bytes)) {
        message.writeMessage(compressed);
      }
    }
    return bytes.toByteArray();
  }

  @Override
  public CompletableResultCode shutdown() {
    http.shutdownNow();
    return CompletableResultCode.ofSuccess();
  }
}
