package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.DataSection;
import dev.gnomon.core.usecase.FeatureNames;
import dev.gnomon.core.usecase.FeatureSection;
import dev.gnomon.core.usecase.FeatureSection.Aggregate;
import dev.gnomon.core.usecase.FeatureSection.Attributes;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
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
  private static final Set<String> OWN_KEYS = Set.of("columns", "except", "derived", "admit");

  private final Fields features;
  private final Sources sources;
  private final Optional<Frame> frame;
  private final Context context;
  private final Map<String, Attributes> columns = new LinkedHashMap<>();
  private final List<Aggregate> aggregates = new ArrayList<>();
  private final Map<String, Expression> derived = new LinkedHashMap<>();

  /// Each feature's name and the line it stands on.
  private final Map<String, Integer> names = new LinkedHashMap<>();

  FeatureReader(Fields features, Sources sources, Optional<Frame> frame, Context context) {
    this.features = features;
    this.sources = sources;
    this.frame = frame;
    this.context = context;
  }

  FeatureSection read() {
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
    boolean any = false;
    for (String name : features.keys()) {
      if (!OWN_KEYS.contains(name)) {
        any = true;
        ofSource(name);
      }
    }
    if (!any && !sources.flat()) {
      for (SourceSpec state : sources.ofKind(SourceSpec.Kind.STATE)) {
        columns.put(state.name(), new Attributes(true, List.of(), List.of(), Optional.empty()));
      }
    }
    derivedFeatures();
    boolean none =
        aggregates.isEmpty()
            && derived.isEmpty()
            && columns.values().stream().noneMatch(each -> each.all() || !each.names().isEmpty());
    if (none && features.isRight() && sources.complete() && !sources.stated().isEmpty()) {
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
        features.texts("admit"));
  }

  private void flatTable() {
    Attributes attributes = attributes(features);
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
    knownAfter(table, attributes, features);
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
    boolean events = source.get().kind() == SourceSpec.Kind.EVENTS;
    boolean list = features.mapping().entries().get(name) instanceof YamlNode.Sequence;
    if (events != list) {
      context.problem(
          features,
          name,
          events ? "columns of a source of events" : "aggregates of a source of state",
          events
              ? "a list of aggregates, as in [{count: \"*\", windows: [30d]}]"
              : "columns, as in {columns: [age, plan]}; aggregates and windows are for events");
      return;
    }
    if (list) {
      for (YamlNode item : features.items(name)) {
        features.fields(item).ifPresent(fields -> aggregate(name, fields));
      }
    } else {
      features
          .section(name)
          .ifPresent(fields -> {
            Attributes attributes = attributes(fields);
            columns.put(name, attributes);
            knownAfter(source.get(), attributes, fields);
            if (source.get().key().filter(attributes.names()::contains).isPresent()) {
              context.problem(
                  fields, "columns", "the key among the features", "the key is never a feature");
            }
          });
    }
  }

  private Attributes attributes(Fields fields) {
    boolean all =
        !fields.has("columns") || fields.text("columns").filter("all"::equals).isPresent();
    List<String> listed = Fields.texts(fields.items("columns"));
    List<String> except = fields.texts("except");
    if (!all && !except.isEmpty()) {
      context.problem(
          fields, "except", "'except' with a list of columns", "use it with columns: all");
    }
    for (String name : listed) {
      claim(name, fields, "columns");
    }
    return new Attributes(all, listed, except, fields.span("ttl"));
  }

  private void knownAfter(SourceSpec source, Attributes attributes, Fields fields) {
    List<String> admitted = features.texts("admit");
    for (String name : attributes.names()) {
      if (source.knownAfter().contains(name) && !admitted.contains(name)) {
        context.problem(
            fields,
            "columns",
            "'" + name + "' is known only after the decision",
            "remove it; features.admit admits it if known-after is wrong");
      }
    }
  }

  private void aggregate(String source, Fields fields) {
    String operator = Keys.OPERATORS.stream().filter(fields::has).findFirst().orElseThrow();
    String column = fields.text(operator).orElseThrow();
    boolean unbounded = operator.equals("time-since-last");
    if (unbounded == fields.has("windows")) {
      context.problem(
          fields,
          unbounded ? "windows" : operator,
          unbounded ? "windows of time-since-last" : "'" + operator + "' without windows",
          unbounded
              ? "leave them out; ttl bounds its age"
              : "how far it looks back, as in windows: [7d, 30d]");
      return;
    }
    if (column.equals("*") && !operator.equals("count") && !unbounded) {
      context.problem(
          fields, operator, "'" + operator + "' of rows", "name a column, as in amount");
    }
    List<Duration> windows =
        fields.texts("windows").stream().map(text -> Values.span(text).orElseThrow()).toList();
    var aggregate =
        new Aggregate(
            source,
            operator,
            column,
            windows,
            fields.formula("where"),
            Words.of(FeatureSection.Resolution.class, fields.text("resolution", "hop")),
            fields.span("ttl"),
            fields.text("as"),
            fields.mapping().line());
    for (String name : FeatureNames.of(aggregate)) {
      claim(name, fields, fields.has("as") ? "as" : operator);
    }
    aggregates.add(aggregate);
  }

  private void derivedFeatures() {
    Fields section = features.sectionOrNone("derived");
    List<String> open = new ArrayList<>(section.keys());
    for (String name : section.keys()) {
      claim(name, section, name);
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

  /// Two features of one name are refused, and names that training sets use themselves.
  private void claim(String name, Fields fields, String key) {
    if (FeatureNames.RESERVED.contains(name)) {
      context.problem(
          fields,
          key,
          "a feature called '" + name + "'",
          "training sets use key, label and observed_at themselves; choose another name");
    }
    Integer before = names.putIfAbsent(name, fields.line(key));
    if (before != null) {
      context.problem(
          fields,
          key,
          "two features called '" + name + "', the first on line " + before,
          "remove one, or rename it (as: for aggregates)");
    }
  }
}
