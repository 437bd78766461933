package dev.gnomon.lineage;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Home;
import dev.gnomon.lineage.LineageRun.Job;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Keeps run events in the home, one file of lines per day of UTC, and sends them where the
/// settings say.
///
/// Lineage is told beside the work and never in its way: events are sent in order by a thread of
/// their own, each within five seconds; what can't be written or sent is one warning, after which
/// nothing is sent for a minute, and no command fails for it. Safe for use by several threads.
public final class LineageLog implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SILENCE = Duration.ofMinutes(1);
  private static final int MOST_WAITING = 10_000;

  private final Home home;
  private final LineageSettings settings;
  private final InstantSource clock;
  private final Supplier<UUID> ids;
  private final Consumer<String> warned;
  private final AtomicBoolean hasWarned = new AtomicBoolean();
  private final AtomicLong silentUntil = new AtomicLong(Long.MIN_VALUE);
  private final ExecutorService beside = inOrder("gnomon-lineage-made");
  private final @Nullable HttpClient http;
  private final @Nullable ExecutorService sender;

  /// @param ids of runs; each is asked for once
  /// @param warned of the first event that could not be written or sent
  public LineageLog(
      Home home,
      LineageSettings settings,
      InstantSource clock,
      Supplier<UUID> ids,
      Consumer<String> warned) {
    this.home = home;
    this.settings = settings;
    this.clock = clock;
    this.ids = ids;
    this.warned = warned;
    boolean sends = settings.endpoint().isPresent();
    this.http = sends ? HttpClient.newBuilder().connectTimeout(PATIENCE).build() : null;
    this.sender = sends ? inOrder("gnomon-lineage") : null;
  }

  /// One thread, and no more waiting than fits: what comes beyond is left out.
  private static ExecutorService inOrder(String name) {
    return new ThreadPoolExecutor(
        1,
        1,
        1,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(MOST_WAITING),
        Thread.ofPlatform().daemon().name(name).factory(),
        new ThreadPoolExecutor.DiscardPolicy());
  }

  /// As the environment says. What it says wrongly is the one warning, and nothing is sent.
  public static LineageLog open(
      Home home,
      Map<String, String> environment,
      InstantSource clock,
      Supplier<UUID> ids,
      Consumer<String> warned) {
    try {
      return new LineageLog(home, LineageSettings.of(environment), clock, ids, warned);
    } catch (IllegalArgumentException e) {
      warned.accept("lineage is not sent: OPENLINEAGE_URL: " + e.getMessage());
      return new LineageLog(home, LineageSettings.of(Map.of()), clock, ids, warned);
    }
  }

  public LineageSettings settings() {
    return settings;
  }

  /// Tells that a job begins.
  ///
  /// @param job its name in the namespace of the settings, such as `churn.train`
  public LineageRun start(String job, List<Dataset> inputs) {
    return begun(new LineageRun(this, new Job(settings.namespace(), job), ids.get(), null), inputs);
  }

  /// Tells that a part of a run begins.
  public LineageRun start(LineageRun parent, String job, List<Dataset> inputs) {
    return begun(
        new LineageRun(this, new Job(settings.namespace(), job), ids.get(), parent), inputs);
  }

  private static LineageRun begun(LineageRun run, List<Dataset> inputs) {
    return run.start(inputs);
  }

  /// A run that has its identity elsewhere, of which nothing is told yet.
  public LineageRun run(UUID id, String job, @Nullable LineageRun parent) {
    return new LineageRun(this, new Job(settings.namespace(), job), id, parent);
  }

  /// Does what finds out what to tell, in order, by a thread of its own: so that nobody waits for
  /// it. A failure of it is the warning.
  public void beside(Runnable work) {
    beside.execute(() -> {
      try {
        work.run();
      } catch (RuntimeException e) {
        warn("lineage is not told: " + e.getMessage());
      }
    });
  }

  InstantSource clock() {
    return clock;
  }

  void tell(ObjectNode event) {
    byte[] line = CanonicalJson.bytes(event); // one line, its end included
    keep(line);
    URI endpoint = settings.endpoint().orElse(null);
    if (sender != null && http != null && endpoint != null && !silent()) {
      HttpClient client = http;
      sender.execute(() -> send(client, endpoint, line));
    }
  }

  private void keep(byte[] line) {
    Path file =
        home.lineage().resolve(clock.instant().atZone(ZoneOffset.UTC).toLocalDate() + ".ndjson");
    try {
      Files.createDirectories(home.lineage());
      // One write at the end of the file: lines of several processes do not mix.
      Files.write(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      warn("lineage can't be written to %s: %s".formatted(file, e.getMessage()));
    }
  }

  private void send(HttpClient client, URI endpoint, byte[] line) {
    if (silent()) {
      return;
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(line));
    settings.apiKey().ifPresent(key -> request.header("Authorization", "Bearer " + key));
    try {
      int status =
          client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status / 100 != 2) {
        failed(endpoint, "it answered " + status);
      }
    } catch (IOException e) {
      failed(
          endpoint,
          e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ", " + e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(endpoint, "it did not answer within " + PATIENCE.toSeconds() + " s");
    }
  }

  private boolean silent() {
    return clock.millis() < silentUntil.get();
  }

  private void failed(URI endpoint, String why) {
    silentUntil.set(clock.millis() + SILENCE.toMillis());
    warn("lineage is kept but not sent to %s: %s".formatted(endpoint, why));
  }

  private void warn(String text) {
    if (hasWarned.compareAndSet(false, true)) {
      warned.accept(text);
    }
  }

  /// Waits until what was told is sent, as long as one request may take.
  @Override
  public void close() {
    beside.shutdown();
    try {
      if (!beside.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        beside.shutdownNow();
      }
    } catch (InterruptedException e) {
      beside.shutdownNow();
      Thread.currentThread().interrupt();
    }
    if (sender == null || http == null) {
      return;
    }
    sender.shutdown();
    try {
      if (!sender.awaitTermination(PATIENCE.toMillis() + 500, TimeUnit.MILLISECONDS)) {
        sender.shutdownNow();
        settings.endpoint().ifPresent(to -> failed(to, "it answers too slowly"));
      }
    } catch (InterruptedException e) {
      sender.shutdownNow();
      Thread.currentThread().interrupt();
    }
    http.shutdownNow();
  }
}
