/// The rules of tracking over any store: limits, error texts, what follows from what.
@NullMarked
package dev.gnomon.tracking.internal;

import org.jspecify.annotations.NullMarked;
