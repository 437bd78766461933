package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.data.Table;
import dev.gnomon.models.transforms.ColumnStep;
import dev.gnomon.models.transforms.Input;
import dev.gnomon.models.transforms.MatrixStep;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Preprocessing with everything it learnt from the training rows. Immutable, safe for use by
/// several threads.
///
/// The column stage turns features into numbers, the matrix stage works on the row of numbers; then
/// they are rounded to single precision. One served row and all rows of a table go through the same
/// [#apply(Row, float\[\], int)].
public final class FittedPreprocessing {
  private final Preprocessing.Form form;
  private final Schema inputs;
  private final List<String> notes;
  private final ColumnStep[] columns;
  private final MatrixStep[] matrix;
  private final Input[] outputs;
  private final List<String> names;
  private final ThreadLocal<double[]> scratch;

  FittedPreprocessing(
      Preprocessing.Form form,
      Schema inputs,
      List<ColumnStep> columns,
      List<MatrixStep> matrix,
      List<String> notes) {
    this.form = form;
    this.inputs = inputs;
    this.notes = List.copyOf(notes);
    this.columns = columns.toArray(ColumnStep[]::new);
    this.matrix = matrix.toArray(MatrixStep[]::new);
    List<Input> row = inputs(columns, inputs);
    int most = row.size();
    for (MatrixStep step : matrix) {
      int before = row.size();
      row = step.outputs(row);
      most = Math.max(most, Math.max(before, row.size()) + step.spare());
    }
    this.outputs = row.toArray(Input[]::new);
    this.names = row.stream().map(Input::name).toList();
    int size = most;
    this.scratch = ThreadLocal.withInitial(() -> new double[size]);
  }

  /// What the column stage gives.
  static List<Input> inputs(List<ColumnStep> columns, Schema schema) {
    List<Input> row = new ArrayList<>();
    for (ColumnStep step : columns) {
      row.addAll(step.inputs(schema.field(step.index()).name()));
    }
    return row;
  }

  public Preprocessing.Form form() {
    return form;
  }

  /// The features it reads, by position.
  public Schema inputs() {
    return inputs;
  }

  /// The names of the model inputs: `age`, `age is missing`, `plan=basic`, `plan=other`.
  public List<String> names() {
    return names;
  }

  public int width() {
    return outputs.length;
  }

  /// Which feature a model input comes from, as a position in [#inputs]; of several the first that
  /// counts most.
  public int source(int output) {
    Input input = outputs[output];
    int first = 0;
    for (int i = 1; i < input.sources().length; i++) {
      first = input.shares()[i] > input.shares()[first] ? i : first;
    }
    return input.sources()[first];
  }

  /// Whether a feature takes part in a model input.
  public boolean isOf(int output, int feature) {
    for (int source : outputs[output].sources()) {
      if (source == feature) {
        return true;
      }
    }
    return false;
  }

  /// Whether each model input is made of one feature only.
  public boolean isSeparate() {
    return Arrays.stream(outputs).allMatch(input -> input.sources().length == 1);
  }

  /// Whether a model input is 0 or 1 and no quantity: a level, or the flag of a missing value.
  public boolean indicator(int output) {
    return outputs[output].kind() == Input.Kind.INDICATOR;
  }

  /// Adds what belongs to the model inputs up by feature. An input made of several features is
  /// shared out: a product in halves, a principal component by its squared loadings.
  ///
  /// @param parts at least one per model input
  public double[] byFeature(double[] parts) {
    double[] found = new double[inputs.size()];
    for (int i = 0; i < outputs.length; i++) {
      Input input = outputs[i];
      for (int s = 0; s < input.sources().length; s++) {
        found[input.sources()[s]] += input.shares()[s] * parts[i];
      }
    }
    return found;
  }

  /// What was left out and why, for people.
  public List<String> notes() {
    return notes;
  }

  /// Writes the model inputs of one row to `out` from `offset` on. Allocates nothing once a thread
  /// has called it before.
  ///
  /// @param row its leading columns are [#inputs]
  public void apply(Row row, float[] out, int offset) {
    apply(row, scratch.get(), out, offset);
  }

  private void apply(Row row, double[] values, float[] out, int offset) {
    int at = 0;
    for (ColumnStep step : columns) {
      at = step.apply(row, values, at);
    }
    for (MatrixStep step : matrix) {
      step.apply(values);
    }
    for (int i = 0; i < outputs.length; i++) {
      out[offset + i] = single(values[i]);
    }
  }

  /// Values beyond the range of single precision become the largest finite ones instead of
  /// infinity, which XGBoost refuses in training.
  private static float single(double value) {
    return Double.isNaN(value)
        ? Float.NaN
        : (float) Math.clamp(value, -(double) Float.MAX_VALUE, Float.MAX_VALUE);
  }

  public Matrix apply(Table table) {
    int[] rows = new int[table.rows()];
    Arrays.setAll(rows, i -> i);
    return apply(table, rows);
  }

  /// The given rows of the table, in the given order.
  public Matrix apply(Table table, int[] rows) {
    float[] out = new float[Math.multiplyExact(rows.length, width())];
    Table.Cursor cursor = table.cursor();
    double[] values = scratch.get();
    for (int i = 0; i < rows.length; i++) {
      apply(cursor.at(rows[i]), values, out, i * width());
    }
    return new Matrix(names, out, rows.length);
  }

  /// The given rows, of which one feature is taken from others of them: where inputs are made of
  /// several features, what a model makes of one of them can't be told by moving inputs.
  ///
  /// @param order from which of the rows each row takes the value of `feature`
  public Matrix apply(Table table, int[] rows, int feature, int[] order) {
    float[] out = new float[Math.multiplyExact(rows.length, width())];
    Table.Cursor own = table.cursor();
    Table.Cursor other = table.cursor();
    Row mixed =
        new Row() {
          @Override
          public double number(int column) {
            return (column == feature ? other : own).number(column);
          }

          @Override
          public @Nullable String text(int column) {
            return (column == feature ? other : own).text(column);
          }

          @Override
          public long time(int column) {
            return (column == feature ? other : own).time(column);
          }
        };
    double[] values = scratch.get();
    for (int i = 0; i < rows.length; i++) {
      own.at(rows[i]);
      other.at(rows[order[i]]);
      apply(mixed, values, out, i * width());
    }
    return new Matrix(names, out, rows.length);
  }

  public JsonNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("form", form.name().toLowerCase(Locale.ROOT));
    ArrayNode fields = json.putArray("inputs");
    for (Field field : inputs.fields()) {
      fields.addObject().put("name", field.name()).put("type", field.type().word());
    }
    ArrayNode list = json.putArray("transforms");
    for (ColumnStep step : columns) {
      list.add(step.toJson().put("index", step.index()));
    }
    if (matrix.length > 0) {
      ArrayNode steps = json.putArray("matrix");
      for (MatrixStep step : matrix) {
        steps.add(step.toJson());
      }
    }
    ArrayNode noteList = json.putArray("notes");
    notes.forEach(noteList::add);
    return json;
  }

  /// @throws BadInput when the document is none of [#toJson]
  public static FittedPreprocessing fromJson(JsonNode json) {
    try {
      Schema inputs = schema(json.required("inputs"));
      List<ColumnStep> columns = new ArrayList<>();
      for (JsonNode node : json.required("transforms")) {
        columns.add(ColumnStep.fromJson(node, inputs));
      }
      List<Input> row = inputs(columns, inputs);
      List<MatrixStep> matrix = new ArrayList<>();
      for (JsonNode node : json.path("matrix")) {
        MatrixStep step = MatrixStep.fromJson(node, row.size());
        row = step.outputs(row);
        matrix.add(step);
      }
      List<String> notes = new ArrayList<>();
      json.required("notes").forEach(note -> notes.add(note.stringValue()));
      return new FittedPreprocessing(
          Preprocessing.Form.valueOf(json.required("form").stringValue().toUpperCase(Locale.ROOT)),
          inputs,
          columns,
          matrix,
          notes);
    } catch (RuntimeException e) {
      throw new BadInput(
          "preprocessing.json", "it can't be read: " + e.getMessage(), "what the bundle wrote");
    }
  }

  static Schema schema(JsonNode fields) {
    List<Field> list = new ArrayList<>();
    for (JsonNode field : fields) {
      list.add(
          new Field(
              field.required("name").stringValue(), type(field.required("type").stringValue())));
    }
    return new Schema(list);
  }

  private static Type type(String word) {
    for (Type type : Type.values()) {
      if (type.word().equals(word)) {
        return type;
      }
    }
    throw new IllegalArgumentException("type '" + word + "'");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FittedPreprocessing that && toJson().equals(that.toJson());
  }

  @Override
  public int hashCode() {
    return names.hashCode();
  }
}
