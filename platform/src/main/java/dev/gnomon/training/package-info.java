/// From a training set to a model version that was proved on data it has not seen: splits, leak
/// rules, candidates, operating points, evaluation, gates.
@NullMarked
package dev.gnomon.training;

import org.jspecify.annotations.NullMarked;
