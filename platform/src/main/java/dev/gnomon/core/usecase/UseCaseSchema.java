package dev.gnomon.core.usecase;

import dev.gnomon.core.usecase.internal.FormDocuments;

/// What the use-case file may hold, for editors and for readers. Generated from the table of keys
/// that [UseCaseReader] uses.
public final class UseCaseSchema {
  private UseCaseSchema() {}

  /// A JSON Schema (draft 2020-12), indented, with a line break at the end. Keys that are not
  /// supported yet are listed and refused.
  public static String json() {
    return FormDocuments.json();
  }

  /// The reference page, in Markdown.
  public static String page() {
    return FormDocuments.page();
  }
}
