/// Trees of our own on binned columns: grown, pruned, bagged and boosted.
@NullMarked
package dev.gnomon.learners.trees;

import org.jspecify.annotations.NullMarked;
