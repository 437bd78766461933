package dev.gnomon.serving;

/// What happened after a decision.
///
/// @param position of the decision in the decision log
/// @param happened whether the positive outcome came about
/// @param at when it was known, microseconds
public record Outcome(long position, boolean happened, long at) {}
