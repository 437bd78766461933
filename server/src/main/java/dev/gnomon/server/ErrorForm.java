package dev.gnomon.server;

import dev.gnomon.core.Problem;
import java.util.List;

/// How a surface words its errors: clients of other systems expect theirs.
public interface ErrorForm {
  /// @param detail a sentence for people
  /// @param errors every problem with its place; empty when `detail` says it all
  Answer answer(int status, String title, String detail, List<Problem> errors);

  /// Where an error has this form: one line for `/openapi.json`.
  String description();

  /// The media type of an error.
  String contentType();
}
