package dev.gnomon.core.usecase.internal;

import dev.gnomon.core.usecase.FeatureSection.View;

/// A view in a file of its own, whose form is right.
///
/// @param context of that file: its folder, its problems
record ViewFile(Fields fields, Context context) {
  String source() {
    return fields.section("source").flatMap(source -> source.text("name")).orElseThrow();
  }

  View view() {
    return view(fields, source(), true);
  }

  /// What the keys of a view say.
  static View view(Fields fields, String source, boolean shared) {
    return new View(
        source,
        fields.text("name").orElse(source),
        fields.text("owner"),
        fields.text("description"),
        fields.span("ttl"),
        fields.span("freshness"),
        shared);
  }
}
