package dev.gnomon.core;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/// The input is valid, but a rule says no: a gate, a blocking check, a leak.
///
/// A command ends with exit code 1. Every reason is listed.
public final class Refusal extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<Problem> reasons;

  public Refusal(List<Problem> reasons) {
    super(
        reasons.stream().map(Problem::line).collect(Collectors.joining("\n")), null, false, false);
    this.reasons = List.copyOf(reasons);
    if (this.reasons.isEmpty()) {
      throw new IllegalArgumentException("a refusal must give at least one reason");
    }
  }

  public Refusal(String place, String found, String valid) {
    this(List.of(new Problem(place, found, valid)));
  }

  public List<Problem> reasons() {
    return reasons;
  }
}
