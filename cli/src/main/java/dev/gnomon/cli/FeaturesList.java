package dev.gnomon.cli;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.FileEngines;
import dev.gnomon.data.SourceReaders;
import dev.gnomon.data.spi.FileEngine;
import dev.gnomon.features.FeatureDefinition;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.features.TrainingSets;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// The feature views of use cases, and what their features are.
@Command(
    name = "list",
    description = "List the feature views of use cases: versions, owners, definitions.",
    footer = {
      "gnomon features list usecase.yaml",
      "gnomon features list churn.yaml fraud.yaml --json"
    })
final class FeaturesList implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Use-case files.")
  private List<Path> files = List.of();

  FeaturesList(Terminal terminal) {
    this.terminal = terminal;
  }

  /// What `--json` prints: a view that several use cases share is there once.
  record Result(List<View> views) {}

  /// @param ttl in words; null for none
  /// @param freshness in words; null for no target
  /// @param reads the columns of the source, with the features that need them
  record View(
      String name,
      String version,
      String source,
      List<String> entities,
      @Nullable String owner,
      @Nullable String description,
      @Nullable String ttl,
      @Nullable String freshness,
      List<String> useCases,
      List<FeatureDefinition> features,
      Map<String, List<String>> reads) {}

  @Override
  public Integer call() {
    FileEngine engine = FileEngines.find();
    Map<String, View> views = new LinkedHashMap<>();
    for (Path file : files) {
      UseCase useCase = UseCaseReader.read(file);
      FeaturePlan plan =
          FeaturePlan.compile(
              useCase, TrainingSets.schemas(useCase, new SourceReaders(engine, useCase)));
      for (FeaturePlan.View view : plan.views()) {
        views
            .computeIfAbsent(view.name() + "\n" + view.hash(), key -> view(useCase, view))
            .useCases()
            .add(useCase.name());
      }
    }
    Result result = new Result(List.copyOf(views.values()));
    if (common.json()) {
      terminal.json(result);
    } else {
      result.views().forEach(this::print);
    }
    return ExitCode.DONE;
  }

  private static View view(UseCase useCase, FeaturePlan.View view) {
    Map<String, List<String>> reads = new LinkedHashMap<>();
    view.reads().forEach((column, features) -> reads.put(column, List.copyOf(features)));
    return new View(
        view.name(),
        view.hash(),
        view.source(),
        view.entities(),
        view.owner().orElse(null),
        view.description().orElse(null),
        view.ttl().map(FeatureDefinition::duration).orElse(null),
        view.freshness().map(FeatureDefinition::duration).orElse(null),
        new ArrayList<>(),
        FeatureDefinition.of(useCase, view.source(), view.features()),
        reads);
  }

  private void print(View view) {
    PrintStream out = terminal.out();
    out.printf(
        "%s  of %s, about %s, used by %s%n",
        terminal.bold(view.name()),
        view.source(),
        String.join(" x ", view.entities()),
        String.join(", ", view.useCases()));
    List<String> about = new ArrayList<>();
    about.add("version " + view.version().substring(0, 12));
    if (view.owner() != null) {
      about.add("owner " + view.owner());
    }
    if (view.ttl() != null) {
      about.add("valid for " + view.ttl());
    }
    if (view.freshness() != null) {
      about.add("fresh within " + view.freshness());
    }
    out.println("  " + String.join(", ", about));
    if (view.description() != null) {
      out.println("  " + view.description());
    }
    int width = view.features().stream().mapToInt(f -> f.name().length()).max().orElse(0);
    for (FeatureDefinition feature : view.features()) {
      out.printf(
          "  %-" + Math.max(1, Math.min(width, 48)) + "s  %s%n", feature.name(), words(feature));
    }
  }

  private static String words(FeatureDefinition feature) {
    if (feature.operator().equals(FeatureDefinition.ATTRIBUTE)) {
      return "as it is in " + feature.window();
    }
    return java.util.stream.Stream.of(
            feature.operator() + (feature.column().equals("*") ? "" : " of " + feature.column()),
            feature.where().isEmpty() ? "" : "where " + feature.where(),
            feature.window(),
            feature.settings())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }
}
