package dev.gnomon.monitoring;

import dev.gnomon.features.FeatureRow;
import dev.gnomon.models.ReferenceStatistics.Summary;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.stats.Drift;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Sorts the values of one feature into the frozen bins of its reference.
///
/// The counters of a feature: its bins or levels, for texts one for what is not listed, and last
/// the missing ones.
final class FeatureCounter {
  private static final int MOST_UNSEEN = 1_000;
  private static final int LONGEST = 100;
  private static final int TOP = 5;

  /// Stands for all levels that are not listed; no text can be equal to it and listed.
  private static final String UNLISTED = "\uFFFF";

  private final Summary reference;
  private final int slots;
  private final Map<String, Long> unseen = new HashMap<>();
  private int column = -1;

  FeatureCounter(Summary reference) {
    this.reference = reference;
    this.slots =
        switch (reference) {
          case Summary.Numbers numbers -> numbers.counts().length + 1;
          case Summary.Texts texts -> texts.levels().size() + 2;
          case Summary.Moments moments -> 2;
        };
  }

  Summary reference() {
    return reference;
  }

  int slots() {
    return slots;
  }

  /// Rows of this schema follow.
  void bind(Schema schema) {
    column = schema.has(reference.name()) ? schema.indexOf(reference.name()) : -1;
  }

  void count(FeatureRow row, Slices.Slice slice, int feature) {
    if (column < 0) {
      return;
    }
    switch (reference) {
      case Summary.Numbers numbers -> count(numbers, row.number(column), slice, feature);
      case Summary.Texts texts -> slice.counts[feature][slot(texts, row.text(column))]++;
      case Summary.Moments moments ->
          slice.counts[feature][row.time(column) == Times.MISSING ? 1 : 0]++;
    }
  }

  void count(Summary.Numbers numbers, double value, Slices.Slice slice, int feature) {
    if (Double.isNaN(value)) {
      slice.counts[feature][slots - 1]++;
      return;
    }
    slice.counts[feature][Drift.bin(numbers.edges(), value)]++;
    if (Double.isFinite(value)) {
      slice.sums[feature] += value;
    }
  }

  private int slot(Summary.Texts texts, @Nullable String value) {
    if (value == null) {
      return slots - 1;
    }
    int level = Collections.binarySearch(texts.levels(), value);
    if (level >= 0) {
      return level;
    }
    String shown = value.length() > LONGEST ? value.substring(0, LONGEST) + "…" : value;
    if (unseen.size() < MOST_UNSEEN || unseen.containsKey(shown)) {
      unseen.merge(shown, 1L, Long::sum);
    }
    return slots - 2;
  }

  /// Compares counters with the reference.
  Drift.Measure measure(long[] counts) {
    long missing = counts[slots - 1];
    return switch (reference) {
      case Summary.Numbers numbers ->
          Drift.compare(
              numbers.counts(),
              numbers.missing(),
              java.util.Arrays.copyOf(counts, slots - 1),
              missing);
      case Summary.Texts texts -> {
        Map<String, Long> byLevel = new TreeMap<>();
        for (int i = 0; i < texts.levels().size(); i++) {
          byLevel.put(texts.levels().get(i), counts[i]);
        }
        byLevel.put(UNLISTED, counts[slots - 2]);
        yield texts.drift(byLevel, missing);
      }
      case Summary.Moments moments ->
          Drift.compare(
              new long[] {moments.present()}, moments.missing(), new long[] {counts[0]}, missing);
    };
  }

  /// Share of values whose level is not listed, beyond the share that rare levels had.
  double unseenShare(long[] counts) {
    if (!(reference instanceof Summary.Texts texts)) {
      return 0;
    }
    long present = present(counts);
    long listed = texts.other();
    for (long count : texts.counts()) {
      listed += count;
    }
    double rare = listed == 0 ? 0 : (double) texts.other() / listed;
    return present == 0 ? 0 : Math.max(0, (double) counts[slots - 2] / present - rare);
  }

  long present(long[] counts) {
    long present = 0;
    for (int i = 0; i < slots - 1; i++) {
      present += counts[i];
    }
    return present;
  }

  List<MonitorReport.Level> topUnseen() {
    return unseen.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(TOP)
        .map(entry -> new MonitorReport.Level(entry.getKey(), entry.getValue()))
        .toList();
  }
}
