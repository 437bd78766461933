package dev.gnomon.data;

import dev.gnomon.core.usecase.Frame.Target;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The sources of one use case, each settled once and read through its [SourceReader].
public final class SourceReaders implements SourceOpener {
  private final FileEngine engine;
  private final UseCase useCase;
  private final Map<SourceSpec, SourceReader> readers = new ConcurrentHashMap<>();

  public SourceReaders(FileEngine engine, UseCase useCase) {
    this.engine = engine;
    this.useCase = useCase;
  }

  /// The sources after their checks: rows that were set aside are not read. Listed observations,
  /// which are no source, are settled when they are read.
  public static SourceReaders checked(
      DataCheck.Outcome outcome, FileEngine engine, UseCase useCase) {
    SourceReaders readers = new SourceReaders(engine, useCase);
    useCase.data().sources().keySet().forEach(name -> readers.replace(outcome.reader(name)));
    return readers;
  }

  /// The reader of a source, settled at the first call.
  ///
  /// @throws dev.gnomon.core.BadInput if its files can't be read or lack a stated column
  public SourceReader reader(SourceSpec source) {
    SourceReader known = readers.get(source);
    if (known == null) {
      known = withTextKeys(SourceReader.of(engine, source, comparedAsText(source)));
      readers.put(source, known);
    }
    return known;
  }

  /// From now on reads a source through this reader, for instance without the rows set aside.
  public void replace(SourceReader reader) {
    readers.put(reader.spec(), reader);
  }

  /// A target is compared by its source text.
  private List<String> comparedAsText(SourceSpec source) {
    return source.kind() == SourceSpec.Kind.TABLE
            && useCase.frame().target() instanceof Target.InColumn target
            && target.positive().isPresent()
        ? List.of(target.column())
        : List.of();
  }

  /// Keys of further entities are texts, as every key is, and request features where the file says
  /// so; only here is it known which columns of states and observations hold some.
  private SourceReader withTextKeys(SourceReader found) {
    if (found.spec().kind() == SourceSpec.Kind.EVENTS) {
      return found;
    }
    Set<String> wanted = new LinkedHashSet<>(useCase.frame().entities().values());
    if (found.spec().kind() == SourceSpec.Kind.TABLE) {
      useCase
          .features()
          .request()
          .forEach((name, type) -> {
            if (type.equals(Optional.of(Type.TEXT))) {
              wanted.add(name);
            }
          });
    }
    List<String> keys =
        wanted.stream()
            .filter(column -> !found.spec().columns().containsKey(column))
            .filter(found.schema()::has)
            .filter(
                column -> found.schema().field(found.schema().require(column)).type() != Type.TEXT)
            .toList();
    if (keys.isEmpty()) {
      return found;
    }
    List<String> texts = new ArrayList<>(comparedAsText(found.spec()));
    texts.addAll(keys);
    return SourceReader.of(engine, found.spec(), texts);
  }

  @Override
  public Schema schema(SourceSpec source) {
    return reader(source).schema();
  }

  @Override
  public TableScan open(SourceSpec source, List<String> columns) {
    return reader(source).open(columns);
  }
}
