package dev.gnomon.training.advice;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.SourceReader;
import dev.gnomon.data.Table;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import dev.gnomon.stats.LittleTest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// What the data of a use case are like, as far as a rule asks for it.
///
/// @param rows observations
/// @param labelled those of which the outcome is known
/// @param positives of them; 0 where the target is a number
/// @param keys distinct ones
/// @param observations different times of observation; 1 where there are none
/// @param positivesPerPeriod mean number of positives in a period of the stated capacity; empty
///   without a capacity or without times
/// @param columns the inputs of the model
/// @param together columns that are missing in the very same rows, by group
/// @param little whether numbers are missing completely at random; empty where it can't be tested
/// @param times columns of the flat table that hold times and are not stated as `event-time`
/// @param target where the target is a number
public record DataFacts(
    int rows,
    int labelled,
    int positives,
    int keys,
    int observations,
    OptionalDouble positivesPerPeriod,
    List<ColumnFacts> columns,
    List<List<String>> together,
    Optional<LittleTest> little,
    List<String> times,
    Optional<NumberTarget> target) {
  /// More columns or rows teach Little's test nothing and cost time.
  private static final int MOST_COLUMNS = 20;

  private static final int MOST_ROWS = 20_000;

  public DataFacts {
    columns = List.copyOf(columns);
    together = together.stream().map(List::copyOf).toList();
    times = List.copyOf(times);
  }

  /// One input.
  ///
  /// @param missing share of the rows
  /// @param levels different values; of numbers counted up to 1,000
  public record ColumnFacts(String name, Type type, double missing, int levels) {}

  /// A target that is a number.
  ///
  /// @param far share of the values beyond three interquartile ranges from the quartiles
  public record NumberTarget(
      double mean, double median, double deviation, double far, double least, double zeros) {}

  /// @param schemas of the sources, by name
  public static DataFacts of(UseCase useCase, TrainingSet set, Map<String, Schema> schemas) {
    boolean number = useCase.frame().task().isNumber();
    int labelled = 0;
    int positives = 0;
    for (double label : set.labels()) {
      labelled += Double.isNaN(label) ? 0 : 1;
      positives += !number && label == 1 ? 1 : 0;
    }
    Set<Integer> keys = new HashSet<>();
    for (int code : set.keys().codes()) {
      keys.add(code);
    }
    Set<Long> times = new HashSet<>();
    for (long time : set.observedAt()) {
      times.add(time);
    }
    List<String> inputs = set.plan().inputNames();
    List<ColumnFacts> columns = new ArrayList<>();
    Map<BitSet, List<String>> gaps = new LinkedHashMap<>();
    for (String name : inputs) {
      Column column = set.rows().column(name);
      BitSet gone = gone(column);
      if (!gone.isEmpty()) {
        gaps.computeIfAbsent(gone, _ -> new ArrayList<>()).add(name);
      }
      double missing = set.size() == 0 ? 0 : (double) gone.cardinality() / set.size();
      columns.add(new ColumnFacts(name, column.type(), missing, levels(column)));
    }
    return new DataFacts(
        set.size(),
        labelled,
        positives,
        keys.size(),
        Math.max(1, times.size()),
        perPeriod(useCase, set),
        columns,
        gaps.values().stream().filter(group -> group.size() > 1).toList(),
        little(set.rows(), columns),
        times(useCase, schemas),
        number && labelled > 0 ? Optional.of(target(set.labels())) : Optional.empty());
  }

  public double positiveShare() {
    return labelled == 0 ? Double.NaN : (double) positives / labelled;
  }

  private static BitSet gone(Column column) {
    BitSet gone = new BitSet(column.size());
    for (int row = 0; row < column.size(); row++) {
      gone.set(row, column.missing(row));
    }
    return gone;
  }

  private static int levels(Column column) {
    return switch (column) {
      case Column.Texts texts -> {
        BitSet seen = new BitSet(texts.dictionary().size());
        for (int code : texts.codes()) {
          if (code >= 0) {
            seen.set(code);
          }
        }
        yield seen.cardinality();
      }
      case Column.Numbers numbers -> {
        Set<Double> seen = new HashSet<>();
        for (int i = 0; i < numbers.size() && seen.size() < 1_000; i++) {
          if (!numbers.missing(i)) {
            seen.add(numbers.values()[i]);
          }
        }
        yield seen.size();
      }
      case Column.Moments moments -> {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < moments.size() && seen.size() < 1_000; i++) {
          if (!moments.missing(i)) {
            seen.add(moments.micros()[i]);
          }
        }
        yield seen.size();
      }
    };
  }

  /// Of the numbers with gaps first, then of complete ones, which the gaps may depend on.
  private static Optional<LittleTest> little(Table rows, List<ColumnFacts> columns) {
    List<double[]> chosen = new ArrayList<>();
    boolean gaps = false;
    int step = Math.max(1, (rows.rows() + MOST_ROWS - 1) / MOST_ROWS);
    for (boolean incomplete : new boolean[] {true, false}) {
      for (ColumnFacts column : columns) {
        if (chosen.size() < MOST_COLUMNS
            && column.missing() > 0 == incomplete
            && column.missing() < 1
            && column.levels() > 1
            && rows.column(column.name()) instanceof Column.Numbers numbers) {
          gaps |= incomplete;
          chosen.add(every(numbers.values(), step));
        }
      }
    }
    return gaps ? LittleTest.of(chosen) : Optional.empty();
  }

  /// An infinite value counts as missing: a mean could not be taken otherwise.
  private static double[] every(double[] values, int step) {
    double[] some = new double[(values.length + step - 1) / step];
    for (int i = 0; i < some.length; i++) {
      double value = values[i * step];
      some[i] = Double.isInfinite(value) ? Double.NaN : value;
    }
    return some;
  }

  private static OptionalDouble perPeriod(UseCase useCase, TrainingSet set) {
    var capacity = useCase.problem().constraints().capacity();
    boolean timed = java.util.Arrays.stream(set.observedAt()).anyMatch(time -> time != 0);
    if (capacity.isEmpty() || !timed) {
      return OptionalDouble.empty();
    }
    long per = capacity.get().per().toNanos() / 1_000;
    Map<Long, Integer> positives = new HashMap<>();
    for (int i = 0; i < set.size(); i++) {
      if (!Double.isNaN(set.labels()[i])) {
        positives.merge(
            Math.floorDiv(set.observedAt()[i], per), set.labels()[i] == 1 ? 1 : 0, Integer::sum);
      }
    }
    return positives.values().stream().mapToInt(count -> count).average();
  }

  private static List<String> times(UseCase useCase, Map<String, Schema> schemas) {
    List<String> times = new ArrayList<>();
    if (useCase.data().isFlatTable()) {
      useCase
          .data()
          .sources()
          .forEach((name, spec) -> {
            Schema schema = schemas.get(name);
            if (schema != null) {
              for (Field field : schema.fields()) {
                boolean stated =
                    spec.eventTime().filter(field.name()::equals).isPresent()
                        || field.name().equals(SourceReader.ROW);
                if (field.type() == Type.TIME && !stated) {
                  times.add(field.name());
                }
              }
            }
          });
    }
    return times;
  }

  private static NumberTarget target(double[] labels) {
    double[] sorted =
        java.util.Arrays.stream(labels).filter(label -> !Double.isNaN(label)).sorted().toArray();
    int n = sorted.length;
    double mean = java.util.Arrays.stream(sorted).average().orElse(Double.NaN);
    double squares = 0;
    for (double label : sorted) {
      squares += (label - mean) * (label - mean);
    }
    double low = sorted[(n - 1) / 4];
    double high = sorted[3 * (n - 1) / 4];
    int far = 0;
    int zeros = 0;
    for (double label : sorted) {
      far += label < low - 3 * (high - low) || label > high + 3 * (high - low) ? 1 : 0;
      zeros += label == 0 ? 1 : 0;
    }
    return new NumberTarget(
        mean,
        sorted[(n - 1) / 2],
        Math.sqrt(squares / n),
        (double) far / n,
        sorted[0],
        (double) zeros / n);
  }
}
