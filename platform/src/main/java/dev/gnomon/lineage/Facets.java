package dev.gnomon.lineage;

import dev.gnomon.core.CanonicalJson;
import tools.jackson.databind.node.ObjectNode;

/// What every facet and event carries.
final class Facets {
  /// Who says so; raised with every release.
  static final String PRODUCER = "urn:gnomon:0.1.0";

  static final String EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

  private Facets() {}

  /// An empty facet of the standard.
  ///
  /// @param version of the facet's definition, such as `1-0-1`
  static ObjectNode facet(String version, String name) {
    return CanonicalJson.object()
        .put("_producer", PRODUCER)
        .put(
            "_schemaURL",
            "https://openlineage.io/spec/facets/%s/%s.json#/$defs/%s"
                .formatted(version, name, name));
  }

  /// An empty facet of our own; its name in an event begins with `gnomon_`.
  static ObjectNode own(String name) {
    return CanonicalJson.object()
        .put("_producer", PRODUCER)
        .put("_schemaURL", PRODUCER + ":facet:" + name);
  }
}
