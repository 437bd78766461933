package dev.gnomon.training.validation;

/// Positions to learn from, and positions to be scored by what was learned; both ascending.
public record Fold(int[] train, int[] test) {}
