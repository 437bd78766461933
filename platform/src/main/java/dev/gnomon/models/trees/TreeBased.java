package dev.gnomon.models.trees;

import dev.gnomon.models.Model;

/// A model whose raw output is a base plus the sum of its trees over a divisor.
sealed interface TreeBased extends Model permits TreeEnsemble, LightgbmEnsemble, Forest {
  Trees trees();

  /// What a row without any tree would get.
  double base();

  /// 1 where trees are summed, their number where they are averaged.
  double divisor();
}
