package dev.gnomon.core.usecase.internal;

/// One key of the use-case file.
///
/// @param doc what it says, in a sentence for the reference page
/// @param byDefault what holds when it is left out; empty when nothing does
/// @param required whether the section can't stand without it
/// @param later known to the design, but not supported yet: refused by name
public record Key(
    String name, Shape shape, String doc, String byDefault, boolean required, boolean later) {

  static Key of(String name, Shape shape, String doc) {
    return new Key(name, shape, doc, "", false, false);
  }

  static Key later(String name, String doc) {
    return new Key(name, new Shape.Text("", "not supported yet"), doc, "", false, true);
  }

  Key byDefault(String value) {
    return new Key(name, shape, doc, value, required, later);
  }

  Key must() {
    return new Key(name, shape, doc, byDefault, true, later);
  }
}
