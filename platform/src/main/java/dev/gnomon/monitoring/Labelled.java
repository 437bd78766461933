package dev.gnomon.monitoring;

import dev.gnomon.monitoring.MonitorReport.Performance;
import dev.gnomon.stats.EntityBootstrap;
import dev.gnomon.stats.Interval;
import dev.gnomon.stats.RankedScores;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decisions of the live version with their outcomes, to measure how good it is.
///
/// Bounded: when there are too many, the keys of one half of the hash space are let go with all
/// their rows, so that what stays is a sample of whole entities.
///
/// An action that works hides the outcome it prevents: a saved customer looks like a false alarm.
/// With enough hold-out outcomes those acted on are therefore left out, and the held out stand for
/// them with the weight of the group they were drawn from.
final class Labelled {
  static final int MOST = 200_000;
  private static final int LEAST_ROWS = 200;
  private static final int LEAST_POSITIVES = 20;
  private static final int LEAST_HELD_OUT = 30;
  private static final byte HAPPENED = 1;
  private static final byte ACT = 2;
  private static final byte TREATED = 4;
  private static final byte HELD_OUT = 8;

  private final int most;
  private double[] scores = new double[1 << 10];
  private long[] keys = new long[1 << 10];
  private byte[] flags = new byte[1 << 10];
  private int size;
  private int halvings;

  Labelled(int most) {
    this.most = most;
  }

  void add(long key, double score, boolean happened, boolean act, boolean yes, boolean heldOut) {
    if (!kept(key)) {
      return;
    }
    if (size == most) {
      halvings++;
      compact();
      add(key, score, happened, act, yes, heldOut);
      return;
    }
    if (size == scores.length) {
      scores = Arrays.copyOf(scores, 2 * size);
      keys = Arrays.copyOf(keys, 2 * size);
      flags = Arrays.copyOf(flags, 2 * size);
    }
    scores[size] = score;
    keys[size] = key;
    flags[size] =
        (byte)
            ((happened ? HAPPENED : 0)
                | (act ? ACT : 0)
                | (act && yes ? TREATED : 0)
                | (heldOut ? HELD_OUT : 0));
    size++;
  }

  private boolean kept(long key) {
    return halvings == 0 || key >>> (64 - halvings) == 0;
  }

  private void compact() {
    int to = 0;
    for (int i = 0; i < size; i++) {
      if (kept(keys[i])) {
        scores[to] = scores[i];
        keys[to] = keys[i];
        flags[to++] = flags[i];
      }
    }
    size = to;
  }

  Optional<Performance> performance(Reference reference, int resamples) {
    int positives = 0;
    int treated = 0;
    int heldOut = 0;
    for (int i = 0; i < size; i++) {
      positives += is(i, HAPPENED) ? 1 : 0;
      treated += is(i, TREATED) ? 1 : 0;
      heldOut += is(i, HELD_OUT) ? 1 : 0;
    }
    if (size < LEAST_ROWS || positives < LEAST_POSITIVES) {
      return Optional.empty();
    }
    boolean untreated = heldOut >= LEAST_HELD_OUT;
    double heldOutWeight = (double) (treated + heldOut) / Math.max(1, heldOut);
    int rows = untreated ? size - treated : size;
    double[] score = new double[rows];
    double[] label = new double[rows];
    double[] weight = new double[rows];
    boolean[] act = new boolean[rows];
    int[] entity = new int[rows];
    Map<Long, Integer> numbers = new HashMap<>();
    int to = 0;
    for (int i = 0; i < size; i++) {
      if (untreated && is(i, TREATED)) {
        continue;
      }
      score[to] = scores[i];
      label[to] = is(i, HAPPENED) ? 1 : 0;
      weight[to] = untreated && is(i, HELD_OUT) ? heldOutWeight : 1;
      act[to] = is(i, ACT);
      int next = numbers.size();
      Integer known = numbers.putIfAbsent(keys[i], next);
      entity[to++] = known == null ? next : known;
    }
    RankedScores ranked = RankedScores.of(score, label);
    List<Interval> intervals =
        new EntityBootstrap(resamples, 0.95, 1)
            .intervals(
                entity,
                numbers.size(),
                List.of(
                    drawn -> ranked.rocAuc(times(drawn, weight)),
                    drawn -> share(label, act, drawn, weight, false),
                    drawn -> share(label, act, drawn, weight, true)));
    return Optional.of(
        new Performance(
            rows,
            untreated,
            intervals.get(0),
            intervals.get(1),
            intervals.get(2),
            reference.rocAuc(),
            reference.recall(),
            reference.precision()));
  }

  private boolean is(int row, byte flag) {
    return (flags[row] & flag) != 0;
  }

  private static double[] times(double[] a, double[] b) {
    double[] product = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      product[i] = a[i] * b[i];
    }
    return product;
  }

  /// Acted on among the positive (recall), or positive among those acted on (precision).
  private static double share(
      double[] label, boolean[] act, double[] drawn, double[] weight, boolean precision) {
    double both = 0;
    double all = 0;
    for (int i = 0; i < label.length; i++) {
      double w = drawn[i] * weight[i];
      both += act[i] ? w * label[i] : 0;
      all += precision ? (act[i] ? w : 0) : w * label[i];
    }
    return both / all;
  }
}
