package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureNames.Output;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Parameters;
import dev.gnomon.core.usecase.FeatureSection.Resolution;
import dev.gnomon.core.usecase.FeatureSection.Span;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.features.internal.Compilation.Pending;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.operators.Operator;
import dev.gnomon.operators.Window;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Operators over the events of a source.
final class AggregateCompiler {
  /// No operator of its own: a count per category.
  private static final String HISTOGRAM = "histogram";

  private final Compilation all;

  AggregateCompiler(Compilation all) {
    this.all = all;
  }

  void add(Aggregate aggregate) {
    String place = "features.%s (line %d)".formatted(aggregate.source(), aggregate.line());
    SourceSpec source = all.useCase.data().sources().get(aggregate.source());
    if (source == null) {
      all.requireSource(place, aggregate.source());
      return;
    }
    boolean histogram = aggregate.operator().equals(HISTOGRAM);
    Optional<Operator> found =
        histogram ? Optional.of(Operator.COUNT) : Operator.named(aggregate.operator());
    if (found.isEmpty()) {
      all.problem(
          place,
          "there is no operator '%s'".formatted(aggregate.operator()),
          "one of those of docs/reference/usecase.md");
      return;
    }
    if (source.kind() != SourceSpec.Kind.EVENTS) {
      all.problem(
          place,
          "'%s' is no source of events".formatted(aggregate.source()),
          "aggregate a source of kind events; take columns of the others");
      return;
    }
    Schema schema = all.schema(source.name());
    Operator operator = found.get();
    Parameters parameters = aggregate.parameters();
    String over = parameters.over().orElse(aggregate.column());
    boolean ratio = operator == Operator.RATIO;
    if (!readable(place, aggregate, source, schema, aggregate.column())
        || (ratio && !readable(place, aggregate, source, schema, over))) {
      return;
    }
    int column = column(schema, aggregate.column());
    Operator.Column holds = histogram ? Operator.Column.VALUE : operator.column();
    if (!fits(place, aggregate, holds, schema, column)) {
      return;
    }
    if (operator.span() == Operator.Span.REQUIRED && aggregate.spans().isEmpty()) {
      all.problem(place, aggregate.operator() + " without a window", "`windows: [30d]`");
      return;
    }
    Optional<Expression> where = aggregate.where();
    if (where.isPresent() && !isTruth(place + ".where", where.get(), schema)) {
      return;
    }
    SourceProgram.Builder builder = all.builder(source);
    long ttl = aggregate.ttl().map(ProgramCompiler::micros).orElse(SourceProgram.FOR_EVER);
    for (Output output : FeatureNames.outputs(aggregate)) {
      Optional<Expression> filter = where;
      if (histogram) {
        String category = parameters.categories().get(output.place());
        filter = Optional.of(category(where, aggregate.column(), category));
        if (!isTruth(place + ".categories", filter.get(), schema)) {
          continue;
        }
      }
      if (!all.nameIsFree(place, output.name())) {
        continue;
      }
      Optional<Window> window = output.span().map(span -> window(aggregate.resolution(), span));
      List<String> line =
          new ArrayList<>(
              List.of(
                  "aggregate",
                  output.name(),
                  source.name(),
                  aggregate.operator(),
                  aggregate.column(),
                  column == SourceProgram.NONE ? "" : schema.field(column).type().word(),
                  window.map(Window::toString).orElse("unbounded"),
                  where.map(Expression::canonical).orElse(""),
                  Long.toString(ttl)));
      EventProgram.Definition part =
          new EventProgram.Definition(
              operator,
              column,
              filter,
              window,
              ttl,
              ratio ? column(schema, over) : EventProgram.NONE,
              parameter(operator, parameters),
              operator == Operator.QUANTILE ? parameters.at().get(output.place()) : 0,
              place(operator, parameters, output.place()));
      // Operators without parameters keep the line they always had, and with it their hash.
      if (histogram) {
        line.add(parameters.categories().get(output.place()));
      } else if (part.parameter() != 0
          || part.share() != 0
          || ratio
          || operator == Operator.LAST_K
          || operator == Operator.TOP_K) {
        line.add(ratio ? over : "");
        line.add(Long.toString(part.parameter()));
        line.add(Double.toString(part.share()));
        line.add(Integer.toString(part.place()));
      }
      String[] parts = line.toArray(String[]::new);
      all.definition.line(parts);
      all.views.feature(source, output.name(), reads(aggregate, ratio ? over : "*"), parts);
      all.inputs.add(
          new Pending(
              new Field(output.name(), type(operator, schema, column)),
              to -> builder.aggregate(to, part)));
    }
  }

  private static int column(Schema schema, String name) {
    return name.equals("*") ? SourceProgram.NONE : schema.require(name);
  }

  /// The columns a feature looks at, besides those by which its source is read.
  private static Set<String> reads(Aggregate aggregate, String over) {
    Set<String> reads = new LinkedHashSet<>();
    aggregate.where().ifPresent(where -> reads.addAll(where.columns()));
    reads.add(aggregate.column());
    reads.add(over);
    reads.remove("*");
    return reads;
  }

  private static long parameter(Operator operator, Parameters parameters) {
    return switch (operator) {
      case RATE, TREND -> ProgramCompiler.micros(parameters.per());
      case DECAYED_SUM, DECAYED_MEAN -> ProgramCompiler.micros(parameters.halfLife());
      case SESSION_COUNT -> ProgramCompiler.micros(parameters.gap());
      case LAG -> ProgramCompiler.micros(parameters.every());
      default -> 0;
    };
  }

  private static int place(Operator operator, Parameters parameters, int output) {
    return switch (operator) {
      case LAST_K, TOP_K -> output;
      case LAG -> parameters.lags().get(output);
      default -> 0;
    };
  }

  private static Type type(Operator operator, Schema schema, int column) {
    return switch (operator) {
      case TOP_K -> Type.TEXT;
      case FIRST, LAST, LAST_K -> schema.field(column).type();
      default -> Type.NUMBER;
    };
  }

  private boolean readable(
      String place, Aggregate aggregate, SourceSpec source, Schema schema, String column) {
    if (column.equals("*")) {
      return true;
    }
    if (!schema.has(column)) {
      all.problem(
          place,
          "there is no column '%s', which view '%s' reads for %s"
              .formatted(
                  column,
                  all.useCase.features().view(source.name()).name(),
                  String.join(", ", FeatureNames.of(aggregate))),
          "one of " + String.join(", ", schema.names()));
      return false;
    }
    if (source.knownAfter().contains(column) && !all.useCase.features().admit().contains(column)) {
      all.problem(
          place,
          "'%s' is known only after the decision (known-after)".formatted(column),
          "leave it out; it can't be a feature");
      return false;
    }
    return true;
  }

  private boolean fits(
      String place, Aggregate aggregate, Operator.Column holds, Schema schema, int column) {
    Optional<Type> type =
        column == SourceProgram.NONE ? Optional.empty() : Optional.of(schema.field(column).type());
    boolean fits =
        switch (holds) {
          case ANY -> true;
          case NUMBER -> type.equals(Optional.of(Type.NUMBER));
          case VALUE -> type.isPresent() && type.get() != Type.TIME;
          case TIME -> type.equals(Optional.of(Type.TIME));
        };
    if (fits) {
      return true;
    }
    String word = aggregate.operator();
    switch (holds) {
      case VALUE ->
          all.problem(
              place,
              "%s of '%s', which holds times".formatted(word, aggregate.column()),
              "time-since-last, time-since-first or time-until make numbers of times");
      case TIME ->
          all.problem(
              place,
              "%s of '%s', which holds no times".formatted(word, aggregate.column()),
              "a column of times");
      default ->
          all.problem(
              place,
              "%s of '%s', which holds no numbers".formatted(word, aggregate.column()),
              "a column of numbers");
    }
    return false;
  }

  private static Expression category(Optional<Expression> where, String column, String category) {
    String is = "[%s] = '%s'".formatted(column.replace("]", "]]"), category.replace("'", "''"));
    return Expression.parse(
        where.map(condition -> "(" + condition.text() + ") and " + is).orElse(is));
  }

  private static Window window(Resolution resolution, Span span) {
    return switch (span) {
      case Span.Ever ever -> Window.EVER;
      case Span.Since since -> Window.since(since.micros());
      case Span.Current current ->
          Window.current(
              switch (current.unit()) {
                case DAY -> Window.Kind.DAY;
                case WEEK -> Window.Kind.WEEK;
                case MONTH -> Window.Kind.MONTH;
                case QUARTER -> Window.Kind.QUARTER;
                case YEAR -> Window.Kind.YEAR;
              });
      case Span.Last last -> {
        long width = ProgramCompiler.micros(last.width());
        yield switch (resolution) {
          case Resolution.Exact exact -> Window.exact(width);
          case Resolution.Hop hop -> Window.hopping(width);
          case Resolution.Stated stated ->
              Window.hopping(width, ProgramCompiler.micros(stated.hop()));
        };
      }
    };
  }

  private boolean isTruth(String place, Expression expression, Schema schema) {
    try {
      if (expression.bind(schema).kind() == Expression.Kind.TRUTH) {
        return true;
      }
      all.problem(place, "'%s' is no condition".formatted(expression.text()), "a comparison");
    } catch (ExpressionException e) {
      all.problem(place, String.valueOf(e.getMessage()), "columns of the source");
    }
    return false;
  }
}
