/// Tree ensembles, read from the files of the libraries that trained them and scored without them.
@NullMarked
package dev.gnomon.models.trees;

import org.jspecify.annotations.NullMarked;
