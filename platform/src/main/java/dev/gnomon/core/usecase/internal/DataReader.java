package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.Check;
import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FileFormat;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Nearest;
import dev.gnomon.schema.Type;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Reads `data`.
final class DataReader {
  private static final Set<String> TAKEN_NAMES =
      Set.of("table", "derived", "admit", "columns", "except", "request", "use");
  private static final List<String> STATE_ONLY = List.of("deleted", "static");
  private static final List<String> OF_THE_TABLE =
      List.of(
          "key",
          "event-time",
          "where",
          "columns",
          "known-after",
          "encoding",
          "delimiter",
          "quotes",
          "header",
          "missing",
          "types",
          "zone");

  private final Fields data;
  private final Entities entities;
  private final Context context;
  private final Context useCase;

  /// @param context of the file that states the source
  /// @param useCase the context of the use case, which states the checks
  DataReader(Fields data, Entities entities, Context context, Context useCase) {
    this.data = data;
    this.entities = entities;
    this.context = context;
    this.useCase = useCase;
  }

  /// The sources that are right; see [Sources#stated] for the names of the others.
  ///
  /// @param used views of other files, whose sources join those stated here
  Sources read(List<ViewFile> used) {
    Map<String, SourceSpec> sources = new LinkedHashMap<>();
    Set<String> stated = Set.of();
    boolean flat = data.has("table");
    if (flat) {
      stated = Set.of(DataSection.TABLE);
      flatTable().ifPresent(table -> sources.put(table.name(), table));
    } else if (data.has("sources")) {
      Fields named = data.sectionOrNone("sources");
      stated = named.keys();
      named
          .keys()
          .forEach(name ->
              named
                  .section(name)
                  .filter(Fields::isRight)
                  .flatMap(fields -> source(fields, name, named, name))
                  .ifPresent(found -> sources.put(name, found)));
      for (String key : OF_THE_TABLE) {
        if (data.has(key)) {
          context.problem(
              data, key, "'" + key + "' beside sources", "move it into the source it belongs to");
        }
      }
    }
    Set<String> all = new LinkedHashSet<>(stated);
    for (ViewFile file : used) {
      String name = file.source();
      Fields fields = file.fields().sectionOrNone("source");
      if (flat || !all.add(name)) {
        file.context()
            .problem(
                fields,
                "name",
                flat
                    ? "a view beside a flat table"
                    : "the source " + Problems.shown(name) + " is stated twice",
                flat
                    ? "features.use needs data.sources"
                    : "by one file alone: the use case or one of the views it uses");
        continue;
      }
      new DataReader(data, entities, file.context(), useCase)
          .source(fields, name, fields, "name")
          .ifPresent(found -> sources.put(name, found));
    }
    return new Sources(new DataSection(Collections.unmodifiableMap(sources)), all, flat);
  }

  private Optional<SourceSpec> flatTable() {
    Optional<Fields> inner = data.section("table");
    if (inner.isPresent() && !inner.get().isRight()) {
      return Optional.empty();
    }
    for (String key : OF_THE_TABLE) {
      if (data.has(key) && inner.isPresent() && inner.get().has(key)) {
        context.problem(
            data, key, "'" + key + "' stands here and inside table", "keep one of the two");
      }
    }
    List<Path> paths = inner.isPresent() ? paths(inner.get(), "path") : paths(data, "table");
    Fields decoding = merged(inner);
    return Optional.of(
        new SourceSpec(
            DataSection.TABLE,
            SourceSpec.Kind.TABLE,
            format(decoding, paths),
            decoding.text("key"),
            decoding.text("event-time"),
            Optional.empty(),
            Optional.empty(),
            decoding.formula("where"),
            formulas(decoding, "columns"),
            decoding.texts("known-after"),
            Optional.empty(),
            false,
            checks(DataSection.TABLE, SourceSpec.Kind.TABLE, decoding.has("event-time"))));
  }

  /// The keys beside `table` and those inside it, as one.
  private Fields merged(Optional<Fields> inner) {
    if (inner.isEmpty()) {
      return data;
    }
    Map<String, YamlNode> entries = new LinkedHashMap<>(data.mapping().entries());
    Map<String, Integer> lines = new LinkedHashMap<>(data.mapping().keyLines());
    entries.putAll(inner.get().mapping().entries());
    lines.putAll(inner.get().mapping().keyLines());
    return new Fields(
        new YamlNode.Mapping(entries, lines, data.mapping().line(), data.mapping().path()),
        context.form());
  }

  /// @param above where it is named, for what is missing, under `aboveKey`
  private Optional<SourceSpec> source(Fields fields, String name, Fields above, String aboveKey) {
    if (TAKEN_NAMES.contains(name)) {
      context.problem(
          above,
          aboveKey,
          "'" + name + "' can't be the name of a source",
          "it means something else under features; choose another name");
    }
    SourceSpec.Kind kind = Words.of(SourceSpec.Kind.class, fields.text("kind").orElseThrow());
    boolean isStatic = fields.flag("static", false);
    Optional<String> eventTime = fields.text("event-time");
    if (kind == SourceSpec.Kind.TABLE) {
      context.problem(
          fields,
          "kind",
          "a table among sources",
          "one flat labelled table is written data: {table: …}; else state events or state");
    } else if (eventTime.isEmpty() && !isStatic) {
      context.problem(
          above,
          aboveKey,
          "the key 'event-time' is missing",
          kind == SourceSpec.Kind.STATE
              ? "name the column that says when, or say static: true"
              : "name the column that says when it happened");
    }
    if (!fields.has("path") && !fields.has("stream")) {
      context.problem(
          above,
          aboveKey,
          "the key 'path' is missing",
          "say where the files lie, or state a stream and name its columns under types");
    }
    if (isStatic) {
      for (String key : List.of("event-time", "known-at", "stream")) {
        if (fields.has(key)) {
          context.problem(
              fields, key, "'" + key + "' together with static: true", "keep one of the two");
        }
      }
    }
    if (kind == SourceSpec.Kind.EVENTS) {
      for (String key : STATE_ONLY) {
        if (fields.has(key)) {
          context.problem(
              fields, key, "'" + key + "' of a source of events", "only state sources have it");
        }
      }
    }
    Map<String, String> keys = keys(fields);
    Map<String, Expression> computed = new LinkedHashMap<>();
    Optional<String> key = fields.text("key");
    if (keys.size() > 1) {
      key = Optional.of(SourceSpec.groupedKey(keys.keySet()));
    } else if (keys.size() == 1) {
      key = Optional.of(keys.values().iterator().next());
    }
    computed.putAll(formulas(fields, "columns"));
    if (keys.size() > 1) {
      computed.put(key.orElseThrow(), grouped(keys.values()));
    }
    if (keys.keySet().equals(Set.of(entities.primary()))) {
      keys = Map.of();
    }
    return Optional.of(
        new SourceSpec(
            name,
            kind,
            format(fields, paths(fields, "path")),
            key,
            eventTime,
            fields.text("known-at"),
            fields.text("id"),
            fields.formula("where"),
            Collections.unmodifiableMap(computed),
            fields.texts("known-after"),
            fields.text("deleted"),
            isStatic,
            stream(fields),
            checks(name, kind, eventTime.isPresent()),
            keys));
  }

  /// The columns with the keys of the entities, where the file states them by entity.
  private Map<String, String> keys(Fields fields) {
    Map<String, String> keys = new LinkedHashMap<>();
    Fields stated = fields.sectionOrNone("key");
    for (String entity : stated.keys()) {
      if (!entities.has(entity)) {
        List<String> all = entities.all();
        context.problem(
            stated,
            entity,
            "no entity " + Problems.shown(entity),
            Nearest.to(entity, all).map(near -> "did you mean " + near + "? ").orElse("")
                + "there are "
                + String.join(", ", all)
                + "; frame.entities states further ones");
      }
      stated.text(entity).ifPresent(column -> keys.put(entity, column));
    }
    return keys;
  }

  /// The key of several entities together, as a computed column.
  private static Expression grouped(Collection<String> columns) {
    return Expression.parse(
        columns.stream()
            .map(column -> "[" + column.replace("]", "]]") + "]")
            .collect(Collectors.joining(", ", "key(", ")")));
  }

  private static Optional<StreamSpec> stream(Fields source) {
    return source
        .section("stream")
        .map(stream ->
            new StreamSpec(
                "kafka",
                stream.text("kafka").orElseThrow(),
                stream.text("servers"),
                Words.of(StreamSpec.From.class, stream.text("from", "earliest"))));
  }

  /// The observations listed in a file.
  SourceSpec listed(Fields observe, Optional<String> sharedKey) {
    Optional<Fields> inner = observe.section("table");
    Fields fields = inner.orElse(observe);
    Optional<String> key = inner.flatMap(map -> map.text("key")).or(() -> sharedKey);
    if (key.isEmpty()) {
      context.problem(
          observe,
          "table",
          "the sources have different key columns",
          "state the key column, as in {table: {path: observations.csv, key: customer_id}}");
    }
    Fields decoding = inner.orElseGet(() -> Fields.none("", 0, context.form()));
    return new SourceSpec(
        "observations",
        SourceSpec.Kind.TABLE,
        format(decoding, paths(fields, inner.isPresent() ? "path" : "table")),
        key,
        Optional.of("observed_at"),
        Optional.empty(),
        Optional.empty(),
        decoding.formula("where"),
        formulas(decoding, "columns"),
        decoding.texts("known-after"),
        Optional.empty(),
        false,
        List.of());
  }

  private List<Path> paths(Fields fields, String key) {
    return fields.texts(key).stream()
        .map(text -> context.folder().resolve(text).normalize())
        .toList();
  }

  private FileFormat format(Fields fields, List<Path> paths) {
    Map<String, Type> types = new LinkedHashMap<>();
    Fields stated = fields.sectionOrNone("types");
    for (String column : stated.keys()) {
      stated.text(column).ifPresent(word -> types.put(column, Words.of(Type.class, word)));
    }
    fields.text("encoding").ifPresent(name -> encoding(fields, name));
    return new FileFormat(
        paths,
        fields.text("delimiter"),
        fields.text("encoding"),
        fields.flag("header", true),
        fields.has("missing") ? Optional.of(fields.texts("missing")) : Optional.empty(),
        types,
        fields.text("zone").flatMap(Values::zone).orElse(context.zone()),
        fields.flag("quotes", true));
  }

  private void encoding(Fields fields, String name) {
    try {
      Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      context.problem(
          fields,
          "encoding",
          "unknown character set " + Problems.shown(name),
          "for example UTF-8, ISO-8859-1, windows-1252, UTF-16");
    }
  }

  private static Map<String, Expression> formulas(Fields fields, String key) {
    Map<String, Expression> formulas = new LinkedHashMap<>();
    Fields section = fields.sectionOrNone(key);
    for (String name : section.keys()) {
      section.formula(name).ifPresent(formula -> formulas.put(name, formula));
    }
    return Collections.unmodifiableMap(formulas);
  }

  /// The checks of one source: from the map by source, or for a flat table from a plain list.
  private List<Check> checks(String source, SourceSpec.Kind kind, boolean hasTime) {
    List<YamlNode> items =
        data.section("checks")
            .map(bySource -> bySource.items(source))
            .orElseGet(() -> kind == SourceSpec.Kind.TABLE ? data.items("checks") : List.of());
    var reader = new CheckReader(useCase);
    List<Check> checks = new ArrayList<>();
    for (YamlNode item : items) {
      data.fields(item).flatMap(fields -> reader.read(fields, hasTime)).ifPresent(checks::add);
    }
    return checks;
  }

  /// Checks that name sources there are not.
  void checkNames(Sources sources) {
    YamlNode node = data.mapping().entries().get("checks");
    if (node instanceof YamlNode.Sequence && !sources.flat()) {
      context.problem(
          data,
          "checks",
          "a list without a source",
          "write the source first: checks: {logins: […]}");
    }
    data.section("checks")
        .ifPresent(bySource -> {
          for (String name : bySource.keys()) {
            sources.require(name, bySource, name, context);
            for (YamlNode item : bySource.items(name)) {
              data.fields(item)
                  .flatMap(check -> check.section("refers"))
                  .ifPresent(refers ->
                      refers
                          .text("source")
                          .ifPresent(to -> sources.require(to, refers, "source", context)));
            }
          }
        });
  }
}
