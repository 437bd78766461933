package dev.gnomon.features;

import dev.gnomon.core.usecase.UseCase;
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

  /// The names of the model inputs, in order.
  public List<String> inputNames() {
    return row.names().subList(0, inputs);
  }
}
