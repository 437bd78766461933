package dev.gnomon.training.advice;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// One rule of the field: when it applies, what it then says, and why.
///
/// @param id unique, `[a-z-]+`
/// @param when the condition in words, for the page of rules
/// @param says what to do, with the figures of this case; empty where the rule does not apply
/// @param reason why, in a sentence
/// @param source who says so: a paper, a standard, or the custom of the field
record Rule(
    Step step,
    String id,
    Severity severity,
    String when,
    Function<Facts, Optional<String>> says,
    String reason,
    String source) {

  Optional<Finding> find(Facts facts) {
    return says.apply(facts).map(text -> new Finding(step, id, severity, text, reason, source));
  }

  /// What `says` gives where a rule applies or not.
  static Optional<String> when(boolean applies, String text) {
    return applies ? Optional.of(text) : Optional.empty();
  }

  /// The same for a text whose figures exist only where the rule applies.
  static Optional<String> when(boolean applies, Supplier<String> text) {
    return applies ? Optional.of(text.get()) : Optional.empty();
  }
}
