package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.data.Column;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.List;

/// How the rows of a training set stand in a file: key, `observed_at`, the features, `label`; then,
/// where a file must be able to give back all of a row, the columns kept for costs, segments and
/// audit as `kept:<name>`.
public final class SetLayout {
  private static final String KEPT = "kept:";

  private final Schema row;
  private final int inputs;
  private final int written;
  private final boolean labelled;
  private final Schema file;

  /// @param inputs how many leading columns of the row are features
  /// @param whole whether the kept columns are written too
  public SetLayout(String keyName, Schema row, int inputs, boolean whole) {
    this(keyName, row, inputs, whole, true);
  }

  /// Of features as they are: nothing is to be learnt from them, and so there is no label.
  public static SetLayout unlabelled(String keyName, Schema row, int inputs) {
    return new SetLayout(keyName, row, inputs, true, false);
  }

  private SetLayout(String keyName, Schema row, int inputs, boolean whole, boolean labelled) {
    this.row = row;
    this.labelled = labelled;
    this.inputs = inputs;
    this.written = whole ? row.size() : inputs;
    List<Field> fields = new ArrayList<>();
    fields.add(new Field(keyName, Type.TEXT));
    fields.add(new Field("observed_at", Type.TIME));
    for (int c = 0; c < inputs; c++) {
      fields.add(row.field(c));
    }
    if (labelled) {
      fields.add(new Field("label", Type.NUMBER));
    }
    for (int c = inputs; c < written; c++) {
      fields.add(new Field(KEPT + row.field(c).name(), row.field(c).type()));
    }
    List<String> names = fields.stream().map(Field::name).toList();
    if (names.stream().distinct().count() != names.size()) {
      throw new BadInput(
          "features",
          "a feature is called like the key, '%s'".formatted(keyName),
          "another name for the feature");
    }
    this.file = new Schema(fields);
  }

  /// The columns of the file.
  public Schema file() {
    return file;
  }

  public Table table(Column.Texts keys, long[] observedAt, Table rows, double[] labels) {
    List<Column> columns = new ArrayList<>();
    columns.add(keys);
    columns.add(new Column.Moments(observedAt));
    columns.addAll(rows.columns().subList(0, inputs));
    if (labelled) {
      columns.add(new Column.Numbers(labels));
    }
    columns.addAll(rows.columns().subList(inputs, written));
    return new Table(file, columns, rows.rows());
  }

  /// The rows of a file that was written whole.
  public RunMerge.Batch batch(Table table) {
    List<Column> columns = new ArrayList<>(table.columns().subList(2, 2 + inputs));
    columns.addAll(table.columns().subList(3 + inputs, table.columns().size()));
    return new RunMerge.Batch(
        (Column.Texts) table.column(0),
        ((Column.Moments) table.column(1)).micros(),
        new Table(row, columns, table.rows()),
        ((Column.Numbers) table.column(2 + inputs)).values());
  }
}
