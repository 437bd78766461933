package dev.gnomon.models.trees;

import dev.gnomon.models.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a model made of trees computes: base + (sum of the leaves) / divisor, for programs that
/// write it down in another form.
///
/// @param single whether the sum runs in single precision, base first, and not in double
public record TreeSum(List<Tree> trees, int inputs, double base, double divisor, boolean single) {
  public TreeSum {
    trees = List.copyOf(trees);
  }

  /// Empty for a model that is no such sum.
  public static Optional<TreeSum> of(Model model) {
    if (!(model instanceof TreeBased based)) {
      return Optional.empty();
    }
    Trees all = based.trees();
    List<Tree> trees = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      trees.add(all.tree(i));
    }
    return Optional.of(
        new TreeSum(
            trees, all.inputs(), based.base(), based.divisor(), model instanceof TreeEnsemble));
  }
}
