/// The steps from features to model inputs: recipes that are fitted on training rows, and the
/// fitted steps a bundle carries.
///
/// The column stage turns each feature into numbers, the matrix stage works on the row of numbers.
/// A step is applied to one row at a time, for one request and for a million rows alike.
@NullMarked
package dev.gnomon.models.transforms;

import org.jspecify.annotations.NullMarked;
