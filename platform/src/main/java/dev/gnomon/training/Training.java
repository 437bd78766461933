package dev.gnomon.training;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.Progress;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.models.ConstantModel;
import dev.gnomon.models.Policy;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.models.spi.Trainer;
import dev.gnomon.training.Evaluation.CandidateResult;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// From a training set to one evaluated candidate.
///
/// The order is what makes the figures honest: leaks are refused; every candidate gets out-of-fold
/// predictions of the training part, on which its calibration and its operating points are fitted;
/// it is fitted again on the whole training part; the validation part chooses among the candidates;
/// the test part is read once, for the chosen one. The chosen model is not fitted again on more
/// rows: what was evaluated is what is served.
public final class Training {
  /// Part of the definition and not of the machine, so that the result is the same everywhere.
  public static final int THREADS = 2;

  private Training() {}

  /// @param threads how many threads trainers may use; another number may give another bundle
  /// @param clock for durations, which are no part of the result's content
  /// @param byAlias the test metrics of the version an alias points at, for gates that compare
  /// @param searches the folder of the logs of trials; empty remembers none
  /// @param watch told what goes on
  public record Options(
      int threads,
      InstantSource clock,
      Function<String, Optional<Map<String, Double>>> byAlias,
      Optional<Path> searches,
      TrainingWatch watch) {
    public Options(
        int threads,
        InstantSource clock,
        Function<String, Optional<Map<String, Double>>> byAlias,
        Optional<Path> searches) {
      this(threads, clock, byAlias, searches, TrainingWatch.NONE);
    }

    public Options(
        int threads, InstantSource clock, Function<String, Optional<Map<String, Double>>> byAlias) {
      this(threads, clock, byAlias, Optional.empty());
    }

    public static Options of(InstantSource clock) {
      return new Options(THREADS, clock, _ -> Optional.empty());
    }
  }

  /// @throws BadInput if there is nothing to learn from, or a candidate is unknown
  /// @throws dev.gnomon.core.Refusal for a leak, or constraints that can't be met
  public static Trained run(
      UseCase useCase,
      TrainingSet set,
      List<Trainer> trainers,
      Options options,
      Progress progress) {
    Fit.Target target = target(useCase);
    Leaks.refuseKnownAfter(useCase);
    List<Trainer> chosenTrainers = trainers(useCase, trainers, target);
    Parts parts = parts(useCase, set, target, progress);
    Split split = parts.split();
    Policy policy = parts.policy();

    TrainingSection training = useCase.training();
    Fitter fitter =
        new Fitter(
            set,
            target,
            useCase.models().preprocessing(),
            training.imbalance(),
            RowWeights.of(useCase, set, split.train(), policy),
            training.seed(),
            options.threads(),
            Progress.NONE);
    CandidateFit candidateFit =
        candidateFit(useCase, set, split, fitter, policy, options, progress);
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < chosenTrainers.size(); i++) {
      long start = options.clock().millis();
      ModelSection.Candidate stated = useCase.models().candidates().get(i);
      TrainingWatch.OfCandidate watch =
          options.watch().candidate(i + 1, stated.trainer(), stated.settings());
      Candidate fitted =
          candidateFit
              .fit(stated, chosenTrainers.get(i), watch)
              .withSeconds((options.clock().millis() - start) / 1000.0);
      watch.fitted(fitted.settings(), fitted.validation(), split.train().length);
      candidates.add(fitted);
    }
    return best(useCase, set, parts, candidates, Map.of(), options, progress);
  }

  /// A model that was fitted elsewhere, measured and given its calibration and operating points as
  /// a candidate of our own is. Nothing of the model is fitted, so its scores of the training part
  /// stand where out-of-fold ones would.
  ///
  /// @param by gives the model, told the rows of the training part
  /// @throws BadInput if there is nothing to measure on, or the model's scores are none
  /// @throws dev.gnomon.core.Refusal for a leak, or constraints that can't be met
  public static Trained given(
      UseCase useCase,
      TrainingSet set,
      Function<int[], Given> by,
      Options options,
      Progress progress) {
    Fit.Target target = target(useCase);
    Leaks.refuseKnownAfter(useCase);
    Parts parts = parts(useCase, set, target, progress);
    Split split = parts.split();
    long start = options.clock().millis();
    Given given = by.apply(split.train());
    Fitted fitted = new Fitted(given.preprocessing(), given.model(), 0, given.notes());
    progress.stage("scoring with the model of " + given.name(), 0);
    TrainingWatch.OfCandidate watch = options.watch().candidate(1, given.name(), Map.of());
    Candidate candidate =
        CandidateFit.given(useCase, set, split, given.name(), fitted, parts.policy())
            .withSeconds((options.clock().millis() - start) / 1000.0);
    watch.fitted(candidate.settings(), candidate.validation(), split.train().length);
    return best(useCase, set, parts, List.of(candidate), given.origin(), options, progress);
  }

  /// What is known before any candidate is.
  private record Parts(List<String> metrics, Split split, List<String> notes, Policy policy) {}

  private static Parts parts(
      UseCase useCase, TrainingSet set, Fit.Target target, Progress progress) {
    List<String> names = metricNames(useCase);
    Split split = Splits.of(useCase, set);
    progress.note(
        "%,d training, %,d validation, %,d test rows, %,d in gaps, %,d without outcome"
            .formatted(
                split.train().length,
                split.validation().length,
                split.test().length,
                split.gaps(),
                split.unlabelled()));
    progress.stage("looking for leaks", 0);
    List<String> notes = Leaks.refuse(useCase, set, split);
    Policy atOnce =
        target == Fit.Target.NUMBER
            ? Policy.none()
            : Policy.of(useCase.problem().costs(), set.rows().schema(), set.rows(), split.train());
    Policy policy = useCase.problem().review().map(atOnce::reviewed).orElse(atOnce);
    return new Parts(names, split, notes, policy);
  }

  /// Chooses among the candidates, reads the test part and puts together what is served.
  private static Trained best(
      UseCase useCase,
      TrainingSet set,
      Parts parts,
      List<Candidate> candidates,
      Map<String, String> origin,
      Options options,
      Progress progress) {
    Split split = parts.split();
    Policy policy = parts.policy();
    List<String> notes = new ArrayList<>(parts.notes());
    String objective = objective(useCase, set, split);
    boolean lower = Metrics.lowerIsBetter(objective);
    // A constant is what the others are compared with, and is taken only when it stands alone.
    List<Candidate> choice =
        candidates.stream().filter(c -> !c.trainer().equals(ConstantModel.KIND)).toList();
    choice = choice.isEmpty() ? candidates : choice;
    Candidate best = choice.getFirst();
    for (Candidate candidate : choice) {
      double gain =
          Metrics.required(candidate.validation(), objective)
              - Metrics.required(best.validation(), objective);
      if (lower ? gain < 0 : gain > 0) {
        best = candidate;
      }
    }
    progress.stage("comparing candidates", 0);
    List<CandidateResult> results =
        new Leaderboard(useCase, set, split, policy, objective, useCase.training().seed())
            .of(candidates, best);
    notes.add(
        "Chosen on the validation part by %s, %s is better."
            .formatted(objective, lower ? "lower" : "higher"));
    notes.addAll(best.policyFit().notes());
    notes.addAll(best.fitted().preprocessing().notes());
    notes.addAll(best.fitted().notes());

    progress.stage("evaluating " + best.trainer(), 0);
    Evaluation evaluation =
        new Reading(useCase, set, split, best, policy, parts.metrics(), results, notes)
            .evaluate(options.byAlias());
    List<Footprint> footprints = new ArrayList<>();
    for (Candidate c : candidates) {
      footprints.add(Footprints.of(c, set, split.validation(), policy));
    }
    Scored test = Scored.of(set, split.test(), best.score(set, split.test()), policy);
    return new Trained(
        split,
        evaluation,
        best.fitted().preprocessing(),
        best.fitted().model(),
        best.served(),
        servedPolicy(useCase, set, split, best, policy),
        best.rows(),
        best.probabilities(),
        origin,
        new Aside(
            footprints,
            Leaderboard.words(results, footprints, objective),
            Mistake.of(set, best, policy, test, useCase.frame().task().isNumber())));
  }

  private static CandidateFit candidateFit(
      UseCase useCase,
      TrainingSet set,
      Split split,
      Fitter fitter,
      Policy policy,
      Options options,
      Progress progress) {
    TrainingSection training = useCase.training();
    OutOfFold outOfFold =
        new OutOfFold(
            useCase,
            set,
            split.train(),
            FoldPlan.of(useCase, set, split.train(), training.seed()),
            fitter,
            policy,
            training.search().trialsBy());
    return new CandidateFit(
        useCase,
        set,
        split,
        fitter,
        policy,
        new Searching(useCase, set, outOfFold, options.searches(), options.clock(), progress));
  }

  /// The line as it is served: with a capacity, the gain that an action must exceed comes on top.
  private static Policy servedPolicy(
      UseCase useCase, TrainingSet set, Split split, Candidate best, Policy policy) {
    Line served = best.policyFit().served();
    if (!policy.hasCosts()) {
      return served.policy();
    }
    Scored part = Scored.of(set, best.rows(), best.probabilities(), policy);
    double bid =
        capacity(useCase, set, split, best.rows(), false).bid(set, part, served.decide(part));
    return bid > served.policy().bidPrice() ? served.policy().atBidPrice(bid) : served.policy();
  }

  /// The share of the capacity that falls to a part: all of it when the part holds every row of its
  /// time, less when entities were dealt out.
  static Capacity capacity(
      UseCase useCase, TrainingSet set, Split split, int[] part, boolean isTest) {
    TrainingSection.Split how = useCase.training().split();
    boolean whole =
        how.by() == TrainingSection.By.TIME
            && (how.validationBy() == TrainingSection.By.TIME || isTest);
    double share =
        whole
            ? 1
            : (double) part.length
                / Math.max(
                    1,
                    split.train().length
                        + split.validation().length
                        + (how.by() == TrainingSection.By.TIME ? 0 : split.test().length));
    return Capacity.of(useCase, set, share);
  }

  /// As stated; where costs are not stated and positives are rare, ROC-AUC is replaced by average
  /// precision, which looks at the rare class.
  private static String objective(UseCase useCase, TrainingSet set, Split split) {
    String stated = useCase.training().search().objective();
    Metrics.require(stated, "training.search.objective");
    long positives = Arrays.stream(split.train()).filter(r -> set.labels()[r] == 1).count();
    if (useCase.frame().task().isNumber()) {
      return stated;
    }
    boolean saidSo = useCase.source().contains("objective");
    return stated.equals("roc-auc") && !saidSo && positives < 0.05 * split.train().length
        ? "average-precision"
        : stated;
  }

  /// Reported metrics, and those that gates and the objective ask for.
  private static List<String> metricNames(UseCase useCase) {
    Set<String> names = new LinkedHashSet<>(useCase.evaluation().metrics());
    useCase
        .evaluation()
        .gates()
        .ifPresent(gates ->
            gates.forEach(g -> {
              Metrics.require(g.metric(), "evaluation.gates, line " + g.line());
              names.add(g.metric());
            }));
    return Metrics.names(useCase, List.copyOf(names), useCase.problem().costs().isPresent());
  }

  private static List<Trainer> trainers(
      UseCase useCase, List<Trainer> trainers, Fit.Target target) {
    Map<String, Trainer> byName = new TreeMap<>();
    trainers.forEach(t -> byName.put(t.name(), t));
    String fitting =
        byName.values().stream()
            .filter(t -> t.fits(target))
            .map(Trainer::name)
            .collect(Collectors.joining(", "));
    List<Trainer> found = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    for (ModelSection.Candidate candidate : useCase.models().candidates()) {
      Trainer trainer = byName.get(candidate.trainer());
      if (trainer == null) {
        problems.add(
            new Problem(
                "models.candidates",
                "no trainer named '%s'".formatted(candidate.trainer()),
                "on the class path: " + String.join(", ", byName.keySet())));
      } else if (!trainer.fits(target)) {
        problems.add(
            new Problem(
                "models.candidates",
                "'%s' can't learn %s"
                    .formatted(
                        candidate.trainer(), target == Fit.Target.NUMBER ? "numbers" : "classes"),
                "one of " + fitting));
      } else {
        found.add(trainer);
      }
    }
    if (found.isEmpty() && problems.isEmpty()) {
      problems.add(new Problem("models.candidates", "no candidate", "at least one of " + fitting));
    }
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
    return found;
  }

  private static Fit.Target target(UseCase useCase) {
    return switch (useCase.frame().task()) {
      case BINARY -> Fit.Target.BINARY;
      case REGRESSION -> Fit.Target.NUMBER;
      case MULTICLASS, RANKING, FORECAST, ANOMALY, UPLIFT, CLUSTERS, MULTI ->
          throw new BadInput(
              useCase.name() + ": frame.task",
              "'%s' can't be trained yet"
                  .formatted(useCase.frame().task().name().toLowerCase(java.util.Locale.ROOT)),
              "binary or regression");
    };
  }
}
