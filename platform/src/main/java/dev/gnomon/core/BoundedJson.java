package dev.gnomon.core;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;

/// Rows and requests as JSON from outside: each name once in an object, depth and lengths bounded.
public final class BoundedJson {
  private BoundedJson() {}

  /// For what is read with these bounds; each kind of input has a factory of its own, which
  /// remembers the names it meets.
  public static JsonFactoryBuilder builder() {
    return JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .streamReadConstraints(
            StreamReadConstraints.builder()
                .maxNestingDepth(32)
                .maxStringLength(65_536)
                .maxNumberLength(400)
                .build());
  }
}
