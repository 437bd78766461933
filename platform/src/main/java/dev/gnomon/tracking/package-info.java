/// Studies and their runs with parameters, metrics, tags, data sets and artifacts; registered
/// models with versions, aliases and stages. What MLflow's clients read and write, and what
/// training writes.
@NullMarked
package dev.gnomon.tracking;

import org.jspecify.annotations.NullMarked;
