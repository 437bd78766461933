package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.ProductionSection.FallbackRule;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceReader;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.features.internal.FeatureProgram.Derived;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.Operator;
import dev.gnomon.operators.Window;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Turns the use case and the schemas of its sources into a [FeatureProgram], collecting all
/// problems on the way.
final class ProgramCompiler {
  private final UseCase useCase;
  private final Map<String, Schema> schemas;
  private final List<Problem> problems = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, SourceProgram.Builder> builders = new LinkedHashMap<>();

  private final List<Pending> inputs = new ArrayList<>();
  private final List<Pending> extras = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final DefinitionHash definition = new DefinitionHash();

  /// A column of the row that waits for its position.
  private record Pending(Field field, Filler filler) {}

  private interface Filler {
    void place(int column);
  }

  private final Map<Integer, Integer> flatColumns = new LinkedHashMap<>();

  ProgramCompiler(UseCase useCase, Map<String, Schema> schemas) {
    this.useCase = useCase;
    this.schemas = schemas;
  }

  FeatureProgram compile() {
    for (SourceSpec source : useCase.data().sources().values()) {
      checkSource(source);
    }
    checkFrame();
    problems.addAll(NotYet.of(useCase));
    stopAtProblems();
    useCase.features().columns().forEach(this::attributes);
    if (useCase.data().isFlatTable()
        && !useCase.features().columns().containsKey(DataSection.TABLE)) {
      attributes(DataSection.TABLE, new Attributes(true, List.of(), List.of(), Optional.empty()));
    }
    for (Aggregate aggregate : useCase.features().aggregates()) {
      aggregate(aggregate);
    }
    List<Field> derivedFields = derivedFields();
    keepNeededColumns(derivedFields);
    return assemble(derivedFields);
  }

  private void stopAtProblems() {
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  private void problem(String place, String found, String valid) {
    problems.add(new Problem(useCase.file().getFileName() + " " + place, found, valid));
  }

  private void checkSource(SourceSpec source) {
    String place = "data.sources." + source.name();
    Schema schema = schema(source.name());
    source.key().ifPresent(column -> require(place + ".key", schema, column));
    source.id().ifPresent(column -> require(place + ".id", schema, column));
    source.deleted().ifPresent(column -> require(place + ".deleted", schema, column));
    source.knownAfter().forEach(column -> require(place + ".known-after", schema, column));
    source.eventTime().ifPresent(column -> requireTime(place + ".event-time", schema, column));
    source.knownAt().ifPresent(column -> requireTime(place + ".known-at", schema, column));
    if (source.kind() == SourceSpec.Kind.TABLE) {
      return;
    }
    if (source.key().isEmpty()) {
      problem(place, "no key", "name the column that identifies the entity: `key: customer_id`");
    }
    if (source.eventTime().isEmpty()
        && !(source.isStatic() && source.kind() == SourceSpec.Kind.STATE)) {
      problem(
          place,
          "no event-time",
          "name the column that says when it happened, or for a state source `static: true`");
    }
    if (source.isStatic()) {
      notes.add(
          "source %s is static: its values are taken as known at every time, a risk of leaks"
              .formatted(source.name()));
    }
  }

  private boolean require(String place, Schema schema, String column) {
    if (schema.has(column)) {
      return true;
    }
    problem(
        place,
        "there is no column '%s'".formatted(column),
        "one of " + String.join(", ", schema.names()));
    return false;
  }

  private void requireTime(String place, Schema schema, String column) {
    if (require(place, schema, column)
        && schema.field(schema.require(column)).type() != Type.TIME) {
      problem(
          place,
          "column '%s' holds %ss".formatted(column, typeOf(schema, column).word()),
          "a column of times; every value must read as one, or state it under `types:`");
    }
  }

  private static Type typeOf(Schema schema, String column) {
    return schema.field(schema.require(column)).type();
  }

  private Schema schema(String source) {
    Schema schema = schemas.get(source);
    if (schema == null) {
      throw new IllegalArgumentException("no schema was resolved for source " + source);
    }
    return schema;
  }

  private void checkFrame() {
    boolean flat = useCase.data().isFlatTable();
    switch (useCase.frame().observe()) {
      case Observe.EachRow() -> {
        if (!flat) {
          problem("frame.observe", "nothing says when to observe", "a grid or a table of times");
        }
      }
      case Observe.Grid grid -> {
        requireSource("frame.observe.population", grid.population());
        grid.until().ifPresent(name -> requireSource("frame.observe.until", name));
        if (grid.every().isNegative() || grid.every().isZero()) {
          problem("frame.observe.every", grid.every().toString(), "a positive duration");
        }
      }
      case Observe.Listed listed ->
          listed.until().ifPresent(name -> requireSource("frame.observe.until", name));
    }
    switch (useCase.frame().target()) {
      case Target.EventWithin target -> requireSource("frame.target.event", target.source());
      case Target.NoEventWithin target -> requireSource("frame.target.no-event", target.source());
      case Target.InColumn target -> {
        if (flat) {
          require("frame.target.column", schema(DataSection.TABLE), target.column());
        }
      }
    }
  }

  private void requireSource(String place, String name) {
    SourceSpec source = useCase.data().sources().get(name);
    if (source == null) {
      problem(
          place,
          "there is no source '%s'".formatted(name),
          "one of " + String.join(", ", useCase.data().sources().keySet()));
    }
  }

  private void attributes(String sourceName, Attributes attributes) {
    String place = "features." + sourceName;
    SourceSpec source = useCase.data().sources().get(sourceName);
    if (source == null) {
      requireSource(place, sourceName);
      return;
    }
    if (source.kind() == SourceSpec.Kind.EVENTS) {
      problem(
          place + ".columns",
          "'%s' is a source of events".formatted(sourceName),
          "columns of a state source or of the flat table; aggregate events with an operator");
      return;
    }
    Schema schema = schema(sourceName);
    Set<String> barred = barred(source);
    List<String> protectedColumns = useCase.problem().constraints().protectedColumns();
    attributes.except().forEach(column -> require(place + ".except", schema, column));
    long ttl = attributes.ttl().map(ProgramCompiler::micros).orElse(SourceProgram.FOR_EVER);
    List<String> taken = attributes.all() ? schema.names() : attributes.names();
    for (String column : taken) {
      if (attributes.except().contains(column)) {
        continue;
      }
      if (attributes.all()
          && (barred.contains(column) || column.equals(SourceReader.ROW))) { // a place, no fact
        continue;
      }
      if (!require(place + ".columns", schema, column)) {
        continue;
      }
      if (barred.contains(column)) {
        problem(
            place + ".columns",
            "'%s' is %s".formatted(column, whyBarred(source, column)),
            "leave it out; it can't be a feature");
        continue;
      }
      if (attributes.all() && protectedColumns.contains(column)) {
        notes.add(
            "%s is protected: kept for fairness figures, but no input; list it under %s.columns to use it"
                .formatted(column, place));
        continue;
      }
      addAttribute(source, column, ttl, place);
    }
  }

  private void addAttribute(SourceSpec source, String column, long ttl, String place) {
    Schema schema = schema(source.name());
    Field field = schema.field(schema.require(column));
    if (!nameIsFree(place, field.name())) {
      return;
    }
    definition.line("attribute", source.name(), column, field.type().word(), Long.toString(ttl));
    Pending pending = attribute(source, field, ttl);
    // A point in time is no number a model should read; what is derived from it is.
    (field.type() == Type.TIME ? extras : inputs).add(pending);
  }

  private Pending attribute(SourceSpec source, Field field, long ttl) {
    int sourceColumn = schema(source.name()).require(field.name());
    if (source.kind() == SourceSpec.Kind.TABLE) {
      return new Pending(field, column -> flatColumns.put(column, sourceColumn));
    }
    SourceProgram.Builder builder = builder(source);
    return new Pending(field, column -> builder.attribute(column, sourceColumn, ttl));
  }

  private SourceProgram.Builder builder(SourceSpec source) {
    return builders.computeIfAbsent(
        source.name(), name -> new SourceProgram.Builder(source, schema(name)));
  }

  /// Columns that are never features, whatever the file lists.
  private Set<String> barred(SourceSpec source) {
    Set<String> barred = new LinkedHashSet<>(source.knownAfter());
    barred.add(SourceReader.ROW);
    source.key().ifPresent(barred::add);
    source.eventTime().ifPresent(barred::add);
    source.knownAt().ifPresent(barred::add);
    source.id().ifPresent(barred::add);
    source.deleted().ifPresent(barred::add);
    if (source.kind() == SourceSpec.Kind.TABLE
        && useCase.frame().target() instanceof Target.InColumn target) {
      barred.add(target.column());
    }
    return barred;
  }

  private String whyBarred(SourceSpec source, String column) {
    if (source.knownAfter().contains(column)) {
      return "known only after the decision (known-after)";
    }
    if (source.key().filter(column::equals).isPresent()) {
      return "the key";
    }
    if (source.kind() == SourceSpec.Kind.TABLE
        && useCase.frame().target() instanceof Target.InColumn target
        && target.column().equals(column)) {
      return "the target";
    }
    return "a column the source is read by (time, id, deletion mark or place in the file)";
  }

  private boolean nameIsFree(String place, String name) {
    if (FeatureNames.RESERVED.contains(name)) {
      problem(place, "a feature can't be called '%s'".formatted(name), "give it another name");
      return false;
    }
    if (!names.add(name)) {
      problem(
          place,
          "two features are called '%s'".formatted(name),
          "give one of them a name with `as`");
      return false;
    }
    return true;
  }

  private void aggregate(Aggregate aggregate) {
    String place = "features.%s (line %d)".formatted(aggregate.source(), aggregate.line());
    SourceSpec source = useCase.data().sources().get(aggregate.source());
    Optional<Operator> found = Operator.named(aggregate.operator());
    if (source == null) {
      requireSource(place, aggregate.source());
      return;
    }
    if (found.isEmpty()) {
      problem(
          place,
          "there is no operator '%s'".formatted(aggregate.operator()),
          "count, sum, mean, min, max or time-since-last");
      return;
    }
    if (source.kind() != SourceSpec.Kind.EVENTS) {
      problem(
          place,
          "'%s' is no source of events".formatted(aggregate.source()),
          "aggregate a source of kind events; take columns of the others");
      return;
    }
    Operator operator = found.get();
    Schema schema = schema(source.name());
    int column = SourceProgram.NONE;
    if (!aggregate.column().equals("*")) {
      if (!require(place, schema, aggregate.column())) {
        return;
      }
      if (source.knownAfter().contains(aggregate.column())) {
        problem(
            place,
            "'%s' is known only after the decision (known-after)".formatted(aggregate.column()),
            "leave it out; it can't be a feature");
        return;
      }
      column = schema.require(aggregate.column());
    }
    if (operator.column() == Operator.Column.NUMBER
        && (column == SourceProgram.NONE || schema.field(column).type() != Type.NUMBER)) {
      problem(
          place,
          "%s of '%s', which holds no numbers".formatted(operator.word(), aggregate.column()),
          "a column of numbers");
      return;
    }
    if (operator.span() == Operator.Span.REQUIRED && aggregate.spans().isEmpty()) {
      problem(place, "%s without a window".formatted(operator.word()), "`windows: [30d]`");
      return;
    }
    Optional<Expression> where = aggregate.where();
    if (where.isPresent() && !isTruth(place + ".where", where.get(), schema)) {
      return;
    }
    SourceProgram.Builder builder = builder(source);
    long ttl = aggregate.ttl().map(ProgramCompiler::micros).orElse(SourceProgram.FOR_EVER);
    for (FeatureNames.Output output : FeatureNames.outputs(aggregate)) {
      String name = output.name();
      if (!nameIsFree(place, name)) {
        continue;
      }
      Optional<Window> window = output.span().map(span -> window(aggregate.resolution(), span));
      definition.line(
          "aggregate",
          name,
          source.name(),
          operator.word(),
          aggregate.column(),
          column == SourceProgram.NONE ? "" : schema.field(column).type().word(),
          window.map(Window::toString).orElse("unbounded"),
          where.map(Expression::canonical).orElse(""),
          Long.toString(ttl));
      EventProgram.Definition part =
          new EventProgram.Definition(
              operator, column, where, window, ttl, EventProgram.NONE, 0, 0, 0);
      inputs.add(new Pending(new Field(name, Type.NUMBER), to -> builder.aggregate(to, part)));
    }
  }

  private static Window window(Resolution resolution, Span span) {
    long width =
        switch (span) {
          case Span.Last last -> micros(last.width());
          case Span.Ever ever -> throw new IllegalStateException("refused before");
          case Span.Since since -> throw new IllegalStateException("refused before");
          case Span.Current current -> throw new IllegalStateException("refused before");
        };
    return switch (resolution) {
      case Resolution.Exact exact -> Window.exact(width);
      case Resolution.Hop hop -> Window.hopping(width);
      case Resolution.Stated stated -> throw new IllegalStateException("refused before");
    };
  }

  private boolean isTruth(String place, Expression expression, Schema schema) {
    try {
      if (expression.bind(schema).kind() == Expression.Kind.TRUTH) {
        return true;
      }
      problem(place, "'%s' is no condition".formatted(expression.text()), "a comparison");
    } catch (ExpressionException e) {
      problem(place, String.valueOf(e.getMessage()), "columns of the source");
    }
    return false;
  }

  /// Names and types of the derived features, in order; each may use the ones before it.
  private List<Field> derivedFields() {
    List<Field> fields = new ArrayList<>();
    useCase
        .features()
        .derived()
        .forEach((name, expression) -> {
          String place = "features.derived." + name;
          for (String column : expression.columns()) {
            if (!column.equals("observed_at")
                && !known(column, fields)
                && !keepColumn(place, column, true)) {
              return;
            }
          }
          try {
            Expression.Kind kind = expression.bind(schemaOf(fields)).kind();
            if (nameIsFree(place, name)) {
              fields.add(new Field(name, kind == Expression.Kind.TEXT ? Type.TEXT : Type.NUMBER));
              definition.line("derived", name, expression.canonical());
            }
          } catch (ExpressionException e) {
            problem(place, String.valueOf(e.getMessage()), "features stated before it");
          }
        });
    return fields;
  }

  private boolean known(String column, List<Field> derived) {
    return inputs.stream().anyMatch(p -> p.field().name().equals(column))
        || extras.stream().anyMatch(p -> p.field().name().equals(column))
        || derived.stream().anyMatch(field -> field.name().equals(column));
  }

  /// Everything an expression may read: the row in any order, and the observation time.
  private Schema schemaOf(List<Field> derived) {
    List<Field> all = new ArrayList<>();
    inputs.forEach(p -> all.add(p.field()));
    all.addAll(derived);
    extras.forEach(p -> all.add(p.field()));
    if (all.stream().noneMatch(field -> field.name().equals("observed_at"))) {
      all.add(new Field("observed_at", Type.TIME));
    }
    return new Schema(all);
  }

  /// Costs, segments, protected columns and fallback rules need columns that are no features.
  private void keepNeededColumns(List<Field> derived) {
    Map<String, String> needed = new LinkedHashMap<>();
    useCase
        .problem()
        .costs()
        .ifPresent(costs -> {
          need(needed, "problem.costs.true-positive", costs.truePositive());
          need(needed, "problem.costs.false-positive", costs.falsePositive());
          need(needed, "problem.costs.false-negative", costs.falseNegative());
          need(needed, "problem.costs.true-negative", costs.trueNegative());
        });
    for (FallbackRule rule : useCase.production().fallback()) {
      rule.when().ifPresent(when -> need(needed, "production.fallback", when));
    }
    useCase.evaluation().segments().forEach(c -> needed.putIfAbsent(c, "evaluation.segments"));
    useCase
        .problem()
        .constraints()
        .protectedColumns()
        .forEach(c -> needed.putIfAbsent(c, "problem.constraints.protected"));
    needed.forEach((column, place) -> {
      if (!column.equals("observed_at") && !known(column, derived)) {
        keepColumn(place, column, false);
      }
    });
  }

  private static void need(Map<String, String> needed, String place, Expression expression) {
    expression.columns().forEach(column -> needed.putIfAbsent(column, place));
  }

  /// Keeps a column of the flat table, or of the one state source that has it.
  ///
  /// @param feature whether a feature is made of it, which must not know the outcome
  private boolean keepColumn(String place, String column, boolean feature) {
    List<SourceSpec> having =
        useCase.data().sources().values().stream()
            .filter(source -> source.kind() != SourceSpec.Kind.EVENTS)
            .filter(source -> schema(source.name()).has(column))
            .toList();
    if (having.size() != 1) {
      problem(
          place,
          having.isEmpty()
              ? "there is no feature or column '%s'".formatted(column)
              : "the column '%s' stands in several sources".formatted(column),
          having.isEmpty()
              ? "a feature, or a column of the table or of a state source; features are "
                  + String.join(", ", names.stream().sorted().toList())
              : "make it a feature of the one that is meant");
      return false;
    }
    SourceSpec source = having.getFirst();
    if (feature && barred(source).contains(column)) {
      problem(
          place,
          "'%s' is %s".formatted(column, whyBarred(source, column)),
          "leave it out; no feature can be made of it");
      return false;
    }
    Field field = schema(source.name()).field(schema(source.name()).require(column));
    names.add(column);
    definition.line("kept", source.name(), column, field.type().word());
    extras.add(attribute(source, field, SourceProgram.FOR_EVER));
    return true;
  }

  private FeatureProgram assemble(List<Field> derivedFields) {
    stopAtProblems();
    List<Field> fields = new ArrayList<>();
    inputs.forEach(p -> fields.add(p.field()));
    int firstDerived = fields.size();
    fields.addAll(derivedFields);
    int inputCount = fields.size();
    extras.forEach(p -> fields.add(p.field()));
    boolean readsTime = expressions().anyMatch(e -> e.columns().contains("observed_at"));
    int observedAt = readsTime ? fields.size() : -1;
    if (readsTime) {
      fields.add(new Field("observed_at", Type.TIME));
    }
    Schema row = new Schema(fields);
    for (int i = 0; i < firstDerived; i++) {
      inputs.get(i).filler().place(i);
    }
    for (int i = 0; i < extras.size(); i++) {
      extras.get(i).filler().place(inputCount + i);
    }
    List<Derived> derived = new ArrayList<>();
    for (Map.Entry<String, Expression> one : useCase.features().derived().entrySet()) {
      derived.add(new Derived(row.require(one.getKey()), one.getValue(), one.getValue().bind(row)));
    }
    List<Integer> flat = new ArrayList<>();
    if (useCase.data().isFlatTable()) {
      for (int i = 0; i < row.size(); i++) {
        flat.add(flatColumns.getOrDefault(i, -1));
      }
    }
    if (inputCount == 0) {
      throw new BadInput(
          useCase.file().getFileName() + " features",
          "nothing is left as an input of a model",
          "at least one aggregate, column or derived feature");
    }
    useCase.data().sources().values().forEach(definition::source);
    return new FeatureProgram(
        useCase,
        Map.copyOf(schemas),
        row,
        inputCount,
        builders.values().stream().map(SourceProgram.Builder::build).toList(),
        flat,
        derived,
        observedAt,
        notes,
        definition.hash(row, inputCount));
  }

  private java.util.stream.Stream<Expression> expressions() {
    List<Expression> all = new ArrayList<>(useCase.features().derived().values());
    useCase
        .problem()
        .costs()
        .ifPresent(costs -> {
          all.add(costs.truePositive());
          all.add(costs.falsePositive());
          all.add(costs.falseNegative());
          all.add(costs.trueNegative());
        });
    useCase.production().fallback().forEach(rule -> rule.when().ifPresent(all::add));
    return all.stream();
  }

  static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), Times.SECOND), duration.getNano() / 1_000);
  }
}
