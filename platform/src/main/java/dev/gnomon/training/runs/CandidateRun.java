package dev.gnomon.training.runs;

import dev.gnomon.models.spi.Curve;
import dev.gnomon.tracking.Metric;
import dev.gnomon.tracking.RunStatus;
import dev.gnomon.training.TrainingWatch;
import dev.gnomon.training.search.Trial;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// The run of one candidate, with those of its trials below it.
final class CandidateRun implements TrainingWatch.OfCandidate {
  /// Longer curves are thinned.
  private static final int MOST_POINTS = 2_000;

  private final OneRun run;
  private final BiFunction<String, Long, OneRun> below;
  private final InstantSource clock;
  private final Machine machine = Machine.now();
  private final Map<String, List<Metric>> curves = new LinkedHashMap<>();
  private boolean ended;

  /// @param below makes the run of a trial, given its name and start
  CandidateRun(OneRun run, BiFunction<String, Long, OneRun> below, InstantSource clock) {
    this.run = run;
    this.below = below;
    this.clock = clock;
  }

  OneRun run() {
    return run;
  }

  /// One at a time, and none after the end: a run that begins while the process ends is never
  /// ended.
  @Override
  public synchronized void trial(
      Trial trial, String metric, boolean lowerIsBetter, long startMillis) {
    if (ended) {
      return;
    }
    OneRun one = below.apply("trial " + trial.number(), startMillis);
    long now = Math.max(startMillis, clock.millis());
    String key = OneRun.key("out-of-fold/" + metric);
    List<Metric> metrics = new ArrayList<>();
    int fold = 0;
    for (double partial : trial.partial()) {
      metrics.add(new Metric(key, lowerIsBetter ? partial : -partial, now, ++fold));
    }
    if (trial.partial().isEmpty()) {
      metrics.add(new Metric(key, lowerIsBetter ? trial.score() : -trial.score(), now, 1));
    }
    one.log(
        metrics,
        trial.settings(),
        Map.of(
            "gnomon.trial", Integer.toString(trial.number()),
            "gnomon.trial-state", Recording.word(trial.state()),
            "gnomon.trial-effort", Double.toString(trial.resource())));
    one.end(trial.state() == Trial.State.FAILED ? RunStatus.FAILED : RunStatus.FINISHED, now);
  }

  @Override
  public Curve curve() {
    return (metric, round, value) ->
        curves
            .computeIfAbsent(OneRun.key(metric), _ -> new ArrayList<>())
            .add(new Metric(OneRun.key(metric), value, clock.millis(), round));
  }

  @Override
  public synchronized void fitted(
      Map<String, String> settings, Map<String, Double> validation, int rows) {
    long now = clock.millis();
    List<Metric> metrics = new ArrayList<>();
    curves.values().forEach(points -> metrics.addAll(thinned(points)));
    validation.forEach(
        (name, value) -> metrics.add(new Metric(OneRun.key("validation/" + name), value, now, 0)));
    metrics.addAll(machine.metrics(rows, now));
    run.log(metrics, settings, Map.of());
    end(RunStatus.FINISHED, now);
  }

  /// Every so many points, the first and the last among them.
  static List<Metric> thinned(List<Metric> points) {
    int step = (points.size() + MOST_POINTS - 1) / MOST_POINTS;
    List<Metric> kept = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      if (step <= 1 || i % step == 0 || i == points.size() - 1) {
        kept.add(points.get(i));
      }
    }
    return kept;
  }

  synchronized void end(RunStatus status, long now) {
    if (!ended) {
      ended = true;
      run.end(status, now);
    }
  }
}
