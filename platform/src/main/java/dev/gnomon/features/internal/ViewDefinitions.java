package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeaturePlan.View;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Collects what the features of each source mean, to hash each view by itself.
///
/// The hash holds the features, the way the source is read (key, times, id, `where`), and the names
/// and types of the columns that are read, computed ones with their expression and what that reads.
/// A column that nothing reads is no part of it, nor are owner, description and freshness.
final class ViewDefinitions {
  private final UseCase useCase;
  private final Map<String, Schema> schemas;
  private final Map<String, Open> open = new LinkedHashMap<>();

  /// A view that grows.
  private static final class Open {
    final SourceSpec source;
    final List<String> features = new ArrayList<>();
    final Map<String, Set<String>> reads = new LinkedHashMap<>();
    final List<String[]> lines = new ArrayList<>();

    Open(SourceSpec source) {
      this.source = source;
    }
  }

  ViewDefinitions(UseCase useCase, Map<String, Schema> schemas) {
    this.useCase = useCase;
    this.schemas = schemas;
  }

  /// @param reads the columns it looks at, besides those by which the source is read
  /// @param line its definition
  void feature(SourceSpec source, String name, Set<String> reads, String[] line) {
    Open view = open.computeIfAbsent(source.name(), n -> new Open(source));
    view.features.add(name);
    view.reads.put(name, Set.copyOf(reads));
    view.lines.add(line);
  }

  List<View> views() {
    List<View> views = new ArrayList<>();
    for (Open view : open.values()) {
      SourceSpec source = view.source;
      Schema schema = schemas.get(source.name());
      if (schema == null) {
        continue;
      }
      Map<String, Set<String>> readers = new LinkedHashMap<>();
      view.reads.forEach((feature, columns) -> {
        for (String column : withComputed(source, columns)) {
          readers.computeIfAbsent(column, c -> new LinkedHashSet<>()).add(feature);
        }
      });
      for (String column : readBy(source)) {
        readers.computeIfAbsent(column, c -> new LinkedHashSet<>()).addAll(view.features);
      }
      FeatureSection.View about = useCase.features().view(source.name());
      views.add(
          new View(
              about.name(),
              source.name(),
              source.isOfPrimaryEntity()
                  ? List.of(useCase.frame().entity())
                  : List.copyOf(source.entities().keySet()),
              about.owner(),
              about.description(),
              about.ttl(),
              about.freshness(),
              view.features,
              readers,
              hash(view, schema, readers.keySet())));
    }
    return List.copyOf(views);
  }

  private static String hash(Open view, Schema schema, Set<String> read) {
    DefinitionHash definition = new DefinitionHash();
    view.lines.forEach(definition::line);
    definition.read(view.source, read);
    for (String column : new TreeSet<>(read)) {
      if (schema.has(column)) {
        definition.line("column", column, Compilation.typeOf(schema, column).word());
      }
    }
    return definition.hash();
  }

  /// The columns by which a source is read, whatever is computed on it.
  private static Set<String> readBy(SourceSpec source) {
    Set<String> columns = new LinkedHashSet<>(source.entities().values());
    source.key().filter(key -> !source.isGrouped()).ifPresent(columns::add);
    source.eventTime().ifPresent(columns::add);
    source.knownAt().ifPresent(columns::add);
    source.id().ifPresent(columns::add);
    source.deleted().ifPresent(columns::add);
    source.where().map(Expression::columns).ifPresent(columns::addAll);
    return withComputed(source, columns);
  }

  /// With the columns that computed ones among them are computed from.
  private static Set<String> withComputed(SourceSpec source, Set<String> columns) {
    Set<String> found = new LinkedHashSet<>(columns);
    List<String> computed = new ArrayList<>(source.columns().keySet());
    for (String name : computed.reversed()) {
      Expression expression = source.columns().get(name);
      if (expression != null && found.contains(name)) {
        found.addAll(expression.columns());
      }
    }
    return found;
  }
}
