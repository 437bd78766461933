package dev.gnomon.training.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongSupplier;

/// Runs trials until the budget is spent or nothing is left to try.
///
/// Trials come in batches of `parallel`: each batch is chosen at once, tried at once and told in
/// the order in which it was chosen, so that the course does not depend on which of them ends
/// first. A finished trial is written to the log before the next batch begins; a search that finds
/// trials of its own in the log asks and tells just the same but takes their results from there.
///
/// @param firsts tried before the searcher is asked, the settings as stated first
/// @param budget in trials of full effort
/// @param seconds no batch begins after them, but at least one trial is made; infinite for no bound
/// @param parallel trials at once
/// @param prune whether trials may end early
/// @param millis a clock
public record Search(
    Searcher searcher,
    List<Map<String, String>> firsts,
    double budget,
    double seconds,
    int parallel,
    boolean prune,
    TrialLog log,
    LongSupplier millis) {

  /// So many trials have to have reached a fold before one may be called hopeless there.
  static final int BEFORE_PRUNING = 5;

  /// Tries some settings.
  public interface Attempt {
    /// @param stop asked after each fold
    /// @return the score, lower being better; NaN when there is none
    double score(Proposal proposal, Stop stop);
  }

  /// Whether a trial should end early.
  public interface Stop {
    /// @param partial the score over the folds so far, lower being better
    boolean after(double partial);
  }

  /// What has been tried so far, told after each trial.
  public interface Listener {
    void told(Trial trial, Trial best);
  }

  /// @param complete whether the budget or the space was used up; false when time was
  public record Result(List<Trial> trials, Trial best, boolean complete) {}

  public Result run(Attempt attempt, Listener listener) {
    long start = millis.getAsLong();
    double before = log.found().stream().mapToDouble(Trial::elapsed).max().orElse(0);
    List<Trial> trials = new ArrayList<>();
    double spent = 0;
    boolean complete = true;
    try (ExecutorService workers = Executors.newFixedThreadPool(parallel)) {
      while (true) {
        List<Proposal> batch = new ArrayList<>();
        while (batch.size() < parallel) {
          int at = trials.size() + batch.size();
          Optional<Proposal> next =
              at < firsts.size() ? Optional.of(new Proposal(firsts.get(at), 1)) : searcher.ask();
          if (next.isEmpty() || spent + next.get().resource() > budget + 1e-9) {
            break;
          }
          spent += next.get().resource();
          batch.add(next.get());
        }
        if (batch.isEmpty()) {
          break;
        }
        boolean known = logged(trials.size(), batch.getFirst()).isPresent();
        if (!trials.isEmpty() && !known && before + since(start) >= seconds) {
          complete = false;
          break;
        }
        for (Trial trial : tried(batch, trials, attempt, workers, before, start)) {
          trials.add(trial);
          searcher.tell(trial);
          listener.told(trial, best(trials));
        }
      }
    }
    return new Result(List.copyOf(trials), best(trials), complete);
  }

  private double since(long start) {
    return (millis.getAsLong() - start) / 1000.0;
  }

  /// The result of a trial that was finished before the search was interrupted.
  private Optional<Trial> logged(int number, Proposal proposal) {
    return log.found().stream()
        .filter(t ->
            t.number() == number
                && t.settings().equals(proposal.settings())
                && t.resource() == proposal.resource())
        .findFirst();
  }

  private List<Trial> tried(
      List<Proposal> batch,
      List<Trial> earlier,
      Attempt attempt,
      ExecutorService workers,
      double before,
      long start) {
    List<Trial> known = List.copyOf(earlier);
    List<Future<Trial>> running = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      Proposal proposal = batch.get(i);
      int number = known.size() + i;
      running.add(
          workers.submit(() -> {
            Optional<Trial> logged = logged(number, proposal);
            return logged.isPresent()
                ? logged.get()
                : run(number, proposal, known, attempt, before, start);
          }));
    }
    List<Trial> done = new ArrayList<>();
    for (int i = 0; i < running.size(); i++) {
      Trial trial = join(running.get(i));
      if (logged(trial.number(), batch.get(i)).isEmpty()) {
        log.append(trial);
      }
      done.add(trial);
    }
    return done;
  }

  private static Trial join(Future<Trial> running) {
    try {
      return running.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during a trial", e);
    }
  }

  private Trial run(
      int number,
      Proposal proposal,
      List<Trial> known,
      Attempt attempt,
      double before,
      long start) {
    List<Double> partial = new ArrayList<>();
    boolean[] pruned = {false};
    Stop stop =
        value -> {
          partial.add(value);
          pruned[0] =
              prune
                  && number > 0
                  && hopeless(known, proposal.resource(), partial.size() - 1, value);
          return pruned[0];
        };
    double score = attempt.score(proposal, stop);
    Trial.State state =
        !Double.isFinite(score)
            ? Trial.State.FAILED
            : pruned[0] ? Trial.State.PRUNED : Trial.State.DONE;
    return new Trial(
        number,
        proposal.settings(),
        proposal.resource(),
        score,
        state,
        partial,
        before + since(start));
  }

  /// The median rule (Golovin et al.: Google Vizier, KDD 2017): worse after this fold than the
  /// median of the earlier trials of the same effort after the same fold.
  static boolean hopeless(List<Trial> known, double resource, int fold, double value) {
    double[] others =
        known.stream()
            .filter(t -> t.resource() == resource && t.partial().size() > fold)
            .mapToDouble(t -> t.partial().get(fold))
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    if (others.length < BEFORE_PRUNING) {
      return false;
    }
    int half = others.length / 2;
    double median = others.length % 2 == 1 ? others[half] : (others[half - 1] + others[half]) / 2;
    return !(value <= median);
  }

  /// The least score among trials of full effort that ran to their end, the earliest of equals; the
  /// first trial when there is none.
  static Trial best(List<Trial> trials) {
    return trials.stream()
        .filter(t -> t.state() == Trial.State.DONE && t.resource() >= 1)
        .min(Comparator.comparingDouble(Trial::score).thenComparingInt(Trial::number))
        .orElse(trials.getFirst());
  }

  /// How a budget of trials is dealt among candidates: one each, and the rest by their numbers of
  /// settings to search (largest remainders; the earlier candidate of equals).
  public static int[] shares(int trials, int[] dimensions) {
    int[] shares = new int[dimensions.length];
    Arrays.fill(shares, 1);
    int total = Arrays.stream(dimensions).sum();
    int rest = trials - dimensions.length;
    if (total == 0 || rest <= 0) {
      return shares;
    }
    Integer[] order = new Integer[dimensions.length];
    double[] remainder = new double[dimensions.length];
    int dealt = 0;
    for (int i = 0; i < shares.length; i++) {
      order[i] = i;
      double part = (double) rest * dimensions[i] / total;
      shares[i] += (int) part;
      dealt += (int) part;
      remainder[i] = part - (int) part;
    }
    Arrays.sort(order, Comparator.comparingDouble(i -> -remainder[i]));
    for (int i = 0; dealt < rest; i++) {
      shares[order[i]]++;
      dealt++;
    }
    return shares;
  }
}
