package dev.gnomon.training;

import dev.gnomon.models.FittedPreprocessing;
import dev.gnomon.models.Model;
import java.util.List;
import java.util.Map;

/// A model that was fitted elsewhere, with what brings the features of a use case to its inputs.
///
/// @param name of the format, where a candidate has the name of its trainer
/// @param origin where it comes from, by name, for the lineage
/// @param notes for people
public record Given(
    String name,
    FittedPreprocessing preprocessing,
    Model model,
    Map<String, String> origin,
    List<String> notes) {
  public Given {
    origin = Map.copyOf(origin);
    notes = List.copyOf(notes);
  }
}
