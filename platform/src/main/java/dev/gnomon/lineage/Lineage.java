package dev.gnomon.lineage;

import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.Frame;
import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.data.DataReport;
import dev.gnomon.data.SourceReport;
import dev.gnomon.expression.Expression;
import dev.gnomon.features.FeatureDefinition;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.lineage.Dataset.InputField;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The data of a use case as datasets of OpenLineage.
public final class Lineage {
  /// Without a name and password in it.
  private static final Pattern ADDRESS =
      Pattern.compile("([a-z][a-z0-9+.-]*://[^/?#@]*)(/[^?#]*)?([?#].*)?", Pattern.DOTALL);

  private Lineage() {}

  /// Where the rows of a use case come from: files, topics, and what was posted to the home;
  /// without a word about their content.
  public static List<Dataset> inputs(UseCase useCase, Home home, LineageSettings settings) {
    List<Dataset> inputs = new ArrayList<>();
    for (SourceSpec source : sources(useCase)) {
      inputs.addAll(of(source, home, settings));
    }
    return inputs;
  }

  /// As above, with schemas and what the checks found.
  public static List<Dataset> inputs(
      FeaturePlan plan, DataReport report, Home home, LineageSettings settings) {
    List<Dataset> inputs = new ArrayList<>();
    for (SourceSpec source : sources(plan.useCase())) {
      Schema schema = plan.schemas().get(source.name());
      Optional<SourceReport> found =
          report.sources().stream().filter(one -> one.name().equals(source.name())).findFirst();
      boolean first = true;
      for (Dataset dataset : of(source, home, settings)) {
        if (schema != null) {
          dataset.schema(
              schema.fields().stream()
                  .filter(field -> !source.columns().containsKey(field.name()))
                  .toList());
        }
        if (first && found.isPresent()) {
          // One pass covers all files of a source: what it found is said once.
          dataset.quality(found.get(), source.isGrouped() ? "" : source.key().orElse(""));
        }
        first = false;
        inputs.add(dataset);
      }
    }
    return inputs;
  }

  private static List<SourceSpec> sources(UseCase useCase) {
    List<SourceSpec> sources = new ArrayList<>(useCase.data().sources().values());
    if (useCase.frame().observe() instanceof Frame.Observe.Listed listed) {
      sources.add(listed.table());
    }
    return sources;
  }

  private static List<Dataset> of(SourceSpec source, Home home, LineageSettings settings) {
    List<Dataset> datasets = new ArrayList<>();
    for (Path path : source.format().paths()) {
      datasets.add(Dataset.file(path));
    }
    source.stream().ifPresent(stream -> datasets.add(Dataset.topic(stream, settings.kafka())));
    if (source.kind() != SourceSpec.Kind.TABLE && source.name().matches("[a-z][a-z0-9_]{0,62}")) {
      Path posted = home.events(source.name());
      if (Files.isDirectory(posted)) {
        datasets.add(Dataset.file(posted));
      }
    }
    return datasets;
  }

  /// A training set in a file or folder.
  ///
  /// @param hash of its content
  public static Dataset trainingSet(
      Path file, FeaturePlan plan, String hash, long rows, Home home, LineageSettings settings) {
    return described(Dataset.file(file), plan, hash, rows, home, settings);
  }

  /// A training set that was held in memory.
  public static Dataset trainingSet(
      FeaturePlan plan, String hash, long rows, Home home, LineageSettings settings) {
    return described(
        Dataset.own(settings.namespace(), plan.useCase().name() + ".training_set"),
        plan,
        hash,
        rows,
        home,
        settings);
  }

  /// A registered version.
  ///
  /// @param bundle the hash of its content
  public static Dataset model(
      UseCase useCase, int version, String bundle, LineageSettings settings) {
    return Dataset.own(settings.namespace(), useCase.name() + ".model")
        .version(version + "-" + bundle);
  }

  /// A version that somebody else registered.
  public static Dataset model(String name, int version, LineageSettings settings) {
    return Dataset.own(settings.namespace(), name + ".model").version(Integer.toString(version));
  }

  /// What somebody else says that a run read or was made from. What has an address is named by it,
  /// as other producers name it; the rest is in the namespace of the jobs.
  ///
  /// @param address `scheme://authority/path`, or an absolute path; anything else is none
  /// @param version what tells its content from others; empty when not known
  public static Dataset elsewhere(
      String name, String address, String version, LineageSettings settings) {
    Dataset dataset;
    Matcher matcher = ADDRESS.matcher(address);
    if (matcher.matches() && !matcher.group(1).equals("file://")) {
      String path = matcher.group(2) == null ? "" : matcher.group(2).replaceFirst("^/+", "");
      dataset = Dataset.own(matcher.group(1), path.isEmpty() ? "/" : path);
    } else if (address.startsWith("/") || address.startsWith("file://")) {
      dataset = Dataset.own("file", address.replaceFirst("^file://", ""));
    } else {
      dataset = Dataset.own(settings.namespace(), name);
    }
    return version.isEmpty() ? dataset : dataset.version(version);
  }

  private static Dataset described(
      Dataset dataset,
      FeaturePlan plan,
      String hash,
      long rows,
      Home home,
      LineageSettings settings) {
    List<Field> inputs = plan.row().fields().subList(0, plan.inputs());
    return dataset
        .schema(inputs)
        .version(hash)
        .rows(rows)
        .columnLineage(columns(plan, home, settings));
  }

  /// From which columns each feature is computed.
  static Map<String, List<InputField>> columns(
      FeaturePlan plan, Home home, LineageSettings settings) {
    UseCase useCase = plan.useCase();
    Map<String, List<InputField>> columns = new LinkedHashMap<>();
    for (FeaturePlan.View view : plan.views()) {
      SourceSpec source = useCase.data().sources().get(view.source());
      if (source == null) {
        continue;
      }
      List<Dataset> from = of(source, home, settings);
      Map<String, FeatureDefinition> definitions = new LinkedHashMap<>();
      FeatureDefinition.of(useCase, view.source(), view.features())
          .forEach(one -> definitions.put(one.name(), one));
      view.reads()
          .forEach((column, features) -> {
            if (source.columns().containsKey(column)) {
              return;
            }
            for (String feature : features) {
              List<InputField> fields = columns.computeIfAbsent(feature, name -> new ArrayList<>());
              for (Dataset dataset : from) {
                fields.add(field(dataset, source, column, definitions.get(feature)));
              }
            }
          });
    }
    useCase
        .features()
        .derived()
        .forEach((name, expression) -> {
          Set<InputField> fields = new LinkedHashSet<>();
          for (String read : expression.columns()) {
            for (InputField field : columns.getOrDefault(read, List.of())) {
              fields.add(
                  field.direct()
                      ? new InputField(field.dataset(), field.field(), true, "TRANSFORMATION")
                      : field);
            }
          }
          if (!fields.isEmpty()) {
            columns.put(name, List.copyOf(fields));
          }
        });
    columns.keySet().retainAll(plan.inputNames());
    return columns;
  }

  private static InputField field(
      Dataset dataset,
      SourceSpec source,
      String column,
      @org.jspecify.annotations.Nullable FeatureDefinition definition) {
    if (definition != null && definition.column().equals(column)) {
      boolean taken = definition.operator().equals(FeatureDefinition.ATTRIBUTE);
      return new InputField(dataset, column, true, taken ? "IDENTITY" : "AGGREGATION");
    }
    Expression computed = definition == null ? null : source.columns().get(definition.column());
    if (computed != null && computed.columns().contains(column)) {
      return new InputField(dataset, column, true, "TRANSFORMATION");
    }
    boolean key =
        source.entities().containsValue(column) || source.key().equals(Optional.of(column));
    return new InputField(dataset, column, false, key ? "GROUP_BY" : "FILTER");
  }
}
