package dev.gnomon.features.internal;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.SourceReader;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the parts of a compilation share: the problems found, the columns of the row so far, and
/// the text that is hashed.
final class Compilation {
  final UseCase useCase;
  final Map<String, Schema> schemas;
  final List<Problem> problems = new ArrayList<>();
  final List<String> notes = new ArrayList<>();
  final Map<String, SourceProgram.Builder> builders = new LinkedHashMap<>();

  /// Inputs of models, and columns kept behind them.
  final List<Pending> inputs = new ArrayList<>();

  final List<Pending> extras = new ArrayList<>();
  final DefinitionHash definition = new DefinitionHash();
  final ViewDefinitions views;

  /// Columns of the row that come with an observation, by name.
  final Map<String, Integer> listed = new LinkedHashMap<>();

  final Map<Integer, Integer> flatColumns = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /// A column of the row that waits for its position.
  record Pending(Field field, Filler filler) {}

  interface Filler {
    void place(int column);
  }

  Compilation(UseCase useCase, Map<String, Schema> schemas) {
    this.useCase = useCase;
    this.schemas = schemas;
    this.views = new ViewDefinitions(useCase, schemas);
  }

  void stopAtProblems() {
    if (!problems.isEmpty()) {
      throw new BadInput(problems);
    }
  }

  void problem(String place, String found, String valid) {
    problems.add(new Problem(useCase.file().getFileName() + " " + place, found, valid));
  }

  Schema schema(String source) {
    Schema schema = schemas.get(source);
    if (schema == null) {
      throw new IllegalArgumentException("no schema was resolved for source " + source);
    }
    return schema;
  }

  boolean require(String place, Schema schema, String column) {
    if (schema.has(column)) {
      return true;
    }
    problem(
        place,
        "there is no column '%s'".formatted(column),
        "one of " + String.join(", ", schema.names()));
    return false;
  }

  void requireSource(String place, String name) {
    if (!useCase.data().sources().containsKey(name)) {
      problem(
          place,
          "there is no source '%s'".formatted(name),
          "one of " + String.join(", ", useCase.data().sources().keySet()));
    }
  }

  SourceProgram.Builder builder(SourceSpec source) {
    return builders.computeIfAbsent(
        source.name(), name -> new SourceProgram.Builder(source, schema(name)));
  }

  boolean nameIsFree(String place, String name) {
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

  /// Takes a name for a column that is kept, whether or not it was free.
  void keep(String name) {
    names.add(name);
  }

  Set<String> names() {
    return names;
  }

  /// Takes a column of the flat table or of a state source as it is.
  Pending attribute(SourceSpec source, Field field, long ttl) {
    int sourceColumn = schema(source.name()).require(field.name());
    if (source.kind() == SourceSpec.Kind.TABLE) {
      return new Pending(field, column -> flatColumns.put(column, sourceColumn));
    }
    SourceProgram.Builder builder = builder(source);
    return new Pending(field, column -> builder.attribute(column, sourceColumn, ttl));
  }

  /// Takes a column of the observations themselves.
  Pending observed(Field field) {
    return new Pending(field, column -> listed.put(field.name(), column));
  }

  /// Columns that are never features, whatever the file lists.
  Set<String> barred(SourceSpec source) {
    Set<String> barred = new LinkedHashSet<>(source.knownAfter());
    useCase.features().admit().forEach(barred::remove);
    barred.add(SourceReader.ROW);
    source.key().ifPresent(barred::add);
    barred.addAll(source.entities().values());
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

  String whyBarred(SourceSpec source, String column) {
    if (source.knownAfter().contains(column)) {
      return "known only after the decision (known-after)";
    }
    if (source.key().filter(column::equals).isPresent()
        || source.entities().containsValue(column)) {
      return "the key";
    }
    if (source.kind() == SourceSpec.Kind.TABLE
        && useCase.frame().target() instanceof Target.InColumn target
        && target.column().equals(column)) {
      return "the target";
    }
    return "a column the source is read by (time, id, deletion mark or place in the file)";
  }

  static Type typeOf(Schema schema, String column) {
    return schema.field(schema.require(column)).type();
  }
}
