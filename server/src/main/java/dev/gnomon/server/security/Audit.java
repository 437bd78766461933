package dev.gnomon.server.security;

import dev.gnomon.core.CanonicalJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/// Who did what to the control surfaces, when, from where, and what came of it: one JSON object a
/// line in `<home>/audit.jsonl`. Refused attempts too. Neither bodies nor headers go in, and so no
/// secret.
///
/// What an operator reads; what changed stands in the ledger, which can't be altered unnoticed.
/// Lines are written beside the requests; five files of 16 MiB are kept.
public final class Audit implements AutoCloseable {
  private static final long MOST_BYTES = 16L << 20;
  private static final int FILES = 5;
  private static final int MOST_WAITING = 10_000;

  private final Path file;
  private final InstantSource clock;
  private final Consumer<String> told;
  private final ThreadPoolExecutor writing =
      new ThreadPoolExecutor(
          0,
          1,
          1,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("gnomon-audit").factory(),
          new ThreadPoolExecutor.CallerRunsPolicy());
  private boolean failing;

  Audit(Path file, InstantSource clock, Consumer<String> told) {
    this.file = file;
    this.clock = clock;
    this.told = told;
  }

  /// Whether requests to a route are written down: everything that changes something, but for the
  /// stream of data (decisions, rows, metrics, files), which has logs of its own.
  public static boolean covers(String method, String pattern) {
    // Asked for every request: what comes most often is told first.
    if (pattern.startsWith("/v1/usecases/")) {
      return false;
    }
    if (method.equals("GET") || method.equals("HEAD") || method.equals("OPTIONS")) {
      return false;
    }
    if (Surface.ofMlflow(pattern)) {
      return (pattern.contains("/registered-models/")
              || pattern.contains("/model-versions/")
              || pattern.contains("/experiments/"))
          && !pattern.endsWith("/search")
          && !pattern.endsWith("/get-latest-versions");
    }
    return !pattern.equals("/v1/sources/{name}/events")
        && !pattern.equals("/push")
        && !pattern.equals("/write-to-online-store")
        && !pattern.equals("/get-online-features")
        && !pattern.endsWith("/infer")
        && !pattern.equals("/v2/repository/index");
  }

  /// Writes a line, soon.
  ///
  /// @param who the caller's name; empty when nobody was known
  /// @param path as it was asked, without its query
  void record(String who, String method, String path, String from, int status) {
    ObjectNode line =
        CanonicalJson.object()
            .put("at", clock.instant().toString())
            .put("who", who)
            .put("what", method + " " + path)
            .put("from", from)
            .put("status", status)
            .put(
                "outcome",
                status < 400 ? "done" : status == 401 || status == 403 ? "refused" : "failed");
    String text = line.toString() + "\n";
    writing.execute(() -> write(text));
  }

  private synchronized void write(String line) {
    try {
      if (Files.exists(file) && Files.size(file) > MOST_BYTES) {
        for (int i = FILES - 2; i >= 0; i--) {
          Path from = numbered(i);
          if (Files.exists(from)) {
            Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
          }
        }
      }
      Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
      Files.write(
          file,
          line.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        failing = true;
        told.accept("%s can't be written: %s".formatted(file, e.getMessage()));
      }
    }
  }

  private Path numbered(int number) {
    return number == 0 ? file : file.resolveSibling(file.getFileName() + "." + number);
  }

  /// Writes what waits.
  @Override
  public void close() {
    writing.shutdown();
    try {
      var _ = writing.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
