package dev.gnomon.cli;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Problem;
import dev.gnomon.core.usecase.UseCaseReader;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Questions at a terminal or over a pipe, one line each: an empty line takes the default, a wrong
/// answer is asked for again, saying what is valid.
final class Questions {
  /// Answers a person gives for "nothing".
  static final String NONE = "none";

  private final PrintStream out;
  private final BufferedReader in;

  Questions(PrintStream out, InputStream in) {
    this.out = out;
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  /// Says something without asking.
  void say(String text) {
    out.println(text);
  }

  /// @param why one line of explanation
  /// @param usual what an empty line means
  /// @param wrong what is wrong with an answer and what would be valid; empty for a valid one
  /// @throws BadInput when the answers end before the questions do
  String ask(String question, String why, String usual, Function<String, Optional<String>> wrong) {
    while (true) {
      out.printf("%s%n  (%s) [%s]: ", question, why, usual);
      out.flush();
      String line = line(question);
      String answer = line.isBlank() ? usual : line.strip();
      Optional<String> problem = wrong.apply(answer);
      out.println();
      if (problem.isEmpty()) {
        return answer;
      }
      out.println("  ! " + problem.get());
      if (line.isBlank() && answer.equals(usual)) {
        out.println("  ! there is no default here");
      }
    }
  }

  private String line(String question) {
    try {
      String line = in.readLine();
      if (line == null) {
        throw new BadInput(
            "the answers",
            "they end at '" + question + "'; nothing was written",
            "an answer to every question; an empty line takes what stands in brackets");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One of some words.
  static Function<String, Optional<String>> oneOf(List<String> words) {
    return answer ->
        words.contains(answer)
            ? Optional.empty()
            : Optional.of("'%s'; one of %s".formatted(answer, String.join(", ", words)));
  }

  /// `none`, or what another rule allows.
  static Function<String, Optional<String>> orNone(Function<String, Optional<String>> rule) {
    return answer -> answer.equals(NONE) ? Optional.empty() : rule.apply(answer);
  }

  /// What the reader of use-case files says of a small file with the answer in it: every word and
  /// unit is judged where it is defined.
  ///
  /// @param lines of a use-case file besides version and name; `%s` is the answer
  static Function<String, Optional<String>> grammar(String lines) {
    return answer -> {
      String text = "gnomon: 1\nname: draft\n" + lines.replace("%s", answer);
      try {
        UseCaseReader.parse(text, Path.of("draft.yaml"));
        return Optional.empty();
      } catch (BadInput wrong) {
        Problem first = wrong.problems().getFirst();
        return Optional.of(first.found() + "; " + first.valid());
      }
    };
  }

  /// The parts of an answer that lists something; none of `none`.
  static List<String> list(String answer) {
    if (answer.equals(NONE) || answer.isBlank()) {
      return List.of();
    }
    return java.util.Arrays.stream(answer.split(",", -1)).map(String::strip).toList();
  }
}
