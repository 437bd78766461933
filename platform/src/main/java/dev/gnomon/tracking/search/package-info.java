/// What clients ask of tracking: filters and orders in MLflow's grammar, read into a small tree of
/// records that a store can compile or evaluate.
@NullMarked
package dev.gnomon.tracking.search;

import org.jspecify.annotations.NullMarked;
