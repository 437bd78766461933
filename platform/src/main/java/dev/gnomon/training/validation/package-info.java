/// Folds, and what curves over sizes and settings say.
@NullMarked
package dev.gnomon.training.validation;

import org.jspecify.annotations.NullMarked;
