package dev.gnomon.features;

import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is computed, compiled once from the use case and the resolved schemas of its sources, for
/// back-fill and serving alike.
///
/// @param useCase where it comes from
/// @param schemas the resolved schema of each source, computed columns included
/// @param row every value computed for an observation: inputs first, then what is kept for costs,
///   segments and audit
/// @param inputs how many leading columns of `row` are model inputs
/// @param hash SHA-256 of the canonical definition: the version of the feature view
public record FeaturePlan(
    UseCase useCase, Map<String, Schema> schemas, Schema row, int inputs, String hash) {

  /// Compiles the features of a use case.
  ///
  /// Inputs are, in order, the attributes, the aggregates (each over each of its windows) and the
  /// derived features; points in time and protected columns are kept in the row behind them, as is
  /// every column that costs, segments and fallback rules read.
  ///
  /// @param schemas of every source of the use case, by name
  /// @throws dev.gnomon.core.BadInput with all problems found
  public static FeaturePlan compile(UseCase useCase, Map<String, Schema> schemas) {
    return of(FeatureProgram.compile(useCase, schemas));
  }

  static FeaturePlan of(FeatureProgram program) {
    return new FeaturePlan(
        program.useCase(), program.schemas(), program.row(), program.inputs(), program.hash());
  }

  /// The features of one source under a name: a view, with its version.
  ///
  /// @param entities what its rows are about; several for a grouped key
  /// @param ttl the age beyond which its values count as missing
  /// @param freshness the age that the newest row of the source should not exceed
  /// @param features their names, in the order of the file
  /// @param reads every column of the source that it reads, with the features that need it
  /// @param hash SHA-256 of the definition: the version. Owner, description, freshness and columns
  ///   that nothing reads are no part of it
  public record View(
      String name,
      String source,
      List<String> entities,
      Optional<String> owner,
      Optional<String> description,
      Optional<Duration> ttl,
      Optional<Duration> freshness,
      List<String> features,
      Map<String, Set<String>> reads,
      String hash) {
    public View {
      entities = List.copyOf(entities);
      features = List.copyOf(features);
      reads = Collections.unmodifiableMap(new LinkedHashMap<>(reads));
    }
  }

  /// The views, one per source on which features are computed, in the order of the file.
  public List<View> views() {
    return FeatureProgram.compile(useCase, schemas).views();
  }

  /// What changed columns of the sources mean for these features: a column that a view reads and
  /// that is gone or has another type is a problem naming the view and the features; added columns
  /// and those that nothing reads change nothing.
  ///
  /// @param now the schemas of the sources as they are now, by name
  public List<Problem> broken(Map<String, Schema> now) {
    List<Problem> problems = new ArrayList<>();
    for (View view : views()) {
      Schema before = schemas.get(view.source());
      Schema after = now.get(view.source());
      if (before == null || after == null) {
        continue;
      }
      view.reads()
          .forEach((column, features) -> {
            if (!before.has(column)) {
              return;
            }
            Type was = before.field(before.require(column)).type();
            String needs =
                "view '%s' reads it for %s".formatted(view.name(), String.join(", ", features));
            if (!after.has(column)) {
              problems.add(
                  new Problem(
                      "data.sources." + view.source(),
                      "the column '%s' is gone; %s".formatted(column, needs),
                      "the column, or a new version without these features"));
            } else if (after.field(after.require(column)).type() != was) {
              problems.add(
                  new Problem(
                      "data.sources." + view.source(),
                      "the column '%s' was a %s and is a %s now; %s"
                          .formatted(
                              column,
                              was.word(),
                              after.field(after.require(column)).type().word(),
                              needs),
                      "types: {%s: %s}, or a new version".formatted(column, was.word())));
            }
          });
    }
    return List.copyOf(problems);
  }

  /// The names of the model inputs, in order.
  public List<String> inputNames() {
    return row.names().subList(0, inputs);
  }

  /// What a reader of the plan should know: what was left out and why, which sources are a risk.
  public List<String> notes() {
    return FeatureProgram.compile(useCase, schemas).notes();
  }
}
