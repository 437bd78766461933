package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;

/// How registered models and their versions are written on pages.
final class ModelWords {
  private ModelWords() {}

  static Address address(String model) {
    return Address.of("models", model);
  }

  static Address address(String model, int version) {
    return Address.of("models", model, "versions", Integer.toString(version));
  }

  /// HTML.
  static String link(String model, int version) {
    return "<a href=\"%s\">%s version %d</a>"
        .formatted(address(model, version).html(), Html.escape(Words.cut(model, 120)), version);
  }
}
