package dev.gnomon.core;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;

/// The user's file, data or request can't be used. Carries all problems found, not only the first.
///
/// A command ends with exit code 2, an HTTP request with a 4xx problem document.
public final class BadInput extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public BadInput(List<Problem> problems) {
    super(
        problems.stream().map(Problem::line).collect(Collectors.joining("\n")), null, false, false);
    this.problems = List.copyOf(problems);
    if (this.problems.isEmpty()) {
      throw new IllegalArgumentException("bad input must name at least one problem");
    }
  }

  public BadInput(String place, String found, String valid) {
    this(List.of(new Problem(place, found, valid)));
  }

  public List<Problem> problems() {
    return problems;
  }
}
