package dev.gnomon.features;

import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.data.TableScan;
import dev.gnomon.operators.CanonicalOrder;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How the features of all keys at one time differ from what they were before: what was served
/// otherwise than it would be now.
///
/// @param keysAdded keys that were not there before
/// @param keysGone keys that are there no more
/// @param keysChanged keys with another value in any feature
/// @param features those with another value for any key that is in both, in the order of the file
public record ValueChanges(
    long keysAdded, long keysGone, long keysChanged, List<FeatureChange> features) {
  /// How many examples are kept of each feature.
  public static final int EXAMPLES = 5;

  public ValueChanges {
    features = List.copyOf(features);
  }

  /// @param values how many keys have another value
  /// @param examples the first of them, by key
  public record FeatureChange(String name, long values, List<Example> examples) {
    public FeatureChange {
      examples = List.copyOf(examples);
    }
  }

  /// @param before null when it was missing
  /// @param after null when it is missing
  public record Example(String key, @Nullable String before, @Nullable String after) {}

  public boolean none() {
    return keysAdded == 0 && keysGone == 0 && keysChanged == 0;
  }

  /// Compares two files of one time and layout: key, time, features; sorted by key. Numbers are
  /// compared bit by bit, all missing ones being the same.
  static ValueChanges between(TableScan before, TableScan after, Schema file) {
    int width = file.size() - 2;
    long added = 0;
    long gone = 0;
    long changed = 0;
    long[] values = new long[width];
    List<List<Example>> examples = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      examples.add(new ArrayList<>());
    }
    Rows old = new Rows(before);
    Rows now = new Rows(after);
    while (old.there() || now.there()) {
      int order = old.compareTo(now);
      if (order < 0) {
        gone++;
        old.next();
      } else if (order > 0) {
        added++;
        now.next();
      } else {
        boolean other = false;
        for (int c = 0; c < width; c++) {
          if (!old.same(now, c + 2)) {
            other = true;
            values[c]++;
            if (examples.get(c).size() < EXAMPLES) {
              examples
                  .get(c)
                  .add(new Example(String.valueOf(now.key()), old.text(c + 2), now.text(c + 2)));
            }
          }
        }
        changed += other ? 1 : 0;
        old.next();
        now.next();
      }
    }
    List<FeatureChange> features = new ArrayList<>();
    for (int c = 0; c < width; c++) {
      if (values[c] > 0) {
        features.add(new FeatureChange(file.field(c + 2).name(), values[c], examples.get(c)));
      }
    }
    return new ValueChanges(added, gone, changed, features);
  }

  /// One row after the other.
  private static final class Rows {
    private final TableScan scan;
    private @Nullable Table table;
    private int at;

    Rows(TableScan scan) {
      this.scan = scan;
      this.table = scan.next().orElse(null);
    }

    boolean there() {
      return table != null;
    }

    void next() {
      Table rows = table;
      if (rows != null && ++at == rows.rows()) {
        Optional<Table> next = scan.next();
        table = next.orElse(null);
        at = 0;
      }
    }

    /// By key; where there is no row, it comes last.
    int compareTo(Rows other) {
      if (!there() || !other.there()) {
        return there() ? -1 : 1;
      }
      return CanonicalOrder.compare(text(0), other.text(0));
    }

    private Column column(int c) {
      return Objects.requireNonNull(table).column(c);
    }

    @Nullable String key() {
      return text(0);
    }

    boolean same(Rows other, int c) {
      if (column(c) instanceof Column.Numbers mine
          && other.column(c) instanceof Column.Numbers theirs) {
        return Double.doubleToLongBits(mine.values()[at])
            == Double.doubleToLongBits(theirs.values()[other.at]);
      }
      return Objects.equals(text(c), other.text(c));
    }

    private static boolean whole(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15;
    }

    /// The value in words; null when missing.
    @Nullable String text(int c) {
      return switch (column(c)) {
        case Column.Texts texts -> texts.dictionary().text(texts.codes()[at]);
        case Column.Moments moments ->
            moments.missing(at) ? null : Times.instant(moments.micros()[at]).toString();
        case Column.Numbers numbers -> {
          double value = numbers.values()[at];
          yield Double.isNaN(value)
              ? null
              : whole(value) ? Long.toString((long) value) : Double.toString(value);
        }
      };
    }
  }
}
