package dev.gnomon.serving;

import dev.gnomon.core.Problem;
import java.util.List;
import java.util.stream.Collectors;

/// Rows or inputs are well-formed, but a check with `on-failure: block` says no. Nothing was taken.
public final class ChecksFailed extends RuntimeException {
  @java.io.Serial private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public ChecksFailed(List<Problem> problems) {
    super(
        problems.stream().map(Problem::line).collect(Collectors.joining("\n")), null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
