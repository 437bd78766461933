package dev.gnomon.benchmarks;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import dev.gnomon.server.GnomonServer;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.ServingNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The online store by itself and behind HTTP: events taken in per second and core, memory per key,
/// the time of a read of 250 features in the process, and over one connection of HTTP; 100 keys of
/// 50 features in one request of Feast's.
public final class FeatureStoreLoad {
  private static final long BEGIN = Times.micros(Instant.parse("2024-06-01T00:00:00Z"));
  private static final Schema EVENTS =
      Schema.of(
          new Field("customer", Type.TEXT),
          new Field("at", Type.TIME),
          new Field("amount", Type.NUMBER),
          new Field("kind", Type.TEXT));
  private static final long SPAN = 30 * Times.DAY;

  private FeatureStoreLoad() {}

  /// Arguments: a directory for the files, thousands of keys (default 10), events per key (default
  /// 100).
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createDirectories(Path.of(arguments[0]));
    int keys = 1000 * (arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10);
    int perKey = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 100;
    for (int features : new int[] {10, 50, 250}) {
      inProcess(directory, features, keys, perKey);
    }
    overHttp(directory, keys, perKey);
  }

  private static String useCase(String name, int features) {
    int lines = features / 5;
    String aggregates =
        IntStream.range(0, lines)
            .mapToObj(i -> "    - " + aggregate(i))
            .collect(Collectors.joining("\n"));
    return """
    gnomon: 1
    name: %s
    frame:
      task: binary
      entity: customer
      observe: {table: observations.csv}
      target: {event: events, within: 1d}
    data:
      sources:
        events: {kind: events, path: events.csv, key: customer, event-time: at, types: {amount: number}}
    features:
      events:
    %s
    """
        .formatted(name, aggregates);
  }

  private static String aggregate(int i) {
    String operator = List.of("count", "sum", "mean", "max", "min").get(i % 5);
    String column = i % 5 == 0 ? "\"*\"" : "amount";
    return "{%s: %s, windows: [1h, 6h, 1d, 7d, 30d], where: kind = 'k%d', as: f%d}"
        .formatted(operator, column, i / 5, i);
  }

  private static Path write(Path directory, String name, int features) throws IOException {
    Files.writeString(
        directory.resolve("events.csv"), "customer,at,amount,kind\nnobody,2020-01-01,1,k0\n");
    Files.writeString(
        directory.resolve("observations.csv"), "customer,observed_at\nnobody,2020-01-02\n");
    Path file = directory.resolve(name + ".yaml");
    Files.writeString(file, useCase(name, features));
    return file;
  }

  private static void inProcess(Path directory, int features, int keys, int perKey)
      throws IOException {
    UseCase useCase = UseCaseReader.read(write(directory, "store" + features, features));
    OnlineFeatures online =
        new OnlineFeatures(
            FeaturePlan.compile(useCase, Map.of("events", EVENTS)), Duration.ofDays(2));
    long before = used();
    SplittableRandom random = new SplittableRandom(1);
    FeatureRow row = new FeatureRow(EVENTS);
    long events = (long) keys * perKey;
    long start = System.nanoTime();
    for (long i = 0; i < events; i++) {
      fill(row, random, keys, BEGIN + SPAN / events * i);
      online.ingest("events", row, row.time(1));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long bytes = used() - before;
    FeatureRow out = new FeatureRow(online.plan().row());
    long[] times = new long[20_000];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < times.length; i++) {
        String key = "c" + random.nextInt(keys);
        long from = System.nanoTime();
        online.read(key, BEGIN + SPAN, out);
        times[i] = System.nanoTime() - from;
      }
    }
    Arrays.sort(times);
    System.out.printf(
        Locale.ROOT,
        "%3d features: %,9.0f events/s taken in on one thread, %,6d bytes per key of %d events, read p50 %.1f us p99 %.1f us%n",
        features,
        events / seconds,
        bytes / keys,
        perKey,
        times[times.length / 2] / 1e3,
        times[times.length * 99 / 100] / 1e3);
  }

  private static void fill(FeatureRow row, SplittableRandom random, int keys, long at) {
    row.clear();
    row.text(0, "c" + random.nextInt(keys));
    row.time(1, at);
    row.number(2, random.nextInt(100_000) / 100.0);
    row.text(3, "k" + random.nextInt(10));
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static void overHttp(Path directory, int keys, int perKey) throws Exception {
    List<UseCase> useCases = List.of(UseCaseReader.read(write(directory, "store250", 250)));
    Home home = new Home(Files.createTempDirectory(directory, "home"));
    ArrivalClock clock = ArrivalClock.replay(Instant.EPOCH);
    try (Registry registry =
            Registry.open(
                "sqlite", Map.of("path", home.registry().toString()), InstantSource.system());
        GnomonServer server =
            new GnomonServer(
                ServingNode.open(
                    home,
                    useCases,
                    FileEngines.find(),
                    registry,
                    clock,
                    line -> System.err.println(line),
                    Progress.NONE),
                clock,
                "benchmark",
                failure -> failure.printStackTrace(),
                List.of())) {
      server.start("127.0.0.1", 0);
      try (Connection http = new Connection(server.port())) {
        post(http, keys, perKey);
        reads(http, keys);
        feast(http, keys);
      }
    }
  }

  private static void post(Connection http, int keys, int perKey) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    FeatureRow row = new FeatureRow(EVENTS);
    int events = keys * perKey;
    int batch = 5000;
    long start = System.nanoTime();
    for (int i = 0; i < events; i += batch) {
      StringBuilder body = new StringBuilder();
      for (int j = 0; j < batch; j++) {
        fill(row, random, keys, BEGIN + SPAN / events * (i + j));
        body.append(
            "{\"customer\":\"%s\",\"at\":\"%s\",\"amount\":%s,\"kind\":\"%s\"}\n"
                .formatted(row.text(0), Times.instant(row.time(1)), row.number(2), row.text(3)));
      }
      http.ask("POST", "/v1/sources/events/events", "application/x-ndjson", body.toString());
    }
    System.out.printf(
        Locale.ROOT,
        "%,9.0f events/s over HTTP, %d a post, client and server on one machine%n",
        events / ((System.nanoTime() - start) / 1e9),
        batch);
  }

  private static void reads(Connection http, int keys) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    print(
        "1 key x 250 features over HTTP",
        times(
            5000,
            () ->
                http.ask(
                    "GET",
                    "/v1/usecases/store250/features/c" + random.nextInt(keys),
                    "application/json",
                    "")));
  }

  private static void feast(Connection http, int keys) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    String features =
        IntStream.range(0, 10)
            .boxed()
            .flatMap(f ->
                List.of("1h", "6h", "1d", "7d", "30d").stream()
                    .map(w -> "\"events:f" + f + "_" + w + "\""))
            .collect(Collectors.joining(","));
    print(
        "100 keys x 50 features over HTTP",
        times(
            2000,
            () -> {
              String some =
                  IntStream.range(0, 100)
                      .mapToObj(i -> "\"c" + random.nextInt(keys) + "\"")
                      .collect(Collectors.joining(","));
              http.ask(
                  "POST",
                  "/get-online-features",
                  "application/json",
                  "{\"features\":[" + features + "],\"entities\":{\"customer\":[" + some + "]}}");
            }));
  }

  private interface Asking {
    void run() throws IOException;
  }

  private static long[] times(int count, Asking one) throws IOException {
    long[] times = new long[count];
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < count; i++) {
        long from = System.nanoTime();
        one.run();
        times[i] = System.nanoTime() - from;
      }
    }
    Arrays.sort(times);
    return times;
  }

  private static void print(String what, long[] times) {
    System.out.printf(
        Locale.ROOT,
        "%s: p50 %.2f ms, p99 %.2f ms, p99.9 %.2f ms%n",
        what,
        times[times.length / 2] / 1e6,
        times[times.length * 99 / 100] / 1e6,
        times[times.length * 999 / 1000] / 1e6);
  }

  /// One kept connection; only what the server sends is understood.
  private static final class Connection implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Connection(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      out = socket.getOutputStream();
    }

    byte[] ask(String method, String path, String type, String body) throws IOException {
      byte[] content = body.getBytes(StandardCharsets.UTF_8);
      String head =
          "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
              .formatted(method, path, type, content.length);
      byte[] first = head.getBytes(StandardCharsets.US_ASCII);
      byte[] whole = Arrays.copyOf(first, first.length + content.length);
      System.arraycopy(content, 0, whole, first.length, content.length);
      out.write(whole);
      String status = line();
      if (!status.startsWith("HTTP/1.1 2")) {
        throw new IOException(
            path + ": " + status + " " + new String(answer(), StandardCharsets.UTF_8));
      }
      return answer();
    }

    private byte[] answer() throws IOException {
      int length = 0;
      for (String header = line(); !header.isEmpty(); header = line()) {
        if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(header.substring(15).strip());
        }
      }
      return in.readNBytes(length);
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      int c = in.read();
      while (c != '\n' && c >= 0) {
        if (c != '\r') {
          line.append((char) c);
        }
        c = in.read();
      }
      return line.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
