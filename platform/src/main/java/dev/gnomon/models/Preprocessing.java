package dev.gnomon.models;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.PreprocessingSection.Encode;
import dev.gnomon.core.usecase.PreprocessingSection.Impute;
import dev.gnomon.core.usecase.PreprocessingSection.Rule;
import dev.gnomon.core.usecase.PreprocessingSection.Scale;
import dev.gnomon.core.usecase.PreprocessingSection.Text;
import dev.gnomon.data.Table;
import dev.gnomon.models.transforms.ColumnFit;
import dev.gnomon.models.transforms.ColumnStep;
import dev.gnomon.models.transforms.Input;
import dev.gnomon.models.transforms.MatrixFit;
import dev.gnomon.models.transforms.Supervision;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// The recipe that turns features into model inputs; fitted on training rows it becomes a
/// [FittedPreprocessing].
///
/// What the file states holds for every model. What it does not follows from the form. For linear
/// models: a missing number becomes the median, a missing text the most frequent level, each with
/// an input that says so when the training rows had any; numbers are standardised; texts become one
/// input per level. For trees: numbers stay as they are with NaN for missing, texts become one
/// input per level, missing being a level.
///
/// Levels with fewer than 10 training rows, and those beyond the 100 most frequent, share one input
/// `column=other`, which also takes levels never seen in training; without any rare level an unseen
/// one has 0 in all inputs of its column. Columns that are constant in the training rows and times
/// (a model must not learn the date itself) are dropped with a note.
public record Preprocessing(Form form, PreprocessingSection stated) {
  /// Bytes that the numbers of the training rows may take, between the stages and as model inputs.
  private static final long MOST_BYTES = 16L << 30;

  private static final String PLACE = "models.preprocessing";

  /// What the model needs.
  public enum Form {
    /// Complete, scaled inputs.
    LINEAR,
    /// Raw inputs with NaN for missing.
    TREES
  }

  /// A fit, and the model inputs of the rows it was fitted on: not always those that the fit gives
  /// for the same rows, because an encoding by the target must not have seen the row's own.
  public record Fitting(FittedPreprocessing fitted, Matrix training) {}

  /// Nothing stated.
  public static Preprocessing of(Form form) {
    return new Preprocessing(form, PreprocessingSection.DEFAULT);
  }

  /// Of recipes that do not look at the target.
  ///
  /// @param inputs how many leading columns of the table are model inputs
  /// @param rows the training rows; nothing else is looked at
  public FittedPreprocessing fit(Table table, int inputs, int[] rows) {
    return fit(table, inputs, rows, Supervision.none(rows.length)).fitted();
  }

  /// @param inputs how many leading columns of the table are model inputs
  /// @param rows the training rows; nothing else is looked at
  /// @param told one target, weight and group per training row
  /// @throws BadInput for columns that are not there, naming the nearest
  public Fitting fit(Table table, int inputs, int[] rows, Supervision told) {
    if (told.rows() != rows.length) {
      throw new IllegalArgumentException("%d rows, told of %d".formatted(rows.length, told.rows()));
    }
    Schema schema = new Schema(table.schema().fields().subList(0, inputs));
    check(schema);
    List<String> notes = new ArrayList<>();
    Rule[] rules = new Rule[inputs];
    Arrays.setAll(rules, i -> rule(schema.field(i).name()));
    ColumnFit fit =
        new ColumnFit(schema, rows, told, form == Form.LINEAR, stated.crossFit(), notes);
    List<ColumnFit.Fitted> columns = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      String name = schema.field(i).name();
      Optional<Text> words = stated.text().filter(text -> text.columns().contains(name));
      fit.fit(i, table.column(i), rules[i], words).ifPresent(columns::add);
    }
    List<ColumnStep> steps = columns.stream().map(ColumnFit.Fitted::step).toList();
    List<Input> row = FittedPreprocessing.inputs(steps, schema);
    boolean plain = isPlain(rules);
    refuseTooLarge(rows.length, row.size(), plain ? 4 : 12);
    if (plain && columns.stream().allMatch(c -> c.training() == null)) {
      FittedPreprocessing fitted = new FittedPreprocessing(form, schema, steps, List.of(), notes);
      return new Fitting(fitted, fitted.apply(table, rows));
    }
    MatrixFit matrix =
        new MatrixFit(row, values(table, rows, columns, row.size()), rules, told, notes);
    matrix.fit(stated, schema.names());
    FittedPreprocessing fitted =
        new FittedPreprocessing(form, schema, steps, matrix.steps(), notes);
    return new Fitting(fitted, new Matrix(fitted.names(), matrix.training(), rows.length));
  }

  /// The rule of a column: its own, else that of all, else what the form needs.
  private Rule rule(String column) {
    Rule own = stated.columns().getOrDefault(column, Rule.NONE).over(stated.all());
    boolean complete = form == Form.LINEAR || stated.components().isPresent();
    // Where inputs must be complete, "none" can't hold.
    Impute needed =
        own.impute()
            .filter(how -> !complete || how.method() != Impute.Method.NONE)
            .orElse(Impute.of(complete ? Impute.Method.MEDIAN : Impute.Method.NONE));
    return new Rule(
        Optional.of(needed),
        own.indicators(),
        own.outliers(),
        Optional.of(own.scale().orElse(complete ? Scale.STANDARD : Scale.NONE)),
        Optional.of(own.encode().orElse(Encode.of(Encode.Method.ONE_HOT))),
        own.times());
  }

  /// Whether there is nothing to do in the matrix stage.
  private boolean isPlain(Rule[] rules) {
    return stated.interactions().isEmpty()
        && stated.select().isEmpty()
        && stated.components().isEmpty()
        && Arrays.stream(rules)
            .allMatch(rule ->
                rule.outliers().isEmpty()
                    && rule.impute().orElseThrow().method() == Impute.Method.NONE
                    && rule.scale().orElseThrow() == Scale.NONE);
  }

  private static void refuseTooLarge(int rows, int width, int bytesEach) {
    long bytes = (long) bytesEach * rows * width;
    long most = Math.min(MOST_BYTES, (long) bytesEach * (Integer.MAX_VALUE - 16));
    if (bytes > most) {
      throw new BadInput(
          PLACE,
          "%,d rows of %,d inputs take %,d MB".formatted(rows, width, bytes >> 20),
          "at most %,d MB: fewer text.max-features or encode.max-levels, or `encode: target`"
              .formatted(most >> 20));
    }
  }

  /// What the column stage makes of the training rows, input by input.
  private static double[][] values(
      Table table, int[] rows, List<ColumnFit.Fitted> columns, int width) {
    double[][] values = new double[width][];
    double[] written = new double[width];
    Table.Cursor cursor = table.cursor();
    int from = 0;
    for (ColumnFit.Fitted column : columns) {
      double[] training = column.training();
      if (training != null) {
        values[from++] = training;
        continue;
      }
      int to = from;
      for (int r = 0; r < rows.length; r++) {
        to = column.step().apply(cursor.at(rows[r]), written, from);
        for (int c = from; c < to; c++) {
          if (r == 0) {
            values[c] = new double[rows.length];
          }
          values[c][r] = written[c];
        }
      }
      from = to;
    }
    return values;
  }

  /// All columns that the file names must be features, of a type that suits.
  private void check(Schema schema) {
    List<Problem> problems = new ArrayList<>();
    new TreeMap<>(stated.columns())
        .forEach((name, rule) -> {
          named(schema, name, "columns." + name, problems);
          if (schema.has(name)) {
            Type type = schema.field(schema.require(name)).type();
            suits(rule.encode().isEmpty() || type == Type.TEXT, name, type, "encode", problems);
            suits(rule.times().isEmpty() || type == Type.TIME, name, type, "times", problems);
            suits(
                type != Type.TEXT || (rule.scale().isEmpty() && rule.outliers().isEmpty()),
                name,
                type,
                "outliers and scale",
                problems);
          }
        });
    stated
        .interactions()
        .forEach(pair -> pair.forEach(name -> named(schema, name, "interactions", problems)));
    stated
        .text()
        .ifPresent(text ->
            text.columns()
                .forEach(name -> {
                  named(schema, name, "text.columns", problems);
                  if (schema.has(name) && schema.field(schema.require(name)).type() != Type.TEXT) {
                    problems.add(
                        new Problem(
                            PLACE + ".text.columns",
                            "'%s' is a %s"
                                .formatted(name, schema.field(schema.require(name)).type().word()),
                            "columns of type text (data.types)"));
                  }
                }));
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private static void suits(
      boolean right, String name, Type type, String key, List<Problem> problems) {
    if (!right) {
      problems.add(
          new Problem(
              PLACE + ".columns." + name,
              "'%s' of a column of type %s".formatted(key, type.word()),
              switch (type) {
                case NUMBER -> "impute, indicators, outliers, scale";
                case TEXT -> "encode";
                case TIME -> "times, and impute, indicators, outliers, scale of the parts";
              }));
    }
  }

  private static void named(Schema schema, String name, String key, List<Problem> problems) {
    if (!schema.has(name)) {
      List<String> names = schema.names();
      problems.add(
          new Problem(
              PLACE + "." + key,
              "no feature '%s'".formatted(name),
              Nearest.to(name, names).map(n -> "did you mean %s? ".formatted(n)).orElse("")
                  + "the features are "
                  + String.join(", ", names.subList(0, Math.min(20, names.size())))));
    }
  }
}
