package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.features.EventJson;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.features.OnlineFeatures;
import dev.gnomon.features.SharedSettings;
import dev.gnomon.features.StoreUnavailable;
import dev.gnomon.features.spi.KeyRecords;
import dev.gnomon.log.LogSettings;
import dev.gnomon.log.SegmentedLog;
import dev.gnomon.schema.Times;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several nodes over one shared store give the bits that one process gives: with rows posted to
/// any of them, while keys are compacted, after the store ended and came back whole, with older
/// data or empty; and meanwhile they give nothing rather than half of it.
@SuppressWarnings("NullAway.Init") // opened before each test
public abstract class SharedFeaturesContract {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final Duration HISTORY = Duration.ofHours(2);
  private static final String FILE =
      """
      name: shared
      frame:
        task: binary
        entity: customer
        entities: {merchant: shop}
        observe: {every: 7m, from: 1970-01-01T00:20:00Z, to: 1970-01-01T04:00:00Z, population: {source: people}}
        target: {event: leaving, within: 30m}
      data:
        sources:
          people: {kind: state, path: x, key: customer, event-time: at, known-at: loaded, deleted: gone}
          spend: {kind: events, path: x, key: customer, event-time: at, known-at: loaded, id: id}
          calls: {kind: events, path: x, key: customer, event-time: at}
          trade: {kind: events, path: x, key: {merchant: m}, event-time: at, known-at: loaded, id: id}
          leaving: {kind: events, path: x, key: customer, event-time: at}
      features:
        people: {columns: [age, shop]}
        spend:
          - {sum: amount, windows: [10m, 1h, ever], resolution: exact}
          - {sum: amount, windows: [3h], as: coarse}
          - {mean: amount, windows: [1h, 3h]}
          - {stddev: amount, windows: [3h]}
          - {max: amount, windows: [1h], where: kind = 'a', resolution: exact}
          - {last: kind}
          - {last-k: amount, k: 3}
          - {first: kind}
          - {distinct-count: kind, windows: [2h, ever]}
          - {time-since-last: "*"}
          - {decayed-sum: amount, half-life: 20m}
          - {trend: amount, per: 1h, windows: [2h]}
          - {session-count: "*", gap: 10m, windows: [2h]}
          - {lag: amount, every: 30m, lags: [1, 3]}
        calls: [{count: "*", windows: [30m, ever]}, {sum: amount, windows: [1h]}]
        trade: [{count: "*", windows: [30m, ever]}, {sum: amount, windows: [1h]}]
        derived: {share: spend_amount_sum_10m / spend_amount_sum_1h}
      """;

  @TempDir Path directory;

  private final MadeSources files = new MadeSources();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private UseCase useCase;
  private FeaturePlan plan;
  private OnlineFeatures reference;
  private Random random;
  private long clock;
  private int ids;

  protected abstract KeyRecords connect(String space) throws IOException;

  /// Empties the store.
  protected abstract void flush() throws Exception;

  /// Keeps what is there now for [#start]; what comes later may be lost.
  protected abstract void save() throws Exception;

  /// Ends the store as `kill -9` does.
  protected abstract void kill() throws Exception;

  /// Begins it again.
  ///
  /// @param saved with what was saved, else empty
  protected abstract void start(boolean saved) throws Exception;

  @BeforeEach
  void begin() throws Exception {
    flush();
    world(7);
  }

  private void world(int seed) throws IOException {
    random = new Random(seed);
    clock = 4 * Times.HOUR;
    useCase = UseCaseReader.parse(FILE, directory.resolve("usecase.yaml"));
    files.clear();
    files.put("people", "customer:s, at:t, loaded:t, age:n, shop:s, gone:s");
    files.put("spend", "id:s, customer:s, at:t, loaded:t, amount:n, kind:s");
    files.put("calls", "customer:s, at:t, amount:n");
    files.put("trade", "id:s, m:s, at:t, loaded:t, amount:n");
    files.put("leaving", "customer:s, at:t");
    for (int i = 0; i < 150; i++) {
      String source = List.of("people", "spend", "spend", "calls", "trade").get(random.nextInt(5));
      files.add(source, row(source, random.nextLong(clock)));
    }
    plan = FeaturePlan.compile(useCase, files.schemas());
    reference = new OnlineFeatures(plan, HISTORY);
    reference.load(files, clock);
  }

  @AfterEach
  void closeNodes() throws IOException {
    for (Node node : nodes.values()) {
      node.close();
    }
    nodes.clear();
  }

  private String key() {
    return "k" + random.nextInt(4);
  }

  private FeatureRow row(String source, long at) {
    FeatureRow row = new FeatureRow(files.schema(source));
    for (int c = 0; c < row.schema().size(); c++) {
      switch (row.schema().field(c).name()) {
        case "customer", "m", "shop" -> row.text(c, key());
        case "id" -> row.text(c, "i" + ids++);
        case "kind" ->
            row.text(c, random.nextInt(6) == 0 ? null : "abc".charAt(random.nextInt(3)) + "");
        case "gone" -> row.text(c, random.nextInt(9) == 0 ? "true" : null);
        case "at" -> row.time(c, at);
        case "loaded" -> row.time(c, at + random.nextLong(10 * Times.MINUTE));
        default ->
            row.number(
                c,
                switch (random.nextInt(8)) {
                  case 0 -> Double.NaN;
                  case 1 -> -random.nextInt(1000) / 100.0;
                  case 2 -> random.nextDouble() * 1e12;
                  default -> random.nextInt(10_000) / 100.0;
                });
      }
    }
    return row;
  }

  /// A node with its logs, which it finds again when it is opened again.
  private final class Node {
    private final OnlineFeatures features;
    private final Map<String, SegmentedLog> logs = new LinkedHashMap<>();

    Node(String name) throws IOException {
      features =
          OnlineFeatures.shared(
              plan,
              HISTORY,
              new SharedSettings(
                  SharedFeaturesContract.this::connect,
                  name,
                  List.of(),
                  directory.resolve(name),
                  Duration.ofSeconds(10),
                  SharedSettings.AT_ONCE,
                  5,
                  System::nanoTime,
                  line -> told.add(name + " " + line)));
      features.load(files, "these files", clock);
      for (SourceSpec source : useCase.data().sources().values()) {
        Path log = directory.resolve(name).resolve(source.name());
        SegmentedLog open = SegmentedLog.open(log, LogSettings.DEFAULT.withSegmentBytes(1 << 20));
        logs.put(source.name(), open);
        long found = open.end();
        features.follow(
            source, files.schema(source.name()), log, () -> Math.max(found, open.forcedPosition()));
      }
      features.start();
    }

    void post(SourceSpec source, FeatureRow row, long arrival) throws IOException {
      byte[] line = EventJson.of(source, row.schema()).write(row);
      SegmentedLog log = Objects.requireNonNull(logs.get(source.name()));
      log.appendForced(1, arrival, line, 0, line.length);
      features.await(source.name(), log.forcedPosition() - 1);
    }

    void close() throws IOException {
      features.close();
      for (SegmentedLog log : logs.values()) {
        log.close();
      }
    }
  }

  private Node open(String name) throws IOException {
    Node node = new Node(name);
    nodes.put(name, node);
    return node;
  }

  /// Posts rows to the nodes in turn, some to both.
  private void post(int count, Node... to) throws IOException {
    for (int i = 0; i < count; i++) {
      clock += random.nextLong(Times.MINUTE);
      String name = List.of("people", "spend", "spend", "calls", "trade").get(random.nextInt(5));
      SourceSpec source = Objects.requireNonNull(useCase.data().sources().get(name));
      FeatureRow row = row(name, clock - random.nextLong(20 * Times.MINUTE));
      reference.ingest(name, row, clock);
      to[i % to.length].post(source, row, clock);
      if (source.id().isPresent() && random.nextInt(4) == 0) {
        to[(i + 1) % to.length].post(source, row, clock);
      }
    }
  }

  private static void ready(Node node) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (node.features.trouble().isPresent()) {
      assertThat(System.nanoTime()).as(node.features.trouble()::toString).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  private void trouble(Node node, String words) {
    long until = System.nanoTime() + PATIENCE_NANOS;
    while (!node.features.trouble().orElse("").contains(words)) {
      assertThat(System.nanoTime()).as(told::toString).isLessThan(until);
      Thread.onSpinWait();
    }
  }

  /// Every feature of every key at many times has the bits of the process that knows all.
  private void same(Node node) {
    FeatureRow expected = new FeatureRow(plan.row());
    FeatureRow found = new FeatureRow(plan.row());
    long from = reference.answerableFrom();
    for (long t = from; t <= clock + Times.MINUTE; t += 7 * Times.MINUTE + 13) {
      for (int k = 0; k < 5; k++) {
        boolean known = reference.read("k" + k, t, expected);
        assertThat(node.features.read("k" + k, t, found)).isEqualTo(known);
        for (int c = 0; c < plan.row().size(); c++) {
          assertThat(shown(found, c))
              .as("%s of k%d at %s", plan.row().field(c).name(), k, Times.instant(t))
              .isEqualTo(shown(expected, c));
        }
      }
    }
  }

  private static @Nullable Object shown(FeatureRow row, int c) {
    return switch (row.schema().field(c).type()) {
      case NUMBER -> Double.doubleToLongBits(row.number(c));
      case TEXT -> row.text(c);
      case TIME -> row.time(c);
    };
  }

  @Test
  void nodesThatWriteInTurnGiveTheBitsOfOneProcess() throws Exception {
    for (int seed = 0; seed < worlds(); seed++) {
      flush();
      world(seed);
      Node a = open("a" + seed);
      Node b = open("b" + seed);
      ready(a);
      ready(b);
      same(a);
      for (int round = 0; round < 6; round++) {
        post(40, a, b);
        same(round % 2 == 0 ? a : b);
      }
      same(a);
      same(b);
      closeNodes();
    }
  }

  protected int worlds() {
    return 4;
  }

  @Test
  void aStoreThatEndsIsNotReadAndComesBackByItself() throws Exception {
    Node a = open("a");
    Node b = open("b");
    ready(a);
    ready(b);
    post(60, a, b);
    save();
    post(60, a, b); // lost with the process, unless it forces every write
    kill();
    trouble(a, "away");
    FeatureRow row = new FeatureRow(plan.row());
    assertThatThrownBy(() -> a.features.read("k1", clock, row))
        .isInstanceOf(StoreUnavailable.class);
    post(30, a, b); // taken by the logs alone
    start(true);
    ready(a);
    ready(b);
    same(a);
    same(b);
    post(30, a, b);
    same(b);
  }

  @Test
  void aStoreThatComesBackEmptyIsFilledFromFilesAndLogs() throws Exception {
    Node a = open("a");
    Node b = open("b");
    ready(a);
    ready(b);
    post(80, a, b);
    same(a);
    kill();
    trouble(b, "away");
    post(20, a, b);
    start(false);
    ready(a);
    ready(b);
    same(a);
    same(b);
  }

  @Test
  void aStoreThatIsFlushedUnderOpenConnectionsGivesNothingHalf() throws Exception {
    Node a = open("a");
    Node b = open("b");
    ready(a);
    ready(b);
    post(80, a, b);
    flush();
    FeatureRow expected = new FeatureRow(plan.row());
    FeatureRow found = new FeatureRow(plan.row());
    long until = System.nanoTime() + PATIENCE_NANOS;
    int refused = 0;
    boolean answered = false;
    while (!answered && System.nanoTime() < until) {
      try {
        a.features.read("k1", clock, found);
        answered = true;
        reference.read("k1", clock, expected);
        for (int c = 0; c < plan.row().size(); c++) {
          assertThat(shown(found, c)).isEqualTo(shown(expected, c));
        }
      } catch (StoreUnavailable e) {
        refused++;
      }
    }
    assertThat(answered).isTrue();
    assertThat(refused).isPositive();
    ready(b);
    same(a);
    same(b);
  }

  @Test
  void whatAnAbsentNodeKnowsIsWaitedFor() throws Exception {
    Node a = open("a");
    Node b = open("b");
    ready(a);
    ready(b);
    post(60, a, b);
    b.close();
    nodes.remove("b");
    same(a);
    kill();
    trouble(a, "away");
    start(false);
    trouble(a, "waits for what is in the logs of b");
    assertThatThrownBy(() -> a.features.read("k1", clock, new FeatureRow(plan.row())))
        .isInstanceOf(StoreUnavailable.class);
    Node again = open("b");
    ready(again);
    ready(a);
    same(a);
    same(again);
  }

  @Test
  void aNodeThatStartsAgainGoesOnWhereTheStoreIs() throws Exception {
    Node a = open("a");
    ready(a);
    post(50, a);
    a.close();
    Node again = open("a");
    ready(again);
    same(again);
    post(20, again);
    same(again);
  }
}
