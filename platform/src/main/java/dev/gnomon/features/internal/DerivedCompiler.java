package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.ProductionSection.FallbackRule;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.TrainingSection;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.expression.ExpressionException;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Features computed from others, and the columns that costs, segments, rules and audits read.
final class DerivedCompiler {
  /// In the keys of a cache: the key that is decided for. No feature can be called so.
  private static final String CACHE_BY_KEY = "key";

  private final Compilation all;

  DerivedCompiler(Compilation all) {
    this.all = all;
  }

  /// Names and types of the derived features, in order; each may use the ones before it.
  List<Field> fields() {
    List<Field> fields = new ArrayList<>();
    all.useCase
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
            if (all.nameIsFree(place, name)) {
              fields.add(new Field(name, kind == Expression.Kind.TEXT ? Type.TEXT : Type.NUMBER));
              all.definition.line("derived", name, expression.canonical());
            }
          } catch (ExpressionException e) {
            all.problem(place, String.valueOf(e.getMessage()), "features stated before it");
          }
        });
    return fields;
  }

  private boolean known(String column, List<Field> derived) {
    return all.inputs.stream().anyMatch(p -> p.field().name().equals(column))
        || all.extras.stream().anyMatch(p -> p.field().name().equals(column))
        || derived.stream().anyMatch(field -> field.name().equals(column));
  }

  /// Everything an expression may read: the row in any order, and the observation time.
  private Schema schemaOf(List<Field> derived) {
    List<Field> fields = new ArrayList<>();
    all.inputs.forEach(p -> fields.add(p.field()));
    fields.addAll(derived);
    all.extras.forEach(p -> fields.add(p.field()));
    if (fields.stream().noneMatch(field -> field.name().equals("observed_at"))) {
      fields.add(new Field("observed_at", Type.TIME));
    }
    return new Schema(fields);
  }

  /// Costs, segments, protected columns and fallback rules need columns that are no features.
  void keepNeededColumns(List<Field> derived) {
    Map<String, String> needed = new LinkedHashMap<>();
    all.useCase
        .problem()
        .costs()
        .ifPresent(costs -> {
          need(needed, "problem.costs.true-positive", costs.truePositive());
          need(needed, "problem.costs.false-positive", costs.falsePositive());
          need(needed, "problem.costs.false-negative", costs.falseNegative());
          need(needed, "problem.costs.true-negative", costs.trueNegative());
        });
    for (FallbackRule rule : all.useCase.production().fallback()) {
      rule.when().ifPresent(when -> need(needed, "production.fallback", when));
    }
    all.useCase.evaluation().segments().forEach(c -> needed.putIfAbsent(c, "evaluation.segments"));
    all.useCase
        .problem()
        .constraints()
        .protectedColumns()
        .forEach(c -> needed.putIfAbsent(c, "problem.constraints.protected"));
    all.useCase
        .problem()
        .thresholds()
        .ifPresent(t -> needed.putIfAbsent(t.by(), "problem.thresholds.by"));
    all.useCase
        .training()
        .split()
        .testRows()
        .ifPresent(rows -> need(needed, "training.split.test.where", rows));
    TrainingSection training = all.useCase.training();
    training.split().entity().ifPresent(c -> needed.putIfAbsent(c, "training.split.entity"));
    if (training.weights().orElse(null) instanceof TrainingSection.Weights.Stated stated) {
      need(needed, "training.weights", stated.expression());
    }
    all.useCase.production().serving().cache().ifPresent(cache -> cacheKeys(cache.keys(), derived));
    needed.forEach((column, place) -> {
      if (!column.equals("observed_at") && !known(column, derived)) {
        keepColumn(place, column, false);
      }
    });
  }

  /// What no model reads can't be what scores depend on, and is no reason to keep a column.
  private void cacheKeys(List<String> keys, List<Field> derived) {
    for (String key : keys) {
      if (!key.equals(CACHE_BY_KEY) && !known(key, derived)) {
        all.problem(
            "production.serving.cache.keys",
            "there is no feature '%s'".formatted(key),
            "`key`, or a feature: " + String.join(", ", all.names().stream().sorted().toList()));
      }
    }
  }

  /// Columns that only training reads: the entity rows are split by, and a column that is the
  /// weight as it stands.
  static Set<String> trainingOnly(UseCase useCase) {
    Set<String> columns = new HashSet<>();
    useCase.training().split().entity().ifPresent(columns::add);
    if (useCase.training().weights().orElse(null) instanceof TrainingSection.Weights.Stated stated
        && stated.expression().columns().size() == 1) {
      String column = stated.expression().columns().iterator().next();
      String text = stated.expression().canonical();
      if (text.equals(column) || text.equals("[" + column.replace("]", "]]") + "]")) {
        columns.add(column);
      }
    }
    return columns;
  }

  private static void need(Map<String, String> needed, String place, Expression expression) {
    expression.columns().forEach(column -> needed.putIfAbsent(column, place));
  }

  /// Keeps a column of the flat table, or of the one state source that has it.
  ///
  /// @param feature whether a feature is made of it, which must not know the outcome
  private boolean keepColumn(String place, String column, boolean feature) {
    List<SourceSpec> having =
        all.useCase.data().sources().values().stream()
            .filter(source -> source.kind() != SourceSpec.Kind.EVENTS)
            .filter(source -> all.schema(source.name()).has(column))
            .toList();
    if (having.size() != 1) {
      all.problem(
          place,
          having.isEmpty()
              ? "there is no feature or column '%s'".formatted(column)
              : "the column '%s' stands in several sources".formatted(column),
          having.isEmpty()
              ? "a feature, or a column of the table or of a state source; features are "
                  + String.join(", ", all.names().stream().sorted().toList())
              : "make it a feature of the one that is meant");
      return false;
    }
    SourceSpec source = having.getFirst();
    if (feature && all.barred(source).contains(column)) {
      all.problem(
          place,
          "'%s' is %s".formatted(column, all.whyBarred(source, column)),
          "leave it out; no feature can be made of it");
      return false;
    }
    Field field = all.schema(source.name()).field(all.schema(source.name()).require(column));
    all.keep(column);
    all.definition.line("kept", source.name(), column, field.type().word());
    all.extras.add(all.attribute(source, field, SourceProgram.FOR_EVER));
    return true;
  }

  /// Every expression over the row.
  Stream<Expression> expressions() {
    List<Expression> read = new ArrayList<>(all.useCase.features().derived().values());
    all.useCase
        .problem()
        .costs()
        .ifPresent(costs -> {
          read.add(costs.truePositive());
          read.add(costs.falsePositive());
          read.add(costs.falseNegative());
          read.add(costs.trueNegative());
        });
    all.useCase.production().fallback().forEach(rule -> rule.when().ifPresent(read::add));
    all.useCase.training().split().testRows().ifPresent(read::add);
    if (all.useCase.training().weights().orElse(null)
        instanceof TrainingSection.Weights.Stated stated) {
      read.add(stated.expression());
    }
    return read.stream();
  }
}
