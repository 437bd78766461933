package dev.gnomon.server;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the body of one request up to its limit.
final class BodyReader {
  private static final byte[] EMPTY = new byte[0];

  private final int most;
  private final Consumer<byte[]> whole;
  private final Runnable gone;
  private final Runnable tooLarge;
  private @Nullable Buffer sum;
  private boolean own;
  private boolean over;

  private BodyReader(int most, Consumer<byte[]> whole, Runnable gone, Runnable tooLarge) {
    this.most = most;
    this.whole = whole;
    this.gone = gone;
    this.tooLarge = tooLarge;
  }

  /// @param whole told the body once it is there; never when the client goes away before
  /// @param gone told when there will be no whole body: the client went away, or sent too much
  /// @param tooLarge told at once when it is longer than `most` bytes
  static void read(
      HttpServerRequest request,
      int most,
      Consumer<byte[]> whole,
      Runnable gone,
      Runnable tooLarge) {
    BodyReader reader = new BodyReader(most, whole, gone, tooLarge);
    request.handler(reader::chunk);
    request.exceptionHandler(failure -> {
      reader.over = true;
      gone.run();
    });
    request.endHandler(ended -> reader.end());
  }

  private void chunk(Buffer chunk) {
    if (over) {
      return;
    }
    Buffer before = sum;
    int length = chunk.length() + (before == null ? 0 : before.length());
    if (length > most) {
      over = true;
      sum = null;
      tooLarge.run();
    } else if (before == null) {
      sum = chunk;
    } else if (own) {
      // Grows by doubling: a large body costs time in proportion to its length.
      before.appendBuffer(chunk);
    } else {
      sum = Buffer.buffer(length).appendBuffer(before).appendBuffer(chunk);
      own = true;
    }
  }

  private void end() {
    if (over) {
      gone.run();
    } else {
      Buffer body = sum;
      whole.accept(body == null ? EMPTY : body.getBytes());
    }
  }
}
