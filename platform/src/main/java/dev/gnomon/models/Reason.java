package dev.gnomon.models;

import org.jspecify.annotations.Nullable;

/// What one feature added to the log-odds of a decision, before calibration.
///
/// @param value a Double, a String, or null when missing
/// @param contribution all its model inputs taken together; positive raises the score
/// @param text the same for people: `plan 'basic' raises the score`
public record Reason(String feature, @Nullable Object value, double contribution, String text) {}
