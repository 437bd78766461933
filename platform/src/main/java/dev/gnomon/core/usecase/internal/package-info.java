/// The form of the use-case file: one table of keys, from which the reader, the JSON Schema and the
/// reference page follow.
@NullMarked
package dev.gnomon.core.usecase.internal;

import org.jspecify.annotations.NullMarked;
