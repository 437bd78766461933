package dev.gnomon.features;

import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.features.internal.FeatureProgram;
import dev.gnomon.schema.Schema;
import java.util.List;
import java.util.Map;

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

  /// The names of the model inputs, in order.
  public List<String> inputNames() {
    return row.names().subList(0, inputs);
  }

  /// What a reader of the plan should know: what was left out and why, which sources are a risk.
  public List<String> notes() {
    return FeatureProgram.compile(useCase, schemas).notes();
  }
}
