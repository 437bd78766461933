package dev.gnomon.training.advice;

/// What a rule says about one use case.
///
/// @param id of the rule
public record Finding(
    Step step, String id, Severity severity, String advice, String reason, String source) {}
