package dev.gnomon.engines.kafka;

import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.SourceLog;
import dev.gnomon.log.LogReader;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.RequestReadings;
import dev.gnomon.serving.ServingNode;
import dev.gnomon.serving.StreamReadings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// The node that a server runs, with one source of payments out of a topic and no files at all.
final class Node implements AutoCloseable {
  static final String TOPIC = "payments";
  static final int KEYS = 40;

  /// When features are read: after all that happens here.
  static final long AT = Times.micros(Instant.parse("2024-03-20T00:00:00Z"));

  final Queue<String> told = new ConcurrentLinkedQueue<>();
  final ServingNode serving;
  private final Home home;
  private final Registry registry;

  Node(Path folder, String servers, String from, Map<String, String> environment)
      throws IOException {
    this(folder, useCase(servers, from), environment);
  }

  Node(Path folder, String text, Map<String, String> environment) throws IOException {
    this.home = new Home(folder.resolve("home"));
    this.registry = Registry.open("memory", Map.of(), InstantSource.system());
    UseCase useCase = UseCaseReader.parse(text, folder.resolve("usecase.yaml"));
    this.serving =
        ServingNode.open(
            home,
            List.of(useCase),
            one -> new SourceReaders(new NoFiles(), one),
            registry,
            ArrivalClock.replay(Instant.parse("2024-03-15T00:00:00Z")),
            told::add,
            Progress.NONE);
    serving.follow(environment);
  }

  static String useCase(String servers, String from) {
    return """
    gnomon: 1
    name: paying
    frame:
      task: binary
      entity: customer
      observe: {every: 7d, from: 2024-03-05, to: 2024-03-12, population: {source: customers}}
      target: {event: payments, within: 7d, lateness: 0d}
    data:
      sources:
        customers: {kind: state, key: customer, event-time: at, types: {plan: text}, stream: {kafka: customers, servers: "%s"}}
        payments: {kind: events, key: customer, event-time: at, types: {amount: number}, stream: {kafka: payments, servers: "%s", from: %s}}
    features:
      payments:
        - {count: "*", windows: [30d]}
        - {sum: amount, windows: [30d]}
        - {max: amount, windows: [30d]}
    production:
      fallback: [{otherwise: true, score: 0.1}]
    """
        .formatted(servers, servers, from);
  }

  /// The row of a payment: each is different, and none says which it is.
  static String row(int key, int number) {
    return "{\"customer\":\"c%d\",\"at\":\"%s\",\"amount\":%s}"
        .formatted(key, Instant.parse("2024-03-01T00:00:00Z").plusSeconds(number), amount(number));
  }

  static double amount(int number) {
    return (number * 37 % 1000) / 100.0;
  }

  RequestReadings requests() {
    return serving.requests().getFirst();
  }

  /// Waits for the stream of requests.
  RequestReadings awaitRequests(Predicate<RequestReadings> reached) {
    long end = System.nanoTime() + 60_000_000_000L;
    RequestReadings now = requests();
    while (!reached.test(now)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not reached within a minute: " + now + ", told " + told);
      }
      LockSupport.parkNanos(2_000_000);
      now = requests();
    }
    return now;
  }

  StreamReadings payments() {
    return serving.streams().stream()
        .filter(one -> one.source().equals("payments"))
        .findFirst()
        .orElseThrow();
  }

  /// Waits for the stream; what is waited for is what the test is about.
  StreamReadings await(Predicate<StreamReadings> reached) {
    long end = System.nanoTime() + 60_000_000_000L;
    StreamReadings now = payments();
    while (!reached.test(now)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not reached within a minute: " + now + ", told " + told);
      }
      LockSupport.parkNanos(2_000_000);
      now = payments();
    }
    return now;
  }

  /// Count, sum and maximum of a key.
  double[] features(int key) {
    LiveUseCase live = serving.useCases().getFirst();
    FeatureRow row = new FeatureRow(live.features().plan().row());
    live.features().read("c" + key, AT, row);
    return new double[] {row.number(0), row.number(1), row.number(2)};
  }

  /// The records of the log of payments, of one type.
  static List<byte[]> log(Path folder, int type) throws IOException {
    List<byte[]> records = new ArrayList<>();
    Home home = new Home(folder.resolve("home"));
    try (LogReader log = LogReader.of(home.events("payments"), SegmentedLog.START)) {
      while (log.next()) {
        if (log.type() == type) {
          records.add(log.bytes());
        }
      }
    }
    return records;
  }

  static List<SourceLog.Place> places(Path folder) throws IOException {
    return log(folder, SourceLog.STREAMED).stream().map(SourceLog::place).toList();
  }

  @Override
  public void close() throws IOException {
    serving.close();
    registry.close();
  }

  /// There are none.
  private static final class NoFiles implements FileEngine {
    @Override
    public String name() {
      return "none";
    }

    @Override
    public Schema resolve(FileFormat format, List<String> asText) {
      throw new IllegalStateException("no file is looked at");
    }

    @Override
    public TableScan scan(
        FileFormat format, Schema resolved, List<String> columns, List<String> orderBy) {
      throw new IllegalStateException("no file is read");
    }

    @Override
    public void write(Path target, Schema schema, Iterable<Table> batches) {
      throw new IllegalStateException("no file is written");
    }

    @Override
    public Optional<Long> rowCount(FileFormat format) {
      return Optional.empty();
    }
  }
}
