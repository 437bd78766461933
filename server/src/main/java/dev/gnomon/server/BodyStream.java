package dev.gnomon.server;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The body of one request as it arrives. The event loop fills it, the handler's thread reads it;
/// while that does not keep up, nothing more is taken from the network, so that a body of any
/// length needs half a mebibyte.
///
/// Reading fails with [HttpProblem]: 413 beyond the limit, 408 when the client keeps it waiting for
/// too long, 400 when it goes away.
final class BodyStream extends InputStream {
  private static final int HIGH = 1 << 19;
  private static final int LOW = 1 << 17;

  private final HttpServerRequest request;
  private final Context context;
  private final long most;
  private final Patience patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Buffer> arrived = new ArrayDeque<>();
  private int held;
  private long received;
  private boolean paused;
  private boolean ended;
  private boolean unwanted;
  private @Nullable HttpProblem failure;
  private @Nullable Runnable gone;
  private @Nullable Buffer current;
  private int at;

  /// On the event loop, before anything of the body came.
  BodyStream(HttpServerRequest request, Context context, long most, long graceNanos) {
    this.request = request;
    this.context = context;
    this.most = most;
    this.patience = new Patience(graceNanos);
    request.exceptionHandler(
        lost -> end(new HttpProblem(400, "Bad request", "The body broke off.")));
    request.endHandler(ignored -> end(null));
    request.handler(this::chunk);
  }

  private void chunk(Buffer chunk) {
    lock.lock();
    try {
      received += chunk.length();
      if (unwanted) {
        return;
      }
      if (received > most) {
        fail(new HttpProblem(413, "Content too large", "At most %d bytes.".formatted(most)));
        return;
      }
      arrived.add(chunk);
      held += chunk.length();
      if (held > HIGH && !paused) {
        paused = true;
        request.pause();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void end(@Nullable HttpProblem why) {
    Runnable tell;
    lock.lock();
    try {
      ended = true;
      if (why != null) {
        fail(why);
      }
      changed.signalAll();
      tell = gone;
      gone = null;
    } finally {
      lock.unlock();
    }
    if (tell != null) {
      tell.run();
    }
  }

  private void fail(HttpProblem why) {
    if (failure == null) {
      failure = why;
    }
    arrived.clear();
    held = 0;
    unwanted = true;
    changed.signalAll();
  }

  /// On the event loop: lets what still comes pass by.
  ///
  /// @param over told when there is nothing more
  void discard(Runnable over) {
    boolean now;
    lock.lock();
    try {
      unwanted = true;
      arrived.clear();
      held = 0;
      now = ended;
      gone = over;
    } finally {
      lock.unlock();
    }
    if (now) {
      over.run();
    } else {
      request.resume();
    }
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int from, int length) {
    if (length == 0) {
      return 0;
    }
    Buffer chunk = current;
    if (chunk == null) {
      chunk = next();
      if (chunk == null) {
        return -1;
      }
      current = chunk;
      at = 0;
    }
    int take = Math.min(length, chunk.length() - at);
    chunk.getBytes(at, at + take, bytes, from);
    at += take;
    if (at == chunk.length()) {
      current = null;
    }
    return take;
  }

  private @Nullable Buffer next() {
    lock.lock();
    try {
      while (arrived.isEmpty() && !ended && failure == null) {
        await();
      }
      if (failure != null) {
        throw failure;
      }
      Buffer chunk = arrived.poll();
      if (chunk == null) {
        return null;
      }
      held -= chunk.length();
      if (paused && held < LOW) {
        paused = false;
        context.runOnContext(ignored -> request.resume());
      }
      return chunk;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // its callers ask again
  private void await() {
    long left = patience.left(received);
    long began = System.nanoTime();
    try {
      if (left <= 0 || changed.awaitNanos(left) <= 0) {
        fail(new HttpProblem(408, "Request timeout", "The body took too long to arrive."));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new HttpProblem(503, "Unavailable", "The server is about to stop."));
    }
    patience.waited(System.nanoTime() - began);
  }
}
