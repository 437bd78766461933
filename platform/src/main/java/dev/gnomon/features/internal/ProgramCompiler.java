package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.internal.FeatureProgram.Derived;
import dev.gnomon.features.internal.FeatureProgram.Observed;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Times;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns the use case and the schemas of its sources into a [FeatureProgram], collecting all
/// problems on the way.
final class ProgramCompiler {
  private final UseCase useCase;
  private final Compilation all;
  private final DerivedCompiler derivedCompiler;
  private final EntityCompiler entities;

  ProgramCompiler(UseCase useCase, Map<String, Schema> schemas) {
    this.useCase = useCase;
    this.all = new Compilation(useCase, schemas);
    this.derivedCompiler = new DerivedCompiler(all);
    this.entities = new EntityCompiler(all);
  }

  FeatureProgram compile() {
    new SourceChecks(all).check();
    all.stopAtProblems();
    AttributeCompiler attributes = new AttributeCompiler(all);
    useCase.features().columns().forEach(attributes::add);
    if (useCase.data().isFlatTable()
        && !useCase.features().columns().containsKey(DataSection.TABLE)) {
      attributes.add(
          DataSection.TABLE, new Attributes(true, List.of(), List.of(), Optional.empty()));
    }
    AggregateCompiler aggregates = new AggregateCompiler(all);
    useCase.features().aggregates().forEach(aggregates::add);
    entities.requestFeatures();
    List<Field> derivedFields = derivedCompiler.fields();
    derivedCompiler.keepNeededColumns(derivedFields);
    entities.keepKeys();
    return assemble(derivedFields);
  }

  private FeatureProgram assemble(List<Field> derivedFields) {
    all.stopAtProblems();
    List<Field> fields = new ArrayList<>();
    all.inputs.forEach(p -> fields.add(p.field()));
    int firstDerived = fields.size();
    fields.addAll(derivedFields);
    int inputCount = fields.size();
    all.extras.forEach(p -> fields.add(p.field()));
    boolean readsTime =
        derivedCompiler.expressions().anyMatch(e -> e.columns().contains("observed_at"));
    int observedAt = readsTime ? fields.size() : -1;
    if (readsTime) {
      fields.add(new Field("observed_at", Type.TIME));
    }
    Schema row = new Schema(fields);
    for (int i = 0; i < firstDerived; i++) {
      all.inputs.get(i).filler().place(i);
    }
    for (int i = 0; i < all.extras.size(); i++) {
      all.extras.get(i).filler().place(inputCount + i);
    }
    List<Derived> derived = new ArrayList<>();
    for (Map.Entry<String, Expression> one : useCase.features().derived().entrySet()) {
      derived.add(new Derived(row.require(one.getKey()), one.getValue(), one.getValue().bind(row)));
    }
    List<Integer> flat = new ArrayList<>();
    if (useCase.data().isFlatTable()) {
      for (int i = 0; i < row.size(); i++) {
        flat.add(all.flatColumns.getOrDefault(i, -1));
      }
    }
    if (inputCount == 0) {
      throw new BadInput(
          useCase.file().getFileName() + " features",
          "nothing is left as an input of a model",
          "at least one aggregate, column or derived feature");
    }
    useCase.data().sources().values().forEach(all.definition::source);
    List<Observed> observed = new ArrayList<>();
    all.listed.forEach((name, column) -> observed.add(new Observed(column, name)));
    return new FeatureProgram(
        useCase,
        Map.copyOf(all.schemas),
        row,
        inputCount,
        all.builders.values().stream().map(SourceProgram.Builder::build).toList(),
        flat,
        derived,
        observedAt,
        all.notes,
        all.definition.hash(row, inputCount),
        observed,
        entities.groups(row),
        all.views.views());
  }

  static long micros(Duration duration) {
    return Math.addExact(
        Math.multiplyExact(duration.getSeconds(), Times.SECOND), duration.getNano() / 1_000);
  }
}
