package dev.gnomon.core.usecase;

import java.util.Map;

/// Step 3, `data`: either one flat labelled table (under the name `table`), or sources by name in
/// the order of the file.
public record DataSection(Map<String, SourceSpec> sources) {

  /// The name under which a flat table is kept in [#sources].
  public static final String TABLE = "table";

  public boolean isFlatTable() {
    return sources.size() == 1
        && sources.values().iterator().next().kind() == SourceSpec.Kind.TABLE;
  }

  /// The source of that name.
  ///
  /// @throws IllegalArgumentException naming the sources there are
  public SourceSpec require(String name) {
    SourceSpec found = sources.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "no source '%s'; there are %s".formatted(name, String.join(", ", sources.keySet())));
    }
    return found;
  }
}
