package dev.gnomon.client;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Sends requests for artifacts, again while that may help: all of them mean the same when they
/// come twice. The pauses double from 100 ms to 5 s, each drawn from its upper half.
record ArtifactCalls(
    HttpClient http,
    URI server,
    Optional<String> token,
    Duration patience,
    int retries,
    Calls.Pause pause) {
  private static final Set<Integer> PASSING = Set.of(408, 429, 500, 502, 503, 504);
  private static final long FIRST_PAUSE = 100_000_000L;
  private static final long LONGEST_PAUSE = 5_000_000_000L;
  private static final int QUOTED = 200;

  /// Makes a request anew for each try.
  interface Making {
    HttpRequest.Builder request() throws IOException;
  }

  /// @param address behind the server's, or a whole one; another server hears no token
  HttpRequest.Builder request(String address) {
    boolean own = address.startsWith("/");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(own ? server + address : address)).timeout(patience);
    if (own) {
      token.ifPresent(text -> request.header("Authorization", "Bearer " + text));
    }
    return request;
  }

  HttpRequest.Builder post(String address, byte[] json) {
    return request(address)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(json));
  }

  /// The object of a successful answer.
  Fields object(String what, Making making) {
    HttpResponse<byte[]> answer = ask(what, making, head -> new BoundedBody());
    try {
      return Fields.of(JsonReader.read(answer.body()));
    } catch (UnreadableAnswer | Fields.Wrong e) {
      throw new GnomonException(
          answer.statusCode(), "Unreadable answer", what + ": " + e.getMessage(), List.of(), null);
    }
  }

  /// A successful answer.
  ///
  /// @throws GnomonException when there is none
  HttpResponse<byte[]> ask(String what, Making making, HttpResponse.BodyHandler<byte[]> body) {
    HttpResponse<byte[]> answer = answer(what, making, body);
    if (answer.statusCode() / 100 != 2) {
      throw refused(answer);
    }
    return answer;
  }

  /// An answer that asking again will not change.
  HttpResponse<byte[]> answer(String what, Making making, HttpResponse.BodyHandler<byte[]> body) {
    for (int tried = 0; ; tried++) {
      HttpResponse<byte[]> answer = null;
      IOException failure = null;
      try {
        answer = once(making.request().build(), body);
        if (!PASSING.contains(answer.statusCode())) {
          return answer;
        }
      } catch (IOException e) {
        failure = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new GnomonException(0, "Interrupted", what, List.of(), e);
      }
      if (tried >= retries || failure instanceof SSLException || unreadable(failure)) {
        if (answer != null) {
          return answer;
        }
        throw new GnomonException(0, "No answer", what + ": " + failure, List.of(), failure);
      }
      try {
        pause.nanos(wait(answer, tried));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new GnomonException(0, "Interrupted", what, List.of(), e);
      }
    }
  }

  /// The client's own timeout ends with the head of an answer; this one holds for its body too.
  private HttpResponse<byte[]> once(HttpRequest request, HttpResponse.BodyHandler<byte[]> body)
      throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, body);
    try {
      return answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no whole answer within " + patience, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    }
  }

  private static boolean unreadable(@Nullable IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnreadableAnswer) {
        return true;
      }
    }
    return false;
  }

  private static long wait(@Nullable HttpResponse<byte[]> answer, int tried) {
    long longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE << Math.min(tried, 10));
    long drawn = ThreadLocalRandom.current().nextLong(longest / 2, longest + 1);
    return answer == null
        ? drawn
        : answer
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("[0-9]{1,4}"))
            .map(text -> Math.max(drawn, TimeUnit.SECONDS.toNanos(Long.parseLong(text))))
            .orElse(drawn);
  }

  static GnomonException refused(HttpResponse<byte[]> answer) {
    int status = answer.statusCode();
    try {
      Fields error = Fields.of(JsonReader.read(answer.body()));
      return new GnomonException(
          status,
          error.maybeText("error_code").or(() -> error.maybeText("title")).orElse("HTTP " + status),
          error.maybeText("message").or(() -> error.maybeText("detail")).orElse("no reason given"),
          List.of(),
          null);
    } catch (UnreadableAnswer | Fields.Wrong e) {
      String text = new String(answer.body(), StandardCharsets.UTF_8).strip();
      String start = text.length() > QUOTED ? text.substring(0, QUOTED) + "…" : text;
      return new GnomonException(
          status, "HTTP " + status, start.isEmpty() ? "no body" : start, List.of(), null);
    }
  }
}
