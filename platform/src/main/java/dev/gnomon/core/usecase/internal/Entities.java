package dev.gnomon.core.usecase.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The entities of the frame.
///
/// @param primary what the decision is about
/// @param others further ones
record Entities(String primary, Set<String> others) {
  static Entities of(Fields frame) {
    return new Entities(frame.text("entity", "row"), frame.sectionOrNone("entities").keys());
  }

  boolean has(String name) {
    return name.equals(primary) || others.contains(name);
  }

  List<String> all() {
    List<String> all = new ArrayList<>(List.of(primary));
    all.addAll(others);
    return all;
  }
}
