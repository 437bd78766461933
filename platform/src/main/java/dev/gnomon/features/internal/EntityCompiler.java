package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.Frame.Observe;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.features.internal.FeatureProgram.Group;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What comes with an observation: request features, and the keys of further entities.
final class EntityCompiler {
  private final Compilation all;
  private final Frame frame;

  EntityCompiler(Compilation all) {
    this.all = all;
    this.frame = all.useCase.frame();
  }

  private Optional<Schema> listed() {
    return frame.observe() instanceof Observe.Listed
        ? Optional.ofNullable(all.schemas.get(FeatureProgram.LISTED))
        : Optional.empty();
  }

  void requestFeatures() {
    all.useCase
        .features()
        .request()
        .forEach((name, stated) -> {
          String place = "features.request";
          Optional<Schema> schema = listed();
          if (schema.isPresent() && !all.require(place, schema.get(), name)) {
            return;
          }
          Optional<Type> found = schema.map(known -> Compilation.typeOf(known, name));
          Type type = stated.or(() -> found).orElse(Type.NUMBER);
          if (frame.entities().containsValue(name)) {
            type = Type.TEXT;
          }
          if (type == Type.TIME
              || (type == Type.NUMBER && found.isPresent() && found.get() != Type.NUMBER)) {
            all.problem(
                place,
                "'%s' holds %ss".formatted(name, found.orElse(type).word()),
                "numbers or texts, as stated: {%s: text}".formatted(name));
            return;
          }
          if (isOfTheObservation(name)) {
            all.problem(
                place, "'%s' is key, time or target".formatted(name), "a column besides them");
            return;
          }
          if (all.nameIsFree(place, name)) {
            all.definition.line("request", name, type.word());
            all.inputs.add(all.observed(new Field(name, type)));
          }
        });
  }

  private boolean isOfTheObservation(String column) {
    return frame.observe() instanceof Observe.Listed listed
        && (listed.table().key().equals(Optional.of(column))
            || listed.table().eventTime().equals(Optional.of(column))
            || listed.table().knownAfter().contains(column)
            || (frame.target() instanceof Frame.Target.InColumn target
                && target.column().equals(column)));
  }

  /// Keeps the key of every entity that a source in use is about.
  void keepKeys() {
    Set<String> needed = new LinkedHashSet<>();
    all.builders.values().forEach(builder -> needed.addAll(builder.spec().entities().keySet()));
    needed.remove(frame.entity());
    for (String entity : needed) {
      String column = frame.entities().get(entity);
      if (column == null) {
        all.problem(
            "frame.entities",
            "nothing says where the key of '%s' stands".formatted(entity),
            "frame.entities: {%s: <column>}".formatted(entity));
        continue;
      }
      all.definition.line("entity", entity, column);
      boolean there =
          all.inputs.stream().anyMatch(p -> p.field().name().equals(column))
              || all.extras.stream().anyMatch(p -> p.field().name().equals(column));
      if (!there) {
        keep("frame.entities." + entity, column);
      }
    }
  }

  private void keep(String place, String column) {
    if (listed().filter(schema -> schema.has(column)).isPresent()) {
      all.keep(column);
      all.extras.add(all.observed(new Field(column, Type.TEXT)));
      return;
    }
    List<SourceSpec> having =
        all.useCase.data().sources().values().stream()
            .filter(source -> source.kind() == SourceSpec.Kind.STATE)
            .filter(SourceSpec::isOfPrimaryEntity)
            .filter(source -> all.schema(source.name()).has(column))
            .toList();
    if (having.size() != 1) {
      all.problem(
          place,
          having.isEmpty()
              ? "no column '%s' on an observation".formatted(column)
              : "the column '%s' stands in several sources".formatted(column),
          "a column of the listed observations, or of one state source of '%s'"
              .formatted(frame.entity()));
      return;
    }
    Schema schema = all.schema(having.getFirst().name());
    Field field = schema.field(schema.require(column));
    if (field.type() == Type.TIME) {
      all.problem(place, "'%s' holds times".formatted(column), "a column of keys");
      return;
    }
    all.keep(column);
    all.extras.add(all.attribute(having.getFirst(), field, SourceProgram.FOR_EVER));
  }

  /// The entities, or groups of them, that sources are about; the frame's own first.
  List<Group> groups(Schema row) {
    List<List<String>> found = new ArrayList<>();
    found.add(List.of(frame.entity()));
    for (SourceProgram.Builder builder : all.builders.values()) {
      List<String> entities = List.copyOf(builder.spec().entities().keySet());
      if (!entities.isEmpty() && !found.contains(entities)) {
        found.add(entities);
      }
    }
    Map<String, String> columns = frame.entities();
    return found.stream()
        .map(entities ->
            new Group(
                entities,
                entities.stream()
                    .map(entity ->
                        entity.equals(frame.entity())
                            ? Group.OBSERVED
                            : row.require(String.valueOf(columns.get(entity))))
                    .toList()))
        .toList();
  }
}
