package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.CanonicalJson;
import dev.gnomon.data.Table;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Row;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Preprocessing with everything it learnt from the training rows. Immutable, safe for use by
/// several threads.
///
/// Training matrix and served row go through the same [#apply(Row, float\[\], int)].
public final class FittedPreprocessing {
  private final Preprocessing.Form form;
  private final Schema inputs;
  private final List<Transform> transforms;
  private final List<String> notes;
  private final Transform[] steps;
  private final List<String> names;
  private final int[] sources;
  private final boolean[] indicators;

  FittedPreprocessing(
      Preprocessing.Form form, Schema inputs, List<Transform> transforms, List<String> notes) {
    this.form = form;
    this.inputs = inputs;
    this.transforms = List.copyOf(transforms);
    this.notes = List.copyOf(notes);
    this.steps = transforms.toArray(Transform[]::new);
    List<String> outputs = new ArrayList<>();
    List<Integer> origin = new ArrayList<>();
    for (Transform transform : transforms) {
      List<String> added = transform.names(inputs.field(transform.index()).name());
      outputs.addAll(added);
      added.forEach(_ -> origin.add(transform.index()));
    }
    this.names = List.copyOf(outputs);
    this.sources = origin.stream().mapToInt(Integer::intValue).toArray();
    this.indicators = new boolean[sources.length];
    int at = 0;
    for (Transform transform : transforms) {
      int width = transform.names("").size();
      for (int i = 0; i < width; i++) {
        indicators[at++] = transform.indicator(i);
      }
    }
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
    return sources.length;
  }

  /// Which feature a model input comes from, as a position in [#inputs].
  public int source(int output) {
    return sources[output];
  }

  /// Whether a model input is 0 or 1 and no quantity: a level, or the flag of a missing value.
  public boolean indicator(int output) {
    return indicators[output];
  }

  /// What was left out and why, for people.
  public List<String> notes() {
    return notes;
  }

  /// Writes the model inputs of one row to `out` from `offset` on. Allocates nothing.
  ///
  /// @param row its leading columns are [#inputs]
  public void apply(Row row, float[] out, int offset) {
    int at = offset;
    for (Transform step : steps) {
      at = step.apply(row, out, at);
    }
  }

  public Matrix apply(Table table) {
    int[] rows = new int[table.rows()];
    Arrays.setAll(rows, i -> i);
    return apply(table, rows);
  }

  /// The given rows of the table, in the given order.
  public Matrix apply(Table table, int[] rows) {
    float[] values = new float[Math.multiplyExact(rows.length, width())];
    Table.Cursor cursor = table.cursor();
    for (int i = 0; i < rows.length; i++) {
      apply(cursor.at(rows[i]), values, i * width());
    }
    return new Matrix(names, values, rows.length);
  }

  /// How the values of one feature become model inputs.
  sealed interface Transform {
    int index();

    List<String> names(String column);

    /// Whether the output at this position among its own is a 0/1 level or flag.
    boolean indicator(int position);

    /// Returns the position behind what it wrote.
    int apply(Row row, float[] out, int at);
  }

  /// A number as it is, in single precision. Values beyond its range become the largest finite ones
  /// instead of infinity, which XGBoost refuses in training.
  record Raw(int index) implements Transform {
    @Override
    public List<String> names(String column) {
      return List.of(column);
    }

    @Override
    public boolean indicator(int position) {
      return false;
    }

    @Override
    public int apply(Row row, float[] out, int at) {
      out[at] = single(row.number(index));
      return at + 1;
    }
  }

  /// (value - mean) / scale, the median where missing.
  ///
  /// @param flagged whether an input says that it was missing
  /// @param varies false for a number that only has one value besides missing: then only the flag
  record Scaled(
      int index, double median, double mean, double scale, boolean flagged, boolean varies)
      implements Transform {
    @Override
    public List<String> names(String column) {
      List<String> names = new ArrayList<>();
      if (varies) {
        names.add(column);
      }
      if (flagged) {
        names.add(column + " is missing");
      }
      return names;
    }

    @Override
    public boolean indicator(int position) {
      return position == (varies ? 1 : 0);
    }

    @Override
    public int apply(Row row, float[] out, int start) {
      int at = start;
      double value = row.number(index);
      boolean missing = Double.isNaN(value);
      if (varies) {
        out[at++] = single(((missing ? median : value) - mean) / scale);
      }
      if (flagged) {
        out[at++] = missing ? 1 : 0;
      }
      return at;
    }
  }

  /// One input per level.
  static final class Levels implements Transform {
    private final int index;
    private final List<String> levels;
    private final boolean other;
    private final boolean flagged;
    private final int imputed;
    private final Map<String, Integer> positions;

    /// @param other whether rare and unseen levels have an input
    /// @param flagged whether missing has an input
    /// @param imputed the level a missing value also counts for, or -1
    Levels(int index, List<String> levels, boolean other, boolean flagged, int imputed) {
      this.index = index;
      this.levels = List.copyOf(levels);
      this.other = other;
      this.flagged = flagged;
      this.imputed = imputed;
      this.positions = Preprocessing.positions(levels);
    }

    @Override
    public int index() {
      return index;
    }

    @Override
    public List<String> names(String column) {
      List<String> names = new ArrayList<>();
      levels.forEach(level -> names.add(column + "=" + level));
      if (other) {
        names.add(column + "=other");
      }
      if (flagged) {
        names.add(column + " is missing");
      }
      return names;
    }

    @Override
    public boolean indicator(int position) {
      return true;
    }

    @Override
    public int apply(Row row, float[] out, int at) {
      int size = levels.size();
      int width = size + (other ? 1 : 0) + (flagged ? 1 : 0);
      Arrays.fill(out, at, at + width, 0);
      String text = row.text(index);
      if (text == null) {
        if (flagged) {
          out[at + width - 1] = 1;
        }
        if (imputed >= 0) {
          out[at + imputed] = 1;
        }
      } else {
        Integer position = positions.get(text);
        if (position != null) {
          out[at + position] = 1;
        } else if (other) {
          out[at + size] = 1;
        }
      }
      return at + width;
    }
  }

  private static float single(double value) {
    return Double.isNaN(value)
        ? Float.NaN
        : (float) Math.clamp(value, -(double) Float.MAX_VALUE, Float.MAX_VALUE);
  }

  public JsonNode toJson() {
    ObjectNode json = CanonicalJson.object();
    json.put("form", form.name().toLowerCase(Locale.ROOT));
    ArrayNode fields = json.putArray("inputs");
    for (Field field : inputs.fields()) {
      fields.addObject().put("name", field.name()).put("type", field.type().word());
    }
    ArrayNode list = json.putArray("transforms");
    for (Transform transform : transforms) {
      ObjectNode node = list.addObject().put("index", transform.index());
      switch (transform) {
        case Raw _ -> node.put("kind", "raw");
        case Scaled s ->
            node.put("kind", "scaled")
                .put("median", s.median)
                .put("mean", s.mean)
                .put("scale", s.scale)
                .put("flagged", s.flagged)
                .put("varies", s.varies);
        case Levels l -> {
          node.put("kind", "levels")
              .put("other", l.other)
              .put("flagged", l.flagged)
              .put("imputed", l.imputed);
          ArrayNode levels = node.putArray("levels");
          l.levels.forEach(levels::add);
        }
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
      List<Transform> transforms = new ArrayList<>();
      for (JsonNode node : json.required("transforms")) {
        int index = node.required("index").intValue();
        inputs.field(index);
        transforms.add(
            switch (node.required("kind").stringValue()) {
              case "raw" -> new Raw(index);
              case "scaled" ->
                  new Scaled(
                      index,
                      node.required("median").doubleValue(),
                      node.required("mean").doubleValue(),
                      node.required("scale").doubleValue(),
                      node.required("flagged").booleanValue(),
                      node.required("varies").booleanValue());
              case "levels" -> {
                List<String> levels = new ArrayList<>();
                node.required("levels").forEach(level -> levels.add(level.stringValue()));
                yield new Levels(
                    index,
                    levels,
                    node.required("other").booleanValue(),
                    node.required("flagged").booleanValue(),
                    node.required("imputed").intValue());
              }
              case String kind -> throw new IllegalArgumentException("transform '" + kind + "'");
            });
      }
      List<String> notes = new ArrayList<>();
      json.required("notes").forEach(note -> notes.add(note.stringValue()));
      return new FittedPreprocessing(
          Preprocessing.Form.valueOf(json.required("form").stringValue().toUpperCase(Locale.ROOT)),
          inputs,
          transforms,
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
