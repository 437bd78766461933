package dev.gnomon.models.spi;

import dev.gnomon.models.Model;
import java.util.List;

/// A model that another tool fitted, before it is known which features feed it.
///
/// @param format in words, with the version where it matters
/// @param inputs in the order of the model
public record ForeignModel(String format, List<Input> inputs, Build build) {
  public ForeignModel {
    inputs = List.copyOf(inputs);
  }

  /// What an input takes.
  public enum Kind {
    /// Numbers, NaN where missing.
    NUMBER,
    /// Whole numbers, which can't be missing.
    WHOLE,
    /// Texts as they are.
    TEXT,
    /// The position of a text among stated categories, NaN where missing or unknown.
    CATEGORY
  }

  /// @param name empty when the file states none
  /// @param levels texts the model knows of this input, in its order; may be empty
  public record Input(String name, Kind kind, List<String> levels) {
    public Input {
      levels = List.copyOf(levels);
    }
  }

  /// Makes the model once its inputs are settled.
  public interface Build {
    /// @param inputs as those of the file, with the texts that each may have: a text input gets the
    ///   position of its text among them, -1 where missing, their number where it is another one
    /// @param usual the usual row, against which single decisions are explained
    Model model(List<Input> inputs, float[] usual);
  }
}
