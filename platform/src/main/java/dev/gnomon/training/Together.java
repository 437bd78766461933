package dev.gnomon.training;

import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Type;
import org.jspecify.annotations.Nullable;

/// What stays together when rows are dealt to parts and folds: the key, or the column that
/// `training.split.entity` names. A row without an entity stands with the rows of its key.
final class Together {
  private Together() {}

  static Column.Texts of(TrainingSet set) {
    String column = set.plan().useCase().training().split().entity().orElse(null);
    if (column == null) {
      return set.keys();
    }
    int index = set.rows().schema().require(column);
    Type type = set.rows().schema().field(index).type();
    Dictionary names = new Dictionary();
    int[] codes = new int[set.size()];
    for (int row = 0; row < codes.length; row++) {
      String text = text(set.rows().column(index), row);
      String key = set.keys().dictionary().text(set.keys().codes()[row]);
      codes[row] =
          names.code(text != null ? type.word() + " " + text : key == null ? null : "key " + key);
    }
    return new Column.Texts(codes, names);
  }

  /// A value as text; null when missing.
  static @Nullable String text(Column column, int row) {
    return switch (column) {
      case Column.Texts t -> t.dictionary().text(t.codes()[row]);
      case Column.Numbers n -> {
        double value = n.values()[row];
        yield Double.isNaN(value)
            ? null
            : value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
      }
      case Column.Moments m -> m.missing(row) ? null : Long.toString(m.micros()[row]);
    };
  }
}
