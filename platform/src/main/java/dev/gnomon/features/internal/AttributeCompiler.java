package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.data.SourceReader;
import dev.gnomon.features.internal.Compilation.Pending;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.List;
import java.util.Set;

/// Columns of the flat table and of state sources, taken as they are.
final class AttributeCompiler {
  private final Compilation all;

  AttributeCompiler(Compilation all) {
    this.all = all;
  }

  void add(String sourceName, Attributes attributes) {
    String place = "features." + sourceName;
    SourceSpec source = all.useCase.data().sources().get(sourceName);
    if (source == null) {
      all.requireSource(place, sourceName);
      return;
    }
    if (source.kind() == SourceSpec.Kind.EVENTS) {
      all.problem(
          place + ".columns",
          "'%s' is a source of events".formatted(sourceName),
          "columns of a state source or of the flat table; aggregate events with an operator");
      return;
    }
    Schema schema = all.schema(sourceName);
    Set<String> barred = all.barred(source);
    List<String> protectedColumns = all.useCase.problem().constraints().protectedColumns();
    Set<String> trainingOnly = DerivedCompiler.trainingOnly(all.useCase);
    attributes.except().forEach(column -> all.require(place + ".except", schema, column));
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
      if (!schema.has(column)) {
        all.problem(
            place + ".columns",
            "there is no column '%s', which view '%s' takes as a feature"
                .formatted(column, all.useCase.features().view(sourceName).name()),
            "one of " + String.join(", ", schema.names()));
        continue;
      }
      if (barred.contains(column)) {
        all.problem(
            place + ".columns",
            "'%s' is %s".formatted(column, all.whyBarred(source, column)),
            "leave it out; it can't be a feature");
        continue;
      }
      if (attributes.all() && protectedColumns.contains(column)) {
        all.notes.add(
            "%s is protected: kept for fairness figures, but no input; list it under %s.columns to use it"
                .formatted(column, place));
        continue;
      }
      if (attributes.all() && trainingOnly.contains(column)) {
        all.notes.add(
            "%s is read by training alone and no input; list it under %s.columns to use it"
                .formatted(column, place));
        continue;
      }
      add(source, column, ttl, place);
    }
  }

  private void add(SourceSpec source, String column, long ttl, String place) {
    Schema schema = all.schema(source.name());
    Field field = schema.field(schema.require(column));
    if (!all.nameIsFree(place, field.name())) {
      return;
    }
    String[] line = {"attribute", source.name(), column, field.type().word(), Long.toString(ttl)};
    all.definition.line(line);
    all.views.feature(source, field.name(), Set.of(column), line);
    Pending pending = all.attribute(source, field, ttl);
    // A point in time is no number a model should read; what is derived from it is.
    (field.type() == Type.TIME ? all.extras : all.inputs).add(pending);
  }
}
