package dev.gnomon.features.internal;

import dev.gnomon.features.internal.SourceProgram.AttributeFeature;
import dev.gnomon.operators.EventProgram;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// One source of a program by itself: a row of its features alone, of which it is the only source.
///
/// @param program of that source alone
/// @param columns which column of the whole row each of its columns is
record NarrowProgram(FeatureProgram program, int[] columns) {
  static NarrowProgram of(FeatureProgram whole, SourceProgram source) {
    TreeSet<Integer> filled = new TreeSet<>();
    source.events().features().forEach(feature -> filled.add(feature.column()));
    source.attributes().forEach(attribute -> filled.add(attribute.column()));
    int[] columns = filled.stream().mapToInt(c -> c).toArray();
    int[] place = new int[whole.row().size()];
    List<Field> fields = new ArrayList<>();
    for (int c = 0; c < columns.length; c++) {
      place[columns[c]] = c;
      fields.add(whole.row().field(columns[c]));
    }
    EventProgram events = source.events();
    EventProgram renumbered =
        new EventProgram(
            events.schema(),
            events.filters(),
            events.values(),
            events.windows(),
            events.totals(),
            events.states(),
            events.newest(),
            events.features().stream().map(f -> moved(f, place[f.column()])).toList(),
            events.ordered(),
            events.identified(),
            events.knownDeclared());
    List<AttributeFeature> attributes =
        source.attributes().stream()
            .map(a -> new AttributeFeature(place[a.column()], a.source(), a.ttl()))
            .toList();
    // The key of the source stands for the key of the observation, whatever entity it is of.
    List<FeatureProgram.Group> groups = new ArrayList<>();
    groups.add(new FeatureProgram.Group(List.of("key"), List.of(FeatureProgram.Group.OBSERVED)));
    if (!source.spec().isOfPrimaryEntity()) {
      groups.add(
          new FeatureProgram.Group(
              List.copyOf(source.spec().entities().keySet()),
              List.of(FeatureProgram.Group.OBSERVED)));
    }
    FeatureProgram narrow =
        new FeatureProgram(
            whole.useCase(),
            whole.schemas(),
            new Schema(fields),
            fields.size(),
            List.of(new SourceProgram(source.spec(), source.schema(), renumbered, attributes)),
            List.of(),
            List.of(),
            -1,
            List.of(),
            whole.hash(),
            List.of(),
            groups,
            List.of());
    return new NarrowProgram(narrow, columns);
  }

  private static EventProgram.Feature moved(EventProgram.Feature f, int column) {
    return new EventProgram.Feature(
        column,
        f.operator(),
        f.stream(),
        f.window(),
        f.state(),
        f.denominator(),
        f.newest(),
        f.parameter(),
        f.share(),
        f.place(),
        f.text(),
        f.ttl());
  }

  SourceProgram source() {
    return program.sources().getFirst();
  }
}
