package dev.gnomon.training;

import java.util.List;

/// What a training run knows besides the evaluation: figures of this machine, and rows that must
/// not travel with a bundle. It stands in the report of the home and in what `train` prints.
///
/// @param footprints per candidate, in the order of the evaluation's candidates
/// @param choice why the chosen one, in sentences
/// @param mistakes the worst of the test part
public record Aside(List<Footprint> footprints, List<String> choice, List<Mistake> mistakes) {
  public Aside {
    footprints = List.copyOf(footprints);
    choice = List.copyOf(choice);
    mistakes = List.copyOf(mistakes);
  }

  public static Aside none() {
    return new Aside(List.of(), List.of(), List.of());
  }
}
