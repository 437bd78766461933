package dev.gnomon.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Sends a request until it is answered, the deadline is over, or the repetitions are used up.
///
/// Repeated are only refusals that ask for it (503, 429) and failures of the connection, after what
/// `Retry-After` says (in seconds) or a growing pause, whichever is longer. The pauses are drawn
/// from the upper half of 50 ms, 100 ms, … 2 s, so that callers that failed together do not come
/// back together. A pause that the deadline does not hold is not begun.
record Calls(
    HttpClient http,
    URI base,
    Optional<String> token,
    Duration deadline,
    int retries,
    Pause pause) {
  private static final long FIRST_PAUSE = 50_000_000L;
  private static final long LONGEST_PAUSE = 2_000_000_000L;
  private static final long MOST_MILLIS = 999_999_999;
  private static final int QUOTED = 200;

  /// Waits that many nanoseconds.
  interface Pause {
    void nanos(long nanos) throws InterruptedException;
  }

  /// Whether a request may be sent again.
  enum Repeat {
    NEVER,

    /// When it surely changed nothing: it never arrived, or was refused for its rate.
    UNTAKEN,

    /// Twice is the same as once.
    ALWAYS
  }

  /// What came of one try: an answer, or why there is none.
  private record Attempt(@Nullable HttpResponse<byte[]> answer, @Nullable IOException failure) {}

  /// Sends and reads the object of a successful answer.
  ///
  /// @param body JSON; a GET when null
  <T> T ask(String path, byte @Nullable [] body, Repeat repeat, Function<Fields, T> read) {
    String what = (body == null ? "GET " : "POST ") + base + path;
    HttpResponse<byte[]> answer = send(what, path, body, repeat);
    try {
      return read.apply(Fields.of(JsonReader.read(answer.body())));
    } catch (UnreadableAnswer | Fields.Wrong e) {
      throw unreadable(answer.statusCode(), what, String.valueOf(e.getMessage()));
    }
  }

  private HttpResponse<byte[]> send(
      String what, String path, byte @Nullable [] body, Repeat repeat) {
    long end = System.nanoTime() + deadline.toNanos();
    for (int tried = 0; ; tried++) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw late(what);
      }
      Attempt attempt = attempt(what, request(path, body, left), left);
      HttpResponse<byte[]> answer = attempt.answer();
      if (answer != null && answer.statusCode() / 100 == 2) {
        return answer;
      }
      long wait = pauseAfter(answer, tried);
      if (tried >= retries || !again(attempt, repeat) || wait >= end - System.nanoTime()) {
        throw answer == null ? lost(what, attempt.failure()) : refused(answer);
      }
      try {
        pause.nanos(wait);
      } catch (InterruptedException e) {
        throw interrupted(what, e);
      }
    }
  }

  private HttpRequest request(String path, byte @Nullable [] body, long left) {
    long millis = Math.min(MOST_MILLIS, Math.max(1, left / 1_000_000));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Accept", "application/json, application/problem+json")
            .header("X-Request-Timeout-Ms", Long.toString(millis));
    token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }
    return request.build();
  }

  /// The client's own timeout ends with the headers; this one holds for the body too.
  private Attempt attempt(String what, HttpRequest request, long left) {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, head -> new BoundedBody());
    try {
      return new Attempt(answer.get(left, TimeUnit.NANOSECONDS), null);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw late(what);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted(what, e);
    } catch (ExecutionException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof UnreadableAnswer) {
          throw unreadable(0, what, String.valueOf(cause.getMessage()));
        }
      }
      if (e.getCause() instanceof IOException failure) {
        return new Attempt(null, failure);
      }
      throw lost(what, e.getCause());
    }
  }

  private static boolean again(Attempt attempt, Repeat repeat) {
    HttpResponse<byte[]> answer = attempt.answer();
    IOException failure = attempt.failure();
    boolean untaken =
        answer == null
            ? failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException
            : answer.statusCode() == 429;
    return switch (repeat) {
      case NEVER -> false;
      case UNTAKEN -> untaken;
      case ALWAYS ->
          // Another certificate is not to be had by asking again.
          untaken
              || (answer == null ? !(failure instanceof SSLException) : answer.statusCode() == 503);
    };
  }

  private static long pauseAfter(@Nullable HttpResponse<byte[]> answer, int tried) {
    long longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(tried, 10));
    long drawn = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    Optional<String> stated =
        answer == null ? Optional.empty() : answer.headers().firstValue("Retry-After");
    return stated
        .filter(text -> text.matches("[0-9]{1,9}"))
        .map(text -> Math.max(drawn, TimeUnit.SECONDS.toNanos(Long.parseLong(text))))
        .orElse(drawn);
  }

  private static GnomonException refused(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    try {
      Fields problem = Fields.of(JsonReader.read(answer.body()));
      return new GnomonException(
          status, problem.text("title"), problem.text("detail"), problem.problems(), null);
    } catch (UnreadableAnswer | Fields.Wrong e) {
      // Somebody else, a proxy perhaps.
      String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
      String start = text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
      return new GnomonException(
          status, "HTTP " + status, start.isEmpty() ? "no body" : start, List.of(), null);
    }
  }

  private static GnomonException unreadable(int status, String what, String why) {
    return new GnomonException(
        status,
        "Unreadable answer",
        "the answer to %s can't be read: %s".formatted(what, why),
        List.of(),
        null);
  }

  private GnomonException late(String what) {
    return new GnomonException(
        0,
        "Deadline exceeded",
        "%s was not answered within %d ms".formatted(what, deadline.toMillis()),
        List.of(),
        null);
  }

  private static GnomonException lost(String what, @Nullable Throwable cause) {
    return new GnomonException(0, "No answer", "%s: %s".formatted(what, cause), List.of(), cause);
  }

  private static GnomonException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new GnomonException(
        0,
        "Interrupted",
        "%s: the calling thread was interrupted".formatted(what),
        List.of(),
        cause);
  }
}
