package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.features.OnlineStores;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.DecisionRecord.Cause;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.LiveVersion;
import dev.gnomon.serving.ServingNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Versions come and go under load: no decision is lost or waits, and each is that of the version
/// it names.
class ReloadTest {
  private static final String OFTEN = "problem: {repeat: {at-most: 100000000, per: 1d}}";
  private static final int THREADS = 4;

  @TempDir private Path directory = Path.of("");

  private static double bias(int version) {
    return version * 0.25 - 1;
  }

  private static void right(DecisionRecord record) {
    assertThat(record.cause()).isEqualTo(Cause.NONE);
    assertThat(record.score())
        .isEqualTo(
            RiskWorld.score(bias(record.version()), RiskWorld.age(RiskWorld.number(record.key()))));
  }

  private static void damage(RiskWorld world, int version) throws IOException {
    String hash = world.registry.version("risk", version).orElseThrow().bundleHash();
    Path model = world.home.bundles().resolve(hash).resolve("model/model.json");
    assertThat(model).exists();
    Files.writeString(model, "{}");
  }

  @Test
  void everyDecisionUnderLoadIsThatOfTheVersionItNames() throws Exception {
    try (RiskWorld world = new RiskWorld(directory, OFTEN);
        ExecutorService callers = Executors.newFixedThreadPool(THREADS)) {
      assertThat(world.register(bias(1), ServingNode.CHAMPION)).isEqualTo(1);
      ServingNode node = world.open(OnlineStores.inProcess());
      LiveUseCase live = RiskWorld.live(node);
      AtomicBoolean stop = new AtomicBoolean();
      AtomicLong made = new AtomicLong();
      Map<Integer, Long> warmedBefore = new ConcurrentHashMap<>();
      List<Future<Long>> running = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        running.add(
            callers.submit(() -> {
              long count = 0;
              while (!stop.get()) {
                Decided decided = RiskWorld.decide(live, (int) (first + count) % RiskWorld.KEYS);
                right(decided.record());
                warmedBefore.computeIfAbsent(
                    decided.record().version(), _ -> live.resilience().warmed());
                count++;
                made.incrementAndGet();
              }
              return count;
            }));
      }
      for (int v = 2; v <= 5; v++) {
        assertThat(world.register(bias(v), ServingNode.CHAMPION)).isEqualTo(v);
        long before = live.resilience().warmed();
        node.refresh();
        int version = v;
        RiskWorld.until("decides", () -> warmedBefore.containsKey(version));
        assertThat(warmedBefore.get(v)).as("warmed up before its first").isGreaterThan(before);
      }
      // A damaged version leaves the last good one.
      int damaged = world.register(bias(6), "next");
      damage(world, damaged);
      world.registry.setAlias("risk", ServingNode.CHAMPION, damaged, "test", "");
      node.refresh();
      assertThat(live.decisions().live().map(LiveVersion::version)).hasValue(5);
      assertThat(world.told).anyMatch(line -> line.contains("version 6 can't be loaded"));
      // Back to what is still in memory: nothing is loaded or warmed up.
      world.registry.setAlias("risk", ServingNode.CHAMPION, 4, "test", "");
      damage(world, 4);
      long warmed = live.resilience().warmed();
      node.refresh();
      assertThat(live.decisions().live().map(LiveVersion::version)).hasValue(4);
      assertThat(live.resilience().warmed()).isEqualTo(warmed);
      long sofar = made.get();
      RiskWorld.until("goes on", () -> made.get() > sofar + 1_000);
      stop.set(true);
      long total = 0;
      for (Future<Long> one : running) {
        total += one.get(); // fails if any decision did
      }
      List<DecisionRecord> logged = world.logged();
      assertThat(logged).hasSize((int) total);
      logged.forEach(ReloadTest::right);
      assertThat(logged.stream().map(DecisionRecord::version)).contains(1, 2, 3, 4, 5);
    }
  }

  @Test
  void aNodeIsWarmBeforeItSaysSoAndKnowsWhoDecidedBefore() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN)) {
      world.register(bias(1), ServingNode.CHAMPION);
      world.register(bias(2), ServingNode.CHAMPION);
      ServingNode node = world.open(OnlineStores.inProcess());
      LiveUseCase live = RiskWorld.live(node);
      right(RiskWorld.decide(live, 3).record()); // warm or not
      RiskWorld.until("warm", node::warm);
      assertThat(live.resilience().warmed()).isGreaterThanOrEqualTo(500);
      assertThat(live.resilience().models())
          .extracting(one -> one.part() + " " + one.version())
          .containsExactly("CHAMPION 2", "PREVIOUS 1");
      assertThat(world.logged()).as("only what was asked for is logged").hasSize(1);
    }
  }

  @Test
  void aChampionThatCannotBeLoadedAtTheStartLeavesTheOneBefore() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, OFTEN)) {
      world.register(bias(1), ServingNode.CHAMPION);
      damage(world, world.register(bias(2), ServingNode.CHAMPION));
      ServingNode node = world.open(OnlineStores.inProcess());
      LiveUseCase live = RiskWorld.live(node);
      DecisionRecord record = RiskWorld.decide(live, 3).record();
      assertThat(record.version()).isEqualTo(1);
      right(record);
      node.refresh();
      assertThat(RiskWorld.decide(live, 3).record().version()).isEqualTo(1);
      assertThat(world.told.stream().filter(line -> line.contains("can't be loaded"))).hasSize(1);
      world.register(bias(3), ServingNode.CHAMPION);
      node.refresh();
      assertThat(RiskWorld.decide(live, 3).record().version()).isEqualTo(3);
    }
  }

  @Test
  void warmingUpAsksTheModelAndNothingElse() throws IOException {
    try (RiskWorld world = new RiskWorld(directory, "problem: {repeat: {at-most: 1, per: 1d}}")) {
      LiveUseCase live = world.live();
      TroubledModel model = new TroubledModel(RiskWorld.line(2));
      LiveVersion version = world.version(1, model);
      live.decisions().warm(version, Duration.ofSeconds(1));
      assertThat(model.calls.get()).isGreaterThanOrEqualTo(500);
      assertThat(live.decisions().live()).isEmpty();
      assertThat(world.logged()).isEmpty();
    }
  }
}
