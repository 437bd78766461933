package dev.gnomon.models.transforms;

import dev.gnomon.core.BadInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Finds the inputs of two features and pairs each of one with each of the other: the product of
/// two numbers, the slope of a number per level, or the combinations of two levels.
final class Interactions {
  private static final int MOST = 10_000;

  private Interactions() {}

  /// @return empty when nothing is left to be paired
  static Optional<MatrixStep> fit(
      Columns columns, List<List<String>> pairs, List<String> features) {
    List<Integer> left = new ArrayList<>();
    List<Integer> right = new ArrayList<>();
    TreeSet<String> seen = new TreeSet<>();
    for (List<String> pair : pairs) {
      int a = features.indexOf(pair.getFirst());
      int b = features.indexOf(pair.getLast());
      for (int i = 0; i < columns.width(); i++) {
        for (int j = a == b ? i : 0; j < columns.width(); j++) {
          boolean wanted = of(columns, i, a) && of(columns, j, b);
          // The square of a flag is the flag, and two levels of one column never meet.
          boolean fresh =
              wanted
                  && !(a == b && columns.input(i).kind() == Input.Kind.INDICATOR)
                  && !(a == b && columns.input(j).kind() == Input.Kind.INDICATOR)
                  && seen.add(Math.min(i, j) + "," + Math.max(i, j));
          if (fresh) {
            left.add(i);
            right.add(j);
          }
        }
      }
      if (left.size() > MOST) {
        throw new BadInput(
            "models.preprocessing.interactions",
            "%s make more than %,d inputs".formatted(pair, MOST),
            "columns with fewer levels, or `encode: target` for them");
      }
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Products(
                columns.width(),
                left.stream().mapToInt(Integer::intValue).toArray(),
                right.stream().mapToInt(Integer::intValue).toArray()));
  }

  /// The inputs of a feature; of a number not its flags.
  private static boolean of(Columns columns, int input, int feature) {
    return columns.input(input).sources()[0] == feature
        && (columns.input(input).isQuantity()
            || columns.inputs().stream()
                .noneMatch(other -> other.sources()[0] == feature && other.isQuantity()));
  }
}
