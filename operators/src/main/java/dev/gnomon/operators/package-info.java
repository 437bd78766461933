/// The feature operators: exact sums, windows, and aggregates that slide, merge and finish alike in
/// back-fill, in the stream and on request.
@NullMarked
package dev.gnomon.operators;

import org.jspecify.annotations.NullMarked;
