package dev.gnomon.tracking.search;

/// One comparison of a filter. It fails where the field is missing: `params.a != 'x'` finds what
/// has a parameter `a` of another value.
///
/// @param orMissing whether it also holds where the field is missing. Only for `!=` on the tag
///   `mlflow.prompt.is_prompt`, by which MLflow's clients leave prompts out of lists of models
public record Condition(Field field, Comparison comparison, boolean orMissing) {}
