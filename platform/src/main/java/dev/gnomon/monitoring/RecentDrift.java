package dev.gnomon.monitoring;

import dev.gnomon.models.ReferenceStatistics;
import dev.gnomon.schema.Schema;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.stats.Drift;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How far the features of recent decisions have moved from the live version's reference: a reading
/// for metrics, over the last 5,000 to 10,000 decisions. Levels and money are told by [Monitor].
///
/// Counts on the same frozen bins as [Monitor]. A decision that comes while another is being
/// counted is left out rather than made to wait. Safe for use by several threads.
public final class RecentDrift {
  /// Decisions of one generation; two are compared with the reference.
  public static final int GENERATION = 5_000;

  /// Below so many decisions there is no reading.
  public static final int LEAST = DriftRanking.LEAST_ROWS;

  private final ReentrantLock lock = new ReentrantLock();
  private final List<FeatureCounter> counters = new ArrayList<>();
  private int[] slots = new int[0];
  private int version;
  private @Nullable Schema bound;
  private Slices.Slice current = new Slices(slots).at(0);
  private Slices.Slice before = new Slices(slots).at(0);

  /// A decision was made. Keys that nothing is known about are left out: a broken join is no drift.
  ///
  /// @param reference of the version that is live
  @SuppressWarnings("ReferenceEquality") // rows of one plan share its schema object
  public void saw(DecisionRecord record, Reference reference) {
    if (record.cause() == DecisionRecord.Cause.UNKNOWN_KEY
        || reference.statistics() == null
        || !lock.tryLock()) {
      return;
    }
    try {
      if (reference.version() != version) {
        begin(reference);
      }
      Schema schema = record.features().schema();
      if (schema != bound) {
        counters.forEach(counter -> counter.bind(schema));
        bound = schema;
      }
      for (int i = 0; i < counters.size(); i++) {
        counters.get(i).count(record.features(), current, i);
      }
      if (++current.decisions == GENERATION) {
        before = current;
        current = new Slices(slots).at(0);
      }
    } finally {
      lock.unlock();
    }
  }

  private void begin(Reference reference) {
    counters.clear();
    if (reference.statistics() != null) {
      reference.statistics().columns().forEach(column -> counters.add(new FeatureCounter(column)));
    }
    slots = counters.stream().mapToInt(FeatureCounter::slots).toArray();
    current = new Slices(slots).at(0);
    before = new Slices(slots).at(0);
    version = reference.version();
    bound = null;
  }

  /// The population stability index of a feature over recent decisions, on the bins of the
  /// reference; empty for a feature that the reference does not have, for times, and below [#LEAST]
  /// decisions with a value.
  public OptionalDouble psi(String feature) {
    return measure(feature).stream()
        .filter(measure -> measure.current() >= LEAST)
        .mapToDouble(Drift.Measure::psi)
        .findFirst();
  }

  /// The share of recent decisions in which the feature is missing; empty below [#LEAST].
  public OptionalDouble missing(String feature) {
    return decisions() < LEAST
        ? OptionalDouble.empty()
        : measure(feature).stream().mapToDouble(Drift.Measure::missing).findFirst();
  }

  /// The recent values of a feature beside its reference.
  ///
  /// @param bins the reference's bins or levels, with shares of the values that are there; empty
  ///   for times
  /// @param psi NaN below [#LEAST] decisions with a value
  /// @param rows decisions, those without a value included
  public record Reading(
      List<MonitorReport.Bin> bins,
      double psi,
      double missing,
      double referenceMissing,
      long rows) {
    public Reading {
      bins = List.copyOf(bins);
    }
  }

  /// The bins or levels of a reference by themselves: the current shares are 0.
  public static List<MonitorReport.Bin> bins(ReferenceStatistics.Summary reference) {
    FeatureCounter counter = new FeatureCounter(reference);
    return DriftRanking.bins(counter, new long[counter.slots()]);
  }

  /// The recent values of a feature; empty before the first decision and for features that the
  /// reference does not have.
  public Optional<Reading> reading(String feature) {
    lock.lock();
    try {
      for (int i = 0; i < counters.size(); i++) {
        FeatureCounter counter = counters.get(i);
        if (counter.reference().name().equals(feature)) {
          long[] counts = counts(i);
          Drift.Measure measure = counter.measure(counts);
          return Optional.of(
              new Reading(
                  DriftRanking.bins(counter, counts),
                  measure.current() >= LEAST ? measure.psi() : Double.NaN,
                  measure.missing(),
                  measure.missingReference(),
                  java.util.Arrays.stream(counts).sum()));
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private long[] counts(int feature) {
    long[] counts = before.counts[feature].clone();
    for (int slot = 0; slot < counts.length; slot++) {
      counts[slot] += current.counts[feature][slot];
    }
    return counts;
  }

  /// How many decisions the readings are over.
  public long decisions() {
    lock.lock();
    try {
      return before.decisions + current.decisions;
    } finally {
      lock.unlock();
    }
  }

  private Optional<Drift.Measure> measure(String feature) {
    lock.lock();
    try {
      for (int i = 0; i < counters.size(); i++) {
        FeatureCounter counter = counters.get(i);
        if (counter.reference().name().equals(feature)) {
          return Optional.of(counter.measure(counts(i)));
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }
}
