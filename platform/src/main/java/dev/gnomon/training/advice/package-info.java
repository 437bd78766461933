/// What follows from a use-case file and its data, by the rules of the field, each with a reason
/// and a source.
@NullMarked
package dev.gnomon.training.advice;

import org.jspecify.annotations.NullMarked;
