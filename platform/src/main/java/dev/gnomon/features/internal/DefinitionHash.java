package dev.gnomon.features.internal;

import dev.gnomon.core.usecase.SourceSpec;
import dev.gnomon.expression.Expression;
import dev.gnomon.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The canonical text of what features mean, and its hash: the version of a feature view. Names of
/// files are no part of it, so that the same definition on other data is the same version.
final class DefinitionHash {
  private final List<String> lines = new ArrayList<>();

  void line(String... parts) {
    // Lengths keep two lists of parts from giving one text.
    StringBuilder line = new StringBuilder();
    for (String part : parts) {
      line.append(part.length()).append(':').append(part).append(' ');
    }
    lines.add(line.toString());
  }

  void source(SourceSpec source) {
    read(source, source.columns().keySet());
  }

  /// How a source is read; of the computed columns only those named.
  void read(SourceSpec source, Set<String> read) {
    line(
        "source",
        source.name(),
        source.kind().name(),
        source.key().orElse(""),
        source.eventTime().orElse(""),
        source.knownAt().orElse(""),
        source.id().orElse(""),
        source.deleted().orElse(""),
        Boolean.toString(source.isStatic()),
        source.where().map(Expression::canonical).orElse(""));
    source
        .columns()
        .forEach((name, expression) -> {
          if (read.contains(name)) {
            computed(source, name, expression);
          }
        });
    entities(source);
  }

  private void computed(SourceSpec source, String name, Expression expression) {
    line("computed", source.name(), name, expression.canonical());
  }

  /// Nothing for a source of the frame's entity, which keeps the hash it always had.
  private void entities(SourceSpec source) {
    source.entities().forEach((entity, column) -> line("keyed", source.name(), entity, column));
  }

  /// Of a view by itself.
  String hash() {
    ContentHash hash = new ContentHash();
    hash.text("gnomon view 1");
    lines.forEach(hash::text);
    return hash.hex();
  }

  String hash(Schema row, int inputs) {
    ContentHash hash = new ContentHash();
    hash.text("gnomon feature view 1");
    lines.forEach(hash::text);
    row.fields().forEach(field -> hash.text(field.name() + " " + field.type().word()));
    hash.number(inputs);
    return hash.hex();
  }
}
