package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.Range;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.training.search.DefaultSpaces;
import dev.gnomon.training.search.Proposal;
import dev.gnomon.training.search.Search;
import dev.gnomon.training.search.Searchers;
import dev.gnomon.training.search.Space;
import dev.gnomon.training.search.Trial;
import dev.gnomon.training.search.TrialLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;

/// Chooses the settings of one candidate as `training.search` states.
///
/// The candidate as stated is always the first trial. Settings stated in the file are kept in every
/// trial.
///
/// @param folder of the logs of trials; empty remembers nothing
record Searching(
    UseCase useCase,
    TrainingSet set,
    OutOfFold outOfFold,
    Optional<Path> folder,
    java.time.InstantSource clock,
    Progress progress) {
  private static final int WARM = 3;

  /// The settings of the best trial and its scores.
  record Found(Map<String, String> settings, OutOfFold.Scores scores, int trials) {}

  private record Kept(Map<String, String> settings, OutOfFold.Scores scores) {}

  Found search(ModelSection.Candidate stated, Trainer trainer, TrainingWatch.OfCandidate watch) {
    TrainingSection.Search how = useCase.training().search();
    Space space = space(how, stated);
    int budget = budget(how, stated);
    String name = trainer.name();
    if (how.method() == TrainingSection.Search.Method.NONE || space.size() == 0) {
      progress.stage("training " + name, 1);
      OutOfFold.Scores scores = outOfFold.of(trainer, stated.settings(), 1, _ -> false);
      progress.advance(1);
      return new Found(stated.settings(), scores, 1);
    }
    progress.stage("searching " + name, budget);
    AtomicReference<Optional<Kept>> kept = new AtomicReference<>(Optional.empty());
    try (TrialLog log = log(stated, space)) {
      List<Map<String, String>> firsts = firsts(how, stated, space, log);
      Search search =
          new Search(
              Searchers.of(
                  how, space, Math.max(1, budget - firsts.size()), useCase.training().seed()),
              firsts,
              budget,
              how.seconds()
                  .map(s -> s.toMillis() / 1000.0 * budget / how.trials())
                  .orElse(Double.POSITIVE_INFINITY),
              how.parallel(),
              how.prune(),
              log,
              clock::millis);
      // Trials that were finished before a kill are told too, as begun now.
      Map<Proposal, Long> begun = new ConcurrentHashMap<>();
      boolean lower = lowerIsBetter();
      Search.Result result =
          search.run(
              (proposal, stop) -> {
                begun.put(proposal, clock.millis());
                return attempt(trainer, proposal, stop, kept);
              },
              (trial, best) -> {
                Long start = begun.get(new Proposal(trial.settings(), trial.resource()));
                watch.trial(
                    trial, outOfFold.metric(), lower, start == null ? clock.millis() : start);
                progress.advance(1);
                progress.status("best %s %s".formatted(outOfFold.metric(), figure(best.score())));
              });
      log.finish();
      Map<String, String> best = result.best().settings();
      if (!result.complete()) {
        progress.note(
            "%s: %d of %d trials in the time given"
                .formatted(name, result.trials().size(), budget));
      }
      // A best trial that was made before a kill left its score, not its predictions.
      OutOfFold.Scores scores =
          kept.get()
              .filter(k -> k.settings().equals(best))
              .map(Kept::scores)
              .orElseGet(() -> outOfFold.of(trainer, best, 1, _ -> false));
      return new Found(best, scores, result.trials().size());
    }
  }

  private boolean lowerIsBetter() {
    return useCase.frame().task().isNumber()
        ? NumberMetrics.lowerIsBetter(outOfFold.metric())
        : Metrics.lowerIsBetter(outOfFold.metric());
  }

  private double attempt(
      Trainer trainer, Proposal proposal, Search.Stop stop, AtomicReference<Optional<Kept>> kept) {
    Map<String, String> settings = new TreeMap<>(proposal.settings());
    double share = proposal.resource();
    Optional<String> resource =
        useCase.training().search().resource().or(() -> DefaultSpaces.resource(trainer.name()));
    if (share < 1 && resource.isPresent() && settings.containsKey(resource.get())) {
      double full = Double.parseDouble(settings.get(resource.get()));
      settings.put(resource.get(), Long.toString(Math.max(1, Math.round(full * share))));
      share = 1;
    }
    boolean[] stopped = {false};
    OutOfFold.Scores scores =
        outOfFold.of(
            trainer,
            settings,
            share,
            partial -> {
              stopped[0] = stop.after(partial);
              return stopped[0];
            });
    if (proposal.resource() >= 1 && !stopped[0] && Double.isFinite(scores.loss())) {
      kept.accumulateAndGet(
          Optional.of(new Kept(proposal.settings(), scores)),
          (old, own) -> old.isPresent() && old.get().scores().loss() <= scores.loss() ? old : own);
    }
    return scores.loss();
  }

  private static String figure(double loss) {
    return String.format(Locale.ROOT, "%.5g", Math.abs(loss));
  }

  private List<Map<String, String>> firsts(
      TrainingSection.Search how, ModelSection.Candidate stated, Space space, TrialLog log) {
    List<Map<String, String>> firsts = new ArrayList<>();
    firsts.add(stated.settings());
    if (how.warmStart()) {
      log.earlier().stream()
          .filter(t -> t.state() == Trial.State.DONE && t.resource() >= 1)
          .sorted(Comparator.comparingDouble(Trial::score).thenComparingInt(Trial::number))
          .map(Trial::settings)
          .filter(space::holds)
          .distinct()
          .limit(WARM)
          .forEach(firsts::add);
    }
    return firsts;
  }

  private static Space space(TrainingSection.Search how, ModelSection.Candidate stated) {
    Map<String, Range> ranges = how.space().get(stated.trainer());
    return Space.of(
        ranges == null ? DefaultSpaces.of(stated.trainer()) : new LinkedHashMap<>(ranges),
        stated.settings());
  }

  /// This candidate's part of the trials.
  private int budget(TrainingSection.Search how, ModelSection.Candidate stated) {
    List<ModelSection.Candidate> all = useCase.models().candidates();
    for (String named : how.space().keySet()) {
      if (all.stream().noneMatch(c -> c.trainer().equals(named))) {
        throw new BadInput(
            "training.search.space",
            "'%s' is no candidate".formatted(named),
            "one of " + all.stream().map(ModelSection.Candidate::trainer).distinct().toList());
      }
    }
    int[] shares =
        Search.shares(how.trials(), all.stream().mapToInt(c -> space(how, c).size()).toArray());
    int index = all.indexOf(stated);
    return index < 0 ? how.trials() : shares[index];
  }

  private TrialLog log(ModelSection.Candidate stated, Space space) {
    if (folder.isEmpty()) {
      return TrialLog.none();
    }
    int index = useCase.models().candidates().indexOf(stated);
    return TrialLog.open(
        folder.get().resolve("%d-%s.ndjson".formatted(index + 1, stated.trainer())),
        fingerprint(stated, space));
  }

  /// Names everything that the course of this search follows from: the file as it stands, the data,
  /// the rows and their folds.
  private String fingerprint(ModelSection.Candidate stated, Space space) {
    ObjectNode json = CanonicalJson.object();
    TrainingSection.Search how = useCase.training().search();
    json.put("version", TrainRun.VERSION);
    json.put("seed", useCase.training().seed());
    json.put(
        "search",
        List.of(
                how.method(),
                how.trials(),
                how.parallel(),
                how.acquisition(),
                how.multivariate(),
                how.prune(),
                how.warmStart(),
                how.resource())
            .toString());
    json.put("usecase", useCase.source());
    json.put("set", set.hash());
    json.put("candidate", stated.trainer());
    json.put("settings", new TreeMap<>(stated.settings()).toString());
    json.put("space", space.text());
    json.put("rows", hash(outOfFold.rows()));
    json.put("metric", outOfFold.metric());
    StringBuilder folds = new StringBuilder();
    outOfFold.folds().forEach(f -> folds.append(hash(f.train())).append(hash(f.test())));
    json.put("folds", folds.toString());
    return CanonicalJson.hash(json);
  }

  private static String hash(int[] rows) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * rows.length);
    Arrays.stream(rows).forEach(bytes::putInt);
    return HexFormat.of().formatHex(Units.sha256().digest(bytes.array()));
  }
}
