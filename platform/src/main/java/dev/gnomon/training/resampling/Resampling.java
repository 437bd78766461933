package dev.gnomon.training.resampling;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.TrainingSection.Imbalance;
import dev.gnomon.models.spi.Fit;
import dev.gnomon.stats.RandomStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Changes the rows of one fit so that the rarer class is less rare.
///
/// It is given the rows a model is fitted on, in the form the model sees them, and nothing else:
/// rows held out for early stopping, for out-of-fold scores, for validation and for the test never
/// come here. Which class is the rarer one is counted in these rows. Original rows stand first, in
/// their order; new ones behind them. The same rows and seed give the same result, whatever the
/// number of threads.
public final class Resampling {
  /// Beyond this many distances times inputs, Tomek links are refused: they can't be sampled.
  private static final double MOST_WORK = 4e11;

  private Resampling() {}

  /// @param inputs what may be mixed and what is taken over whole
  /// @throws BadInput when there are too many rows to look for Tomek links
  public static Resampled apply(Imbalance how, Fit.Rows rows, Inputs inputs, RandomStream random) {
    if (!how.resamples()) {
      return Resampled.unchanged(rows);
    }
    boolean[] isRare = new boolean[rows.size()];
    int[] positives = where(rows, true);
    int[] negatives = where(rows, false);
    boolean rareIsPositive = positives.length <= negatives.length;
    int[] rare = rareIsPositive ? positives : negatives;
    int[] common = rareIsPositive ? negatives : positives;
    String name = word(how.method());
    if (rare.length == 0) {
      return Resampled.unchanged(
          rows, name + ": a fit saw rows of one class only; nothing was done");
    }
    for (int row : rare) {
      isRare[row] = true;
    }
    int wanted = (int) Math.min(Integer.MAX_VALUE, Math.round(how.ratio() * common.length));
    int extra = wanted - rare.length;
    if (extra <= 0 && how.method().hasRatio() && how.method() != Imbalance.Treatment.SMOTE_TOMEK) {
      return Resampled.unchanged(
          rows,
          String.format(
              Locale.ROOT,
              "%s: the classes stand at %.3f to 1 already, ratio %s asks for no more; nothing was done",
              name,
              (double) rare.length / common.length,
              how.ratio()));
    }
    List<String> notes = new ArrayList<>();
    Fit.Rows after =
        switch (how.method()) {
          case NONE, CLASS_WEIGHTS -> rows;
          case OVERSAMPLE -> again(rows, rare, extra, random);
          case UNDERSAMPLE -> fewer(rows, rare, common, how.ratio(), random);
          case SMOTE -> smote(how, rows, inputs, rare, extra, random, notes);
          case BORDERLINE_SMOTE ->
              borderline(how, rows, inputs, rare, isRare, extra, random, notes);
          case ADASYN -> adasyn(how, rows, inputs, rare, isRare, extra, random, notes);
          case TOMEK_LINKS -> unlinked(rows, inputs, how.both(), notes);
          case SMOTE_TOMEK ->
              unlinked(
                  extra > 0 ? smote(how, rows, inputs, rare, extra, random, notes) : rows,
                  inputs,
                  how.both(),
                  notes);
        };
    int positivesAfter = where(after, true).length;
    double up = (double) positivesAfter / positives.length;
    double down = (double) (after.size() - positivesAfter) / negatives.length;
    notes.add(
        String.format(
            Locale.ROOT,
            "%s: the last fit saw %,d positive and %,d negative rows made from %,d and %,d",
            name,
            positivesAfter,
            after.size() - positivesAfter,
            positives.length,
            negatives.length));
    boolean drawn =
        how.method() == Imbalance.Treatment.OVERSAMPLE
            || how.method() == Imbalance.Treatment.UNDERSAMPLE;
    return new Resampled(after, up, down, drawn, notes);
  }

  private static Fit.Rows again(Fit.Rows rows, int[] rare, int extra, RandomStream random) {
    Draft draft = Draft.withRoom(rows, extra);
    for (int i = 0; i < extra; i++) {
      draft.copy(rare[random.nextInt(rare.length)]);
    }
    return draft.rows();
  }

  private static Fit.Rows fewer(
      Fit.Rows rows, int[] rare, int[] common, double ratio, RandomStream random) {
    int left = (int) Math.min(common.length, Math.max(1, Math.round(rare.length / ratio)));
    int[] kept = Arrays.copyOf(rare, rare.length + left);
    System.arraycopy(Choice.without(common, left, random), 0, kept, rare.length, left);
    Arrays.sort(kept);
    return Draft.select(rows, kept);
  }

  private static Fit.Rows smote(
      Imbalance how,
      Fit.Rows rows,
      Inputs inputs,
      int[] rare,
      int extra,
      RandomStream random,
      List<String> notes) {
    if (rare.length < 2) {
      notes.add("a single row of the rarer class has no neighbours: it was repeated instead");
      return again(rows, rare, extra, random);
    }
    fewNeighbours(how, rare, notes);
    Space space = Space.of(rows.inputs(), inputs, rare);
    int[] counts = Choice.evenly(rare.length, extra, random.split("parents"));
    return Synthetic.append(rows, space, rare, counts, rare, how.neighbours(), random);
  }

  private static Fit.Rows borderline(
      Imbalance how,
      Fit.Rows rows,
      Inputs inputs,
      int[] rare,
      boolean[] isRare,
      int extra,
      RandomStream random,
      List<String> notes) {
    if (rare.length < 2) {
      return smote(how, rows, inputs, rare, extra, random, notes);
    }
    fewNeighbours(how, rare, notes);
    Space space = Space.of(rows.inputs(), inputs, rare);
    Neighbours near = around(space, rare, isRare.length, 2 * how.neighbours(), random, notes);
    int[] common = Border.common(near, rare.length, isRare);
    int[] danger = new int[rare.length];
    int n = 0;
    for (int i = 0; i < rare.length; i++) {
      if (Border.inDanger(common[i], near.count())) {
        danger[n++] = rare[i];
      }
    }
    if (n == 0) {
      notes.add("no row of the rarer class lies at the border: nothing was added");
      return rows;
    }
    int[] counts = Choice.evenly(n, extra, random.split("parents"));
    return Synthetic.append(
        rows, space, Arrays.copyOf(danger, n), counts, rare, how.neighbours(), random);
  }

  private static Fit.Rows adasyn(
      Imbalance how,
      Fit.Rows rows,
      Inputs inputs,
      int[] rare,
      boolean[] isRare,
      int extra,
      RandomStream random,
      List<String> notes) {
    if (rare.length < 2) {
      return smote(how, rows, inputs, rare, extra, random, notes);
    }
    fewNeighbours(how, rare, notes);
    Space space = Space.of(rows.inputs(), inputs, rare);
    Neighbours near = around(space, rare, isRare.length, how.neighbours(), random, notes);
    int[] counts = Border.adaptive(Border.common(near, rare.length, isRare), extra);
    if (Arrays.stream(counts).sum() == 0) {
      notes.add("no row of the rarer class has a neighbour of the other: nothing was added");
      return rows;
    }
    return Synthetic.append(rows, space, rare, counts, rare, how.neighbours(), random);
  }

  private static Neighbours around(
      Space space, int[] rare, int rows, int count, RandomStream random, List<String> notes) {
    int[] all = new int[rows];
    Arrays.setAll(all, i -> i);
    if (rows > Synthetic.MOST_CANDIDATES) {
      notes.add(
          "neighbours were sought in a sample of %,d rows".formatted(Synthetic.MOST_CANDIDATES));
    }
    return Neighbours.of(space, rare, Synthetic.candidates(all, random.split("around")), count);
  }

  private static void fewNeighbours(Imbalance how, int[] rare, List<String> notes) {
    if (rare.length <= how.neighbours()) {
      notes.add(
          "%d rows of the rarer class have %d neighbours at most, not %d"
              .formatted(rare.length, rare.length - 1, how.neighbours()));
    }
  }

  private static Fit.Rows unlinked(Fit.Rows rows, Inputs inputs, boolean both, List<String> notes) {
    int[] positives = where(rows, true);
    int[] negatives = where(rows, false);
    int[] rare = positives.length <= negatives.length ? positives : negatives;
    double work = (double) rare.length * rows.size() * Math.max(1, rows.inputs().width());
    if (work > MOST_WORK) {
      throw new BadInput(
          "training.imbalance",
          "Tomek links compare each of %,d rows with %,d others in %,d inputs"
              .formatted(rare.length, rows.size(), rows.inputs().width()),
          "undersample, which needs no comparison, or fewer rows");
    }
    boolean[] isRare = new boolean[rows.size()];
    for (int row : rare) {
      isRare[row] = true;
    }
    int[][] links = TomekLinks.find(Space.of(rows.inputs(), inputs, rare), rare, isRare);
    boolean[] gone = new boolean[rows.size()];
    int removed = 0;
    for (int[] link : links) {
      gone[link[1]] = true;
      removed++;
      // The last rows of a class stay: without them there is nothing to learn.
      if (both && removed < rare.length) {
        gone[link[0]] = true;
      }
    }
    notes.add(
        "%,d Tomek links: %s removed"
            .formatted(
                links.length, both ? "both rows of each were" : "the commoner class's row was"));
    int[] kept = new int[rows.size()];
    int n = 0;
    for (int i = 0; i < gone.length; i++) {
      if (!gone[i]) {
        kept[n++] = i;
      }
    }
    return Draft.select(rows, Arrays.copyOf(kept, n));
  }

  private static int[] where(Fit.Rows rows, boolean positive) {
    int[] found = new int[rows.size()];
    int n = 0;
    for (int i = 0; i < found.length; i++) {
      if ((rows.targets()[i] == 1) == positive) {
        found[n++] = i;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private static String word(Imbalance.Treatment method) {
    return method.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
