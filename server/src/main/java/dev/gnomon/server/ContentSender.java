package dev.gnomon.server;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/// Sends a long body from the handler's thread, no faster than the client takes it: one chunk is
/// read while the one before is on its way.
final class ContentSender {
  private static final int CHUNK = 1 << 18;

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final Context context;
  private final Patience patience;
  private CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
  private long sent;
  private boolean begun;

  ContentSender(HttpServerRequest request, Context context, long graceNanos) {
    this.request = request;
    this.response = request.response();
    this.context = context;
    this.patience = new Patience(graceNanos);
  }

  /// Whether the head is out, so that nothing else can be answered any more.
  boolean begun() {
    return begun;
  }

  /// @param head sets status and headers; on the event loop
  /// @return the status
  /// @throws IOException when it can't be read, or the client does not take it
  int send(Answer.Content content, Runnable head) throws IOException {
    ByteRange range =
        ByteRange.of(
            request.getHeader("Range"),
            request.getHeader("If-Range"),
            content.etag(),
            content.length());
    return switch (range) {
      case ByteRange.Whole() -> part(content, 0, content.length(), 200, head);
      case ByteRange.Part(long from, long until) -> part(content, from, until, 206, head);
      case ByteRange.Beyond() -> {
        begin(head, content, 416, 0, "bytes */" + content.length());
        end();
        yield 416;
      }
    };
  }

  private int part(Answer.Content content, long from, long until, int status, Runnable head)
      throws IOException {
    String stands = "bytes %d-%d/%d".formatted(from, until - 1, content.length());
    if (request.method().name().equals("HEAD")) {
      begin(head, content, status, until - from, status == 206 ? stands : "");
      end();
      return status;
    }
    try (InputStream in = content.open(from, until)) {
      long left = until - from;
      // The first bytes are read before the head goes out: what can't be read has its own answer.
      byte[] chunk = in.readNBytes((int) Math.min(CHUNK, Math.max(1, left)));
      begin(head, content, status, left, status == 206 ? stands : "");
      while (left > 0) {
        if (chunk.length == 0) {
          throw new IOException("the content ended %d bytes too early".formatted(left));
        }
        write(chunk);
        left -= chunk.length;
        chunk = left == 0 ? chunk : in.readNBytes((int) Math.min(CHUNK, left));
      }
    }
    end();
    return status;
  }

  private void begin(
      Runnable head, Answer.Content content, int status, long length, String contentRange)
      throws IOException {
    begun = true;
    await(
        on(() -> {
          head.run();
          response.setStatusCode(status);
          response.putHeader("Content-Length", Long.toString(length));
          response.putHeader("Accept-Ranges", "bytes");
          response.putHeader("ETag", content.etag());
          if (!contentRange.isEmpty()) {
            response.putHeader("Content-Range", contentRange);
          }
          return Future.succeededFuture();
        }));
  }

  private void write(byte[] chunk) throws IOException {
    await(before);
    before = on(() -> response.write(Buffer.buffer(chunk)));
    sent += chunk.length;
  }

  private void end() throws IOException {
    await(before);
    await(on(response::end));
  }

  private CompletableFuture<Void> on(Supplier<Future<Void>> what) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    context.runOnContext(ignored -> {
      if (response.closed()) {
        done.completeExceptionally(new IOException("the client went away"));
        return;
      }
      what.get()
          .onComplete(result -> {
            if (result.succeeded()) {
              done.complete(null);
            } else {
              done.completeExceptionally(result.cause());
            }
          });
    });
    return done;
  }

  private void await(CompletableFuture<Void> what) throws IOException {
    if (what.isDone() && !what.isCompletedExceptionally()) {
      return;
    }
    long began = System.nanoTime();
    try {
      what.get(Math.max(1, patience.left(sent)), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is about to stop", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the client does not take it", e);
    }
    patience.waited(System.nanoTime() - began);
  }

  /// Ends the connection, so that the client does not take a part for the whole.
  void breakOff() {
    context.runOnContext(ignored -> {
      var _ = response.reset();
    });
  }
}
