package dev.gnomon.server.pages;

import dev.gnomon.core.html.Html;
import dev.gnomon.tracking.Stage;

/// How registered models and their versions are written on pages; everything returned is HTML.
final class ModelWords {
  static final String CHAMPION = "champion";

  private ModelWords() {}

  static Address address(String model) {
    return Address.of("models", model);
  }

  static Address address(String model, int version) {
    return Address.of("models", model, "versions", Integer.toString(version));
  }

  static String link(String model, int version) {
    return "<a href=\"%s\">%s version %d</a>"
        .formatted(address(model, version).html(), Html.escape(Words.cut(model, 120)), version);
  }

  /// The number of a version, leading to its page.
  static String number(String model, int version) {
    return "<a href=\"%s\">%d</a>".formatted(address(model, version).html(), version);
  }

  /// The one that decides is marked.
  static String alias(String alias) {
    return "<span class=\"badge %s\">%s</span>"
        .formatted(alias.equals(CHAMPION) ? "ok" : "info", Html.escape(Words.cut(alias, 60)));
  }

  static String stage(Stage stage) {
    return stage == Stage.NONE ? "\u2013" : stage.word();
  }
}
