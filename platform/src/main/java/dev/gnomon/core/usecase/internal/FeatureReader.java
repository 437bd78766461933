package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.FeatureSection.View;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `features`.
final class FeatureReader {
  private static final Set<String> OWN_KEYS =
      Set.of("columns", "except", "derived", "admit", "request", "use");

  private final Fields features;
  private final List<ViewFile> used;
  private final Sources sources;
  private final Optional<Frame> frame;
  private final Context context;
  private final Map<String, Attributes> columns = new LinkedHashMap<>();
  private final List<Aggregate> aggregates = new ArrayList<>();
  private final Map<String, Expression> derived = new LinkedHashMap<>();
  private final Map<String, View> views = new LinkedHashMap<>();
  private final Map<String, Optional<Type>> request = new LinkedHashMap<>();
  private final FeatureClaims claims = new FeatureClaims();

  FeatureReader(
      Fields features,
      List<ViewFile> used,
      Sources sources,
      Optional<Frame> frame,
      Context context) {
    this.features = features;
    this.used = used;
    this.sources = sources;
    this.frame = frame;
    this.context = context;
  }

  FeatureSection read() {
    int before = context.problems().count();
    if (sources.flat()) {
      flatTable();
    } else {
      for (String key : List.of("columns", "except")) {
        if (features.has(key)) {
          context.problem(
              features,
              key,
              "'" + key + "' without a source",
              "only a flat table has it here; write the source first: customers: {columns: […]}");
        }
      }
    }
    boolean any = features.has("request") || features.has("use");
    for (String name : features.keys()) {
      if (!OWN_KEYS.contains(name)) {
        any = true;
        ofSource(name);
      }
    }
    used.forEach(this::ofFile);
    viewNames();
    requestFeatures();
    if (!any && !sources.flat()) {
      for (SourceSpec state : sources.ofKind(SourceSpec.Kind.STATE)) {
        columns.put(state.name(), new Attributes(true, List.of(), List.of(), Optional.empty()));
      }
    }
    derivedFeatures();
    boolean none =
        aggregates.isEmpty()
            && derived.isEmpty()
            && request.isEmpty()
            && columns.values().stream().noneMatch(each -> each.all() || !each.names().isEmpty());
    if (none
        && context.problems().count() == before
        && features.isRight()
        && sources.complete()
        && !sources.stated().isEmpty()) {
      context
          .problems()
          .add(
              features.mapping().line(),
              "features",
              "there are no features",
              "columns of a state source or table, or aggregates of events, as in logins: [{count: \"*\", windows: [30d]}]");
    }
    return new FeatureSection(
        Collections.unmodifiableMap(columns),
        aggregates,
        Collections.unmodifiableMap(derived),
        features.texts("admit"),
        request,
        views);
  }

  private void flatTable() {
    Attributes attributes = attributes(features, Optional.empty(), context);
    columns.put(DataSection.TABLE, attributes);
    SourceSpec table = sources.find(DataSection.TABLE).orElse(null);
    if (table == null) {
      return;
    }
    Optional<String> target =
        frame
            .map(Frame::target)
            .filter(Frame.Target.InColumn.class::isInstance)
            .map(found -> ((Frame.Target.InColumn) found).column());
    for (String name : attributes.names()) {
      if (table.key().equals(Optional.of(name))) {
        context.problem(
            features, "columns", "'" + name + "' is the key", "the key is never a feature");
      }
      if (target.equals(Optional.of(name))) {
        context.problem(
            features, "columns", "'" + name + "' is the target", "the target is never a feature");
      }
    }
    knownAfter(table, attributes, features, context);
  }

  private void ofSource(String name) {
    if (sources.flat()) {
      context.problem(
          features,
          name,
          "unknown key " + Problems.shown(name),
          "a flat table has columns, except, derived and admit");
      return;
    }
    sources.require(name, features, name, context);
    Optional<SourceSpec> source = sources.find(name);
    if (source.isEmpty()) {
      return;
    }
    if (used.stream().anyMatch(file -> file.source().equals(name))) {
      context.problem(
          features,
          name,
          "features of a source that a file of features.use defines",
          "state them there, so that every use case sees the same view");
      return;
    }
    YamlNode node = features.mapping().entries().get(name);
    List<YamlNode> list = node instanceof YamlNode.Sequence ? features.items(name) : List.of();
    ofView(
        source.get(),
        node instanceof YamlNode.Sequence,
        list,
        features.section(name),
        features,
        name,
        context);
  }

  /// A view in a file of its own.
  private void ofFile(ViewFile file) {
    Optional<SourceSpec> source = sources.find(file.source());
    if (source.isEmpty() || sources.flat()) {
      return;
    }
    Fields fields = file.fields();
    views.put(file.source(), file.view());
    ofView(
        source.get(),
        fields.mapping().entries().get("features") instanceof YamlNode.Sequence,
        fields.items("features"),
        fields.section("features"),
        fields,
        "features",
        file.context());
  }

  /// @param isList whether aggregates stand there in the short form
  /// @param above the map that holds them under `key`
  /// @param in the context of the file they stand in
  private void ofView(
      SourceSpec source,
      boolean isList,
      List<YamlNode> list,
      Optional<Fields> map,
      Fields above,
      String key,
      Context in) {
    Optional<Fields> about = map.flatMap(fields -> fields.section("view")).filter(Fields::isRight);
    about.ifPresent(
        fields -> views.put(source.name(), ViewFile.view(fields, source.name(), false)));
    boolean of = map.filter(fields -> fields.has("of")).isPresent();
    boolean events = source.kind() == SourceSpec.Kind.EVENTS;
    if (events != (isList || of)) {
      in.problem(
          above,
          key,
          events ? "columns of a source of events" : "aggregates of a source of state",
          events
              ? "a list of aggregates, as in [{count: \"*\", windows: [30d]}], under 'of' in the long form"
              : "columns, as in {columns: [age, plan]}; aggregates and windows are for events");
      return;
    }
    Optional<Duration> ttl = Optional.ofNullable(views.get(source.name())).flatMap(View::ttl);
    if (events) {
      var reader = new AggregateReader(in, claims);
      List<YamlNode> items = isList ? list : map.orElseThrow().items("of");
      for (YamlNode item : items) {
        above
            .fields(item)
            .flatMap(fields -> reader.read(source.name(), fields, ttl))
            .ifPresent(aggregates::add);
      }
      for (String other : List.of("columns", "except", "ttl")) {
        map.filter(fields -> fields.has(other))
            .ifPresent(fields ->
                in.problem(
                    fields,
                    other,
                    "'" + other + "' of a source of events",
                    other.equals("ttl")
                        ? "write it under view, or in an aggregate"
                        : "only state sources have it"));
      }
      return;
    }
    map.ifPresent(fields -> {
      Attributes attributes = attributes(fields, ttl, in);
      columns.put(source.name(), attributes);
      knownAfter(source, attributes, fields, in);
      boolean isKey =
          source.key().filter(attributes.names()::contains).isPresent()
              || attributes.names().stream().anyMatch(source.entities()::containsValue);
      if (isKey) {
        in.problem(fields, "columns", "the key among the features", "the key is never a feature");
      }
    });
  }

  /// Two views of one use case have two names.
  private void viewNames() {
    Map<String, String> sourceOf = new LinkedHashMap<>();
    views.forEach((source, view) -> {
      String other = sourceOf.putIfAbsent(view.name(), source);
      if (other != null) {
        context.problem(
            features,
            source,
            "two views called '%s', of %s and of %s".formatted(view.name(), other, source),
            "a name each");
      }
    });
  }

  private void requestFeatures() {
    if (!features.has("request")) {
      return;
    }
    boolean listed =
        frame.filter(found -> found.observe() instanceof Frame.Observe.Listed).isPresent();
    if (sources.flat() || (frame.isPresent() && !listed)) {
      context.problem(
          features,
          "request",
          sources.flat() ? "'request' of a flat table" : "'request' without listed observations",
          sources.flat()
              ? "leave it out; its columns come with the request anyway"
              : "columns of the table of frame.observe; a grid has none");
      return;
    }
    Fields types = features.sectionOrNone("request");
    types
        .keys()
        .forEach(name ->
            types
                .text(name)
                .ifPresent(word -> {
                  request.put(name, Optional.of(Words.of(Type.class, word)));
                  claims.claim(name, types, name, context);
                }));
    for (String name : Fields.texts(features.items("request"))) {
      request.put(name, Optional.empty());
      claims.claim(name, features, "request", context);
    }
  }

  private Attributes attributes(Fields fields, Optional<Duration> viewTtl, Context in) {
    boolean all =
        !fields.has("columns") || fields.text("columns").filter("all"::equals).isPresent();
    List<String> listed = Fields.texts(fields.items("columns"));
    List<String> except = fields.texts("except");
    if (!all && !except.isEmpty()) {
      in.problem(fields, "except", "'except' with a list of columns", "use it with columns: all");
    }
    for (String name : listed) {
      claims.claim(name, fields, "columns", in);
    }
    return new Attributes(all, listed, except, fields.span("ttl").or(() -> viewTtl));
  }

  private void knownAfter(SourceSpec source, Attributes attributes, Fields fields, Context in) {
    List<String> admitted = features.texts("admit");
    for (String name : attributes.names()) {
      if (source.knownAfter().contains(name) && !admitted.contains(name)) {
        in.problem(
            fields,
            "columns",
            "'" + name + "' is known only after the decision",
            "remove it; features.admit admits it if known-after is wrong");
      }
    }
  }

  private void derivedFeatures() {
    Fields section = features.sectionOrNone("derived");
    List<String> open = new ArrayList<>(section.keys());
    for (String name : section.keys()) {
      claims.claim(name, section, name, context);
      section
          .formula(name)
          .ifPresent(formula -> {
            for (String used : formula.columns()) {
              if (open.contains(used)) {
                context.problem(
                    section,
                    name,
                    used.equals(name)
                        ? "'" + name + "' is computed from itself"
                        : "'" + used + "' stands below",
                    "derived features read features that stand before them");
              }
            }
            derived.put(name, formula);
          });
      open.remove(name);
    }
  }
}
