/// Watching decisions: what moved, how good they turned out, what they cost, and what to do.
@NullMarked
package dev.gnomon.monitoring;

import org.jspecify.annotations.NullMarked;
