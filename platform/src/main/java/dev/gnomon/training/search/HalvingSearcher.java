package dev.gnomon.training.search;

import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Successive halving and Hyperband (Jamieson and Talwalkar: Non-stochastic best arm identification
/// and hyperparameter optimization, 2016; Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar:
/// Hyperband, JMLR 18, 2018): many settings get little effort each, the best third of them three
/// times as much, and so on up to the full effort.
///
/// Halving is one such bracket that starts at a ninth of the effort. Where little effort misleads
/// (slow learners with many rounds look bad early) that drops the best; Hyperband hedges by
/// brackets that start at a ninth, a third and at the full effort, and shares the budget among
/// them. Settings are drawn at random. The budget counts effort: a trial at a ninth is a ninth of a
/// trial.
public final class HalvingSearcher implements Searcher {
  private static final int ETA = 3;
  private static final int RUNGS = 3;

  private final History history;
  private final RandomStream root;
  private final List<int[]> brackets = new ArrayList<>();
  private int bracket;
  private int rung;
  private List<Map<String, String>> waiting = new ArrayList<>();
  private final List<Trial> told = new ArrayList<>();
  private int pending;

  /// @param trials the budget in trials of full effort
  public HalvingSearcher(Space space, double trials, boolean hyperband, long seed) {
    this.history = new History(space);
    this.root = RandomStream.of(seed).split("halving-search");
    int first = hyperband ? 0 : RUNGS - 1;
    double share = trials / (RUNGS - first);
    for (int s = RUNGS - 1; s >= first; s--) {
      // Every rung of a bracket costs about the same: n settings at 1 / ETA^s each.
      int settings = (int) Math.max(1, Math.floor(share * StrictMath.pow(ETA, s) / (s + 1) + 1e-9));
      brackets.add(new int[] {s, settings});
    }
    if (!hyperband) {
      return;
    }
    // What rounding left over goes to the bracket that can't be misled.
    double spent = 0;
    for (int[] b : brackets) {
      spent += cost(b);
    }
    brackets.getLast()[1] += (int) Math.max(0, Math.floor(trials - spent + 1e-9));
  }

  private static double cost(int[] bracket) {
    double cost = 0;
    int settings = bracket[1];
    for (int s = bracket[0]; s >= 0; s--) {
      cost += settings * StrictMath.pow(ETA, -s);
      settings = Math.max(1, settings / ETA);
    }
    return cost;
  }

  @Override
  public Optional<Proposal> ask() {
    if (waiting.isEmpty() && pending > 0) {
      return Optional.empty();
    }
    if (waiting.isEmpty() && !nextRung()) {
      return Optional.empty();
    }
    pending++;
    return Optional.of(
        new Proposal(
            waiting.removeFirst(), StrictMath.pow(ETA, -(brackets.get(bracket)[0] - rung))));
  }

  @Override
  public void tell(Trial trial) {
    history.tell(trial);
    if (pending > 0) {
      pending--;
      told.add(trial);
    }
  }

  /// Fills `waiting` for the next rung, or the next bracket; false when there is none.
  private boolean nextRung() {
    boolean begun = !told.isEmpty();
    if (begun && rung < brackets.get(bracket)[0]) {
      rung++;
      int kept = Math.max(1, told.size() / ETA);
      waiting =
          new ArrayList<>(
              told.stream()
                  .sorted(
                      Comparator.comparingDouble(
                          t -> Double.isFinite(t.score()) ? t.score() : Double.MAX_VALUE))
                  .limit(kept)
                  .map(Trial::settings)
                  .toList());
      told.clear();
      return true;
    }
    if (begun) {
      bracket++;
      rung = 0;
      told.clear();
    }
    if (bracket >= brackets.size()) {
      return false;
    }
    for (int i = 0; i < brackets.get(bracket)[1]; i++) {
      RandomSearcher.draw(history, root.split(history.asked()))
          .ifPresent(point -> waiting.add(history.propose(point, 1).settings()));
    }
    return !waiting.isEmpty();
  }
}
