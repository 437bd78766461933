/// Rows added to or taken from one fit because one class is rare. Pure functions of the rows of
/// that fit, a seed, and nothing else.
@NullMarked
package dev.gnomon.training.resampling;

import org.jspecify.annotations.NullMarked;
