package dev.gnomon.learners.trees;

/// When and how a node is split.
///
/// @param maxDepth edges from the root to the deepest leaf
/// @param maxLeaves 0 for any number; else the node whose split gains most is split next
/// @param minSplit rows a node needs to be split
/// @param minLeaf rows a child must have
/// @param features how many inputs are tried per node; all of them are tried in order, fewer are
///   drawn without replacement, and on beyond this number until one is not constant in the node
/// @param randomThresholds one random threshold per input instead of the best one
record Growth(
    Criterion criterion,
    int maxDepth,
    int maxLeaves,
    int minSplit,
    int minLeaf,
    int features,
    boolean randomThresholds) {

  /// How mixed a node is. Gini and the variance of 0/1 targets differ by a factor of two only and
  /// choose the same splits.
  enum Criterion {
    GINI,
    ENTROPY,
    VARIANCE;

    /// The impurity of weight `w` with the sum of targets `s` and of their squares `q`; in bits for
    /// entropy.
    double impurity(double w, double s, double q) {
      double p = s / w;
      return switch (this) {
        case GINI -> 2 * p * (1 - p);
        case ENTROPY -> -(plogp(p) + plogp(1 - p));
        case VARIANCE -> Math.max(0, q / w - p * p);
      };
    }

    /// What a split should make large: minus weight x impurity of both sides, up to a constant.
    double gain(double w, double s) {
      return this == ENTROPY ? w * (plogp(s / w) + plogp(1 - s / w)) : s * s / w;
    }

    private static double plogp(double p) {
      return p <= 0 ? 0 : p * Math.log(p) * 1.4426950408889634;
    }
  }
}
