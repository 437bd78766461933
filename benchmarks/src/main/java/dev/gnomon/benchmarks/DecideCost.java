package dev.gnomon.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.gnomon.core.Home;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.Decision;
import dev.gnomon.models.Scoring;
import dev.gnomon.registry.Registry;
import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import dev.gnomon.serving.DecideJson;
import dev.gnomon.serving.DecideRequest;
import dev.gnomon.serving.Decided;
import dev.gnomon.serving.LiveUseCase;
import dev.gnomon.serving.ServingNode;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/// What a decision costs stage by stage, without HTTP: CPU of the thread and bytes allocated per
/// request, medians over slots that take turns. Arguments: use-case file, home, file of keys, time.
public final class DecideCost {
  private static final int SLOT = 20_000;
  private static final int SLOTS = 9;

  private DecideCost() {}

  private record Stage(String name, IntConsumer work) {}

  public static void main(String... arguments) throws Exception {
    UseCase useCase = UseCaseReader.read(Path.of(arguments[0]));
    Home home = new Home(Path.of(arguments[1]).toAbsolutePath());
    List<String> keys = Files.readAllLines(Path.of(arguments[2]));
    long at = Times.micros(Instant.parse(arguments[3]));
    ArrivalClock clock = ArrivalClock.replay(Instant.EPOCH);
    try (Registry registry =
            Registry.open(
                "sqlite", Map.of("path", home.registry().toString()), InstantSource.system());
        ServingNode node =
            ServingNode.open(
                home,
                List.of(useCase),
                FileEngines.find(),
                registry,
                clock,
                line -> {},
                Progress.NONE)) {
      LiveUseCase live = node.useCase(useCase.name()).orElseThrow();
      measure(live, keys, at, arguments[3]);
    }
  }

  private static void measure(LiveUseCase live, List<String> keys, long at, String time) {
    byte[][] bodies = new byte[keys.size()][];
    DecideRequest[] requests = new DecideRequest[keys.size()];
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] =
          "{\"key\":\"%s\",\"at\":\"%s\"}"
              .formatted(keys.get(i), time)
              .getBytes(StandardCharsets.UTF_8);
      requests[i] = DecideJson.request(bodies[i]);
    }
    FeatureRow row = new FeatureRow(live.features().plan().row());
    live.read(keys.getFirst(), at, row);
    Scoring scoring = live.decisions().live().orElseThrow().scoring();
    Decision decision = new Decision();
    Decided[] kept = new Decided[1];
    long[] sink = new long[1];
    List<Stage> stages =
        List.of(
            new Stage("parse", i -> sink[0] += DecideJson.request(bodies[i]).key().length()),
            new Stage("features", i -> live.read(keys.get(i), at, row)),
            new Stage("score and policy", i -> scoring.decide(row, decision)),
            new Stage("decide (features to log)", i -> kept[0] = live.decide(requests[i])),
            new Stage("answer", i -> sink[0] += DecideJson.answer(kept[0]).length),
            new Stage(
                "whole: bytes to bytes",
                i ->
                    sink[0] +=
                        DecideJson.answer(live.decide(DecideJson.request(bodies[i]))).length));
    kept[0] = live.decide(requests[0]);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    List<long[]> nanos = new ArrayList<>();
    List<long[]> bytes = new ArrayList<>();
    stages.forEach(stage -> nanos.add(new long[SLOTS]));
    stages.forEach(stage -> bytes.add(new long[SLOTS]));
    for (int slot = -3; slot < SLOTS; slot++) {
      for (int s = 0; s < stages.size(); s++) {
        long before = threads.getCurrentThreadCpuTime();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < SLOT; i++) {
          stages.get(s).work.accept(i % bodies.length);
        }
        if (slot >= 0) {
          nanos.get(s)[slot] = threads.getCurrentThreadCpuTime() - before;
          bytes.get(s)[slot] = threads.getCurrentThreadAllocatedBytes() - allocated;
        }
      }
    }
    for (int s = 0; s < stages.size(); s++) {
      Arrays.sort(nanos.get(s));
      Arrays.sort(bytes.get(s));
      System.out.printf(
          "%-26s %7.2f us median, %7.2f best, %6d bytes%n",
          stages.get(s).name,
          nanos.get(s)[SLOTS / 2] / 1e3 / SLOT,
          nanos.get(s)[0] / 1e3 / SLOT,
          bytes.get(s)[SLOTS / 2] / SLOT);
    }
  }
}
