package dev.gnomon.models.trees;

import dev.gnomon.core.BadInput;
import dev.gnomon.models.Model;
import java.util.List;

/// A model that XGBoost or LightGBM saved somewhere else, and what its file says of its inputs.
///
/// The file is data from outside: it is bounded by its own size, positions are checked, and what
/// can't be scored exactly is refused by name.
///
/// @param objective as the file names it
/// @param features of the model, in the order of its inputs; empty where the file says nothing of
///   them
public record ImportedTrees(Model model, Format format, String objective, List<Feature> features) {
  /// The kinds of files.
  public enum Format {
    XGBOOST_JSON,
    XGBOOST_UBJSON,
    LIGHTGBM_TEXT
  }

  /// One input of a model.
  ///
  /// @param type what the file says of it, `NUMBER` where it says nothing
  /// @param categories those the model was trained on, ascending, where the file lists them
  public record Feature(String name, FeatureType type, List<Integer> categories) {
    public Feature {
      categories = List.copyOf(categories);
    }
  }

  /// What an input takes.
  public enum FeatureType {
    /// Any number; missing as NaN.
    NUMBER,
    /// Whole numbers.
    INTEGER,
    /// 0 or 1.
    FLAG,
    /// The number of a category, from 0.
    CATEGORY
  }

  public ImportedTrees {
    features = List.copyOf(features);
  }

  /// Reads a file of any of the [formats][Format], found by its content.
  ///
  /// @param place names the file in an error
  /// @throws BadInput when it is none of them, is damaged, or can't be scored exactly
  public static ImportedTrees of(byte[] bytes, String place) {
    int first = 0;
    while (first < bytes.length && Character.isWhitespace(bytes[first])) {
      first++;
    }
    if (first == bytes.length) {
      throw new BadInput(place, "the file is empty", VALID);
    }
    return switch (bytes[first]) {
      case '{' -> TreeEnsemble.imported(bytes, place);
      case 't' -> LightgbmEnsemble.imported(bytes, place);
      default -> throw new BadInput(place, "it begins with neither '{' nor 'tree'", VALID);
    };
  }

  /// The model alone.
  ///
  /// @throws BadInput as [#of] does
  public static Model read(byte[] bytes, String place) {
    return of(bytes, place).model();
  }

  private static final String VALID =
      "a model saved by XGBoost (JSON or UBJSON) or by LightGBM (text)";
}
