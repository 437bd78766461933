package dev.gnomon.client;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Asks a Gnomon server:
///
/// ```java
/// GnomonClient gnomon = GnomonClient.builder(URI.create("http://localhost:8080")).build();
/// Decision decision = gnomon.decide("churn", DecideRequest.of("c-17"));
/// ```
///
/// Every call ends within the deadline, also when the server hangs, and tells the server how long
/// it waits. Refusals for load (503), for the rate (429) and failed connections are repeated within
/// it; what is repeated carries an id, so that nothing is decided or counted twice. A call that
/// fails throws [GnomonException]. For all threads; one per application, since it keeps
/// connections.
public final class GnomonClient {
  private final Calls calls;

  private GnomonClient(Calls calls) {
    this.calls = calls;
  }

  /// @param server `http://host:port` or `https://…`, with a path where a proxy puts one before
  /// @throws IllegalArgumentException when it is neither
  public static Builder builder(URI server) {
    return new Builder(server);
  }

  /// The same connections with another deadline.
  public GnomonClient within(Duration deadline) {
    return new GnomonClient(
        new Calls(
            calls.http(),
            calls.base(),
            calls.token(),
            positive(deadline),
            calls.retries(),
            calls.pause()));
  }

  /// Decides for one key.
  public Decision decide(String useCase, DecideRequest request) {
    return calls.ask(
        useCase(useCase) + "/decide",
        JsonWriter.write(request.json()),
        Calls.Repeat.ALWAYS,
        Decision::of);
  }

  /// Decides for up to 1,000 keys; the answers stand in the order of the requests.
  public List<BatchItem> decideBatch(String useCase, List<DecideRequest> requests) {
    Map<String, Object> body = Map.of("items", requests.stream().map(DecideRequest::json).toList());
    return calls.ask(
        useCase(useCase) + "/decide:batch",
        JsonWriter.write(body),
        Calls.Repeat.ALWAYS,
        json -> {
          List<BatchItem> items = json.list("items").stream().map(BatchItem::of).toList();
          if (items.size() != requests.size()) {
            throw new Fields.Wrong(
                "%d items for %d requests".formatted(items.size(), requests.size()));
          }
          return items;
        });
  }

  /// Posts rows of a source. It is repeated only when it surely was not taken: rows without an id
  /// would count twice.
  ///
  /// @param rows values by column: a number, a text, a boolean, an [Instant], or null
  public Taken events(String source, List<? extends Map<String, ? extends @Nullable Object>> rows) {
    return post(source, rows, Calls.Repeat.UNTAKEN);
  }

  /// Posts rows of a source that counts each id once, so that they may be repeated. Where the
  /// source has a known-at column, the rows should have it too: a row without it became known on
  /// arrival, which a repetition changes, and the server refuses (409) what it sees as another row.
  ///
  /// @param idColumn the `id` of the source in the use-case file
  /// @throws IllegalArgumentException when a row has none
  public Taken events(
      String source,
      String idColumn,
      List<? extends Map<String, ? extends @Nullable Object>> rows) {
    for (int i = 0; i < rows.size(); i++) {
      if (rows.get(i).get(idColumn) == null) {
        throw new IllegalArgumentException(
            "row %d of %s has no '%s'".formatted(i + 1, source, idColumn));
      }
    }
    return post(source, rows, Calls.Repeat.ALWAYS);
  }

  private Taken post(
      String source,
      List<? extends Map<String, ? extends @Nullable Object>> rows,
      Calls.Repeat repeat) {
    return calls.ask(
        "/v1/sources/" + segment("source", source) + "/events",
        JsonWriter.write(rows),
        repeat,
        Taken::of);
  }

  /// Tells what happened after decisions: all outcomes are taken, or none.
  public Taken outcomes(String useCase, List<Outcome> outcomes) {
    return calls.ask(
        useCase(useCase) + "/outcomes",
        JsonWriter.write(outcomes.stream().map(Outcome::json).toList()),
        Calls.Repeat.ALWAYS,
        Taken::of);
  }

  /// The features of a key, now.
  public KeyFeatures features(String useCase, String key) {
    return features(useCase, key, "");
  }

  /// The features of a key as of a time.
  public KeyFeatures features(String useCase, String key, Instant at) {
    return features(useCase, key, "?at=" + at);
  }

  private KeyFeatures features(String useCase, String key, String query) {
    return calls.ask(
        useCase(useCase) + "/features/" + segment("key", key) + query,
        null,
        Calls.Repeat.ALWAYS,
        KeyFeatures::of);
  }

  /// A decision made before, with the features it was made on.
  ///
  /// @throws GnomonException with status 404 when there is none
  public Prediction prediction(String predictionId) {
    return calls.ask(
        "/v1/predictions/" + segment("prediction id", predictionId),
        null,
        Calls.Repeat.ALWAYS,
        Prediction::of);
  }

  /// Whether the server gives decisions; also false when it can't be reached. Asks once.
  public boolean ready() {
    try {
      return calls.ask("/health/ready", null, Calls.Repeat.NEVER, json -> true);
    } catch (GnomonException e) {
      return false;
    }
  }

  private static String useCase(String name) {
    return "/v1/usecases/" + segment("use case", name);
  }

  private static String segment(String what, String text) {
    if (text.isEmpty() || text.equals(".") || text.equals("..")) {
      throw new IllegalArgumentException("'%s' can't be a %s in a path".formatted(text, what));
    }
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static Duration positive(Duration deadline) {
    if (deadline.compareTo(Duration.ofMillis(1)) < 0
        || deadline.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "a deadline of %s; valid: 1 ms to a day".formatted(deadline));
    }
    return deadline;
  }

  /// States how a server is asked.
  public static final class Builder {
    private static final Duration CONNECT = Duration.ofSeconds(2);

    private final URI server;
    private Optional<String> token = Optional.empty();
    private Duration deadline = Duration.ofSeconds(5);
    private int retries = 3;
    private Optional<SSLContext> tls = Optional.empty();
    private Calls.Pause pause = TimeUnit.NANOSECONDS::sleep;

    private Builder(URI server) {
      String scheme = server.getScheme();
      if (scheme == null
          || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
          || server.getHost() == null
          || server.getRawQuery() != null
          || server.getRawFragment() != null
          || server.getRawUserInfo() != null) {
        throw new IllegalArgumentException(
            "'%s' names no server; valid: http://host:port or https://host:port".formatted(server));
      }
      this.server = URI.create(server.toString().replaceAll("/+$", ""));
    }

    /// Who asks, as `gnomon token create` printed it.
    public Builder token(String bearer) {
      if (!bearer.matches("[!-~]+")) {
        throw new IllegalArgumentException("a token is made of visible ASCII characters");
      }
      token = Optional.of(bearer);
      return this;
    }

    /// How long a call may last with all its repetitions; 5 s when not stated.
    public Builder deadline(Duration most) {
      deadline = positive(most);
      return this;
    }

    /// How often a request is repeated, 0 to 100; 3 when not stated.
    public Builder retries(int most) {
      if (most < 0 || most > 100) {
        throw new IllegalArgumentException("%d retries; valid: 0 to 100".formatted(most));
      }
      retries = most;
      return this;
    }

    /// Whose certificates are trusted; those of the JDK when not stated.
    public Builder tls(SSLContext context) {
      tls = Optional.of(context);
      return this;
    }

    Builder pause(Calls.Pause one) {
      pause = one;
      return this;
    }

    public GnomonClient build() {
      HttpClient.Builder http =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(CONNECT);
      tls.ifPresent(http::sslContext);
      return new GnomonClient(new Calls(http.build(), server, token, deadline, retries, pause));
    }
  }
}
