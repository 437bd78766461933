package dev.gnomon.training;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.EvaluationSection;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.ModelSection;
import dev.gnomon.core.usecase.PreprocessingSection;
import dev.gnomon.core.usecase.ProductionSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.Stakes;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.TrainingSection.By;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.Column;
import dev.gnomon.data.Dictionary;
import dev.gnomon.data.Table;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.TrainingSet;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/// Training sets and use cases made by hand.
final class Sets {
  private final int rows;
  private final List<Field> fields = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();
  private IntFunction<String> key = i -> "k" + i;
  private long[] observedAt;
  private long horizon;
  private Optional<Expression> testRows = Optional.empty();
  private By by = By.RANDOM;
  private By validationBy = By.RANDOM;
  private double validation = 0.2;
  private double test = 0.2;
  private long seed = 1;
  private List<String> admit = List.of();
  private TrainingSection.Imbalance imbalance = TrainingSection.Imbalance.NONE;
  private Optional<TrainingSection.Weights> weights = Optional.empty();
  private Optional<String> entity = Optional.empty();
  private int kept;
  private Frame.Task task = Frame.Task.BINARY;
  private PreprocessingSection preprocessing = PreprocessingSection.DEFAULT;
  private List<String> knownAfter = List.of();
  private Stakes stakes = stakes(Optional.empty(), OptionalDouble.empty(), OptionalDouble.empty());
  private Optional<List<EvaluationSection.Gate>> gates = Optional.empty();
  private List<String> segments = List.of();
  private List<ModelSection.Candidate> candidates = List.of();
  private TrainingSection.Search search = TrainingSection.Search.none("roc-auc");
  private TrainingSection.Validation folds = TrainingSection.Validation.STANDARD;
  private ModelSection.Calibration calibration = ModelSection.Calibration.PLATT;

  private List<String> metrics = List.of();

  private Sets(int rows) {
    this.rows = rows;
    this.observedAt = new long[rows];
  }

  static Sets of(int rows) {
    return new Sets(rows);
  }

  Sets number(String name, IntToDoubleFunction value) {
    double[] values = new double[rows];
    Arrays.setAll(values, value);
    fields.add(new Field(name, Type.NUMBER));
    columns.add(new Column.Numbers(values));
    return this;
  }

  Sets text(String name, IntFunction<String> value) {
    Dictionary dictionary = new Dictionary();
    int[] codes = new int[rows];
    Arrays.setAll(codes, i -> dictionary.code(value.apply(i)));
    fields.add(new Field(name, Type.TEXT));
    columns.add(new Column.Texts(codes, dictionary));
    return this;
  }

  /// A number that is no input; stated after all inputs.
  Sets kept(String name, IntToDoubleFunction value) {
    kept++;
    return number(name, value);
  }

  /// The target is a number.
  Sets preprocessing(PreprocessingSection value) {
    preprocessing = value;
    return this;
  }

  Sets imbalance(TrainingSection.Imbalance value) {
    imbalance = value;
    return this;
  }

  Sets weights(TrainingSection.Weights value) {
    weights = Optional.of(value);
    return this;
  }

  Sets entity(String column) {
    entity = Optional.of(column);
    return this;
  }

  Sets key(IntFunction<String> value) {
    key = value;
    return this;
  }

  Sets days(IntToDoubleFunction day, int horizonDays) {
    Arrays.setAll(observedAt, i -> (long) (day.applyAsDouble(i) * Times.DAY));
    horizon = horizonDays * Times.DAY;
    by = By.TIME;
    validationBy = By.TIME;
    return this;
  }

  Sets split(By how, By validationHow, double validationShare, double testShare) {
    by = how;
    validationBy = validationHow;
    validation = validationShare;
    test = testShare;
    return this;
  }

  /// The label is a number to be foreseen.
  Sets regression() {
    task = Frame.Task.REGRESSION;
    search = TrainingSection.Search.of(TrainingSection.Search.Method.NONE, 1, "rmse", "rmse");
    return this;
  }

  Sets metrics(String... names) {
    metrics = List.of(names);
    return this;
  }

  Sets seed(long value) {
    seed = value;
    return this;
  }

  Sets admit(String... names) {
    admit = List.of(names);
    return this;
  }

  Sets knownAfter(String... names) {
    knownAfter = List.of(names);
    return this;
  }

  Sets stakes(Stakes value) {
    stakes = value;
    return this;
  }

  Sets gates(EvaluationSection.Gate... values) {
    gates = Optional.of(List.of(values));
    return this;
  }

  Sets segments(String... names) {
    segments = List.of(names);
    return this;
  }

  Sets candidates(ModelSection.Calibration how, String... names) {
    calibration = how;
    candidates = Arrays.stream(names).map(n -> new ModelSection.Candidate(n, Map.of())).toList();
    return this;
  }

  Sets search(TrainingSection.Search value) {
    search = value;
    return this;
  }

  Sets folds(TrainingSection.Validation value) {
    folds = value;
    return this;
  }

  static Stakes stakes(
      Optional<Stakes.Costs> costs, OptionalDouble minRecall, OptionalDouble minPrecision) {
    return new Stakes(
        Optional.of("Offer something"),
        Optional.empty(),
        costs,
        Optional.empty(),
        new Stakes.Constraints(
            Optional.empty(),
            minRecall,
            minPrecision,
            Optional.empty(),
            Stakes.Reasons.NONE,
            List.of()));
  }

  /// The rows of the test part, in place of a share.
  Sets testRows(String condition) {
    testRows = Optional.of(Expression.parse(condition));
    return this;
  }

  UseCase useCase() {
    boolean flat = horizon == 0;
    SourceSpec source =
        new SourceSpec(
            flat ? DataSection.TABLE : "customers",
            flat ? SourceSpec.Kind.TABLE : SourceSpec.Kind.STATE,
            FileFormat.of(Path.of("table.csv")),
            Optional.of("id"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            knownAfter,
            Optional.empty(),
            !flat,
            List.of());
    Map<String, SourceSpec> sources = new LinkedHashMap<>();
    sources.put(source.name(), source);
    return new UseCase(
        "example",
        stakes,
        new Frame(
            task,
            "customer",
            flat
                ? new Frame.Observe.EachRow()
                : new Frame.Observe.Grid(
                    Duration.ofDays(7), 0, 0, "customers", Optional.empty(), Optional.empty()),
            flat
                ? new Frame.Target.InColumn(
                    "label", task.isNumber() ? Optional.empty() : Optional.of("1"))
                : new Frame.Target.EventWithin(
                    "customers", Duration.ofDays(horizon / Times.DAY), Optional.empty())),
        new DataSection(sources),
        new FeatureSection(
            Map.of(
                source.name(),
                new FeatureSection.Attributes(
                    false, fields.stream().map(Field::name).toList(), List.of(), Optional.empty())),
            List.of(),
            Map.of(),
            admit),
        new ModelSection(candidates, calibration, preprocessing),
        new TrainingSection(
            new TrainingSection.Split(
                by, validation, validationBy, test, Optional.empty(), testRows, entity),
            imbalance,
            weights,
            search,
            folds,
            seed),
        new EvaluationSection(metrics, segments, gates),
        new ProductionSection(
            Optional.empty(),
            List.of(),
            0,
            new ProductionSection.Monitor(
                ProductionSection.Monitor.Tolerance.MEDIUM, Optional.empty()),
            Optional.empty()),
        Path.of("/nowhere/usecase.yaml"),
        "name: example\n");
  }

  TrainingSet set(IntToDoubleFunction label) {
    Dictionary names = new Dictionary();
    int[] codes = new int[rows];
    Arrays.setAll(codes, i -> names.code(key.apply(i)));
    double[] labels = new double[rows];
    Arrays.setAll(labels, label);
    Schema schema = new Schema(fields);
    return new TrainingSet(
        new FeaturePlan(useCase(), Map.of(), schema, schema.size() - kept, "0".repeat(64)),
        "id",
        new Column.Texts(codes, names),
        observedAt,
        new Table(schema, columns, rows),
        labels,
        horizon,
        rows == 0 ? 0 : Arrays.stream(observedAt).max().orElse(0) + horizon,
        Map.of(),
        "1".repeat(64));
  }
}
