/// How features are computed: the compiled program, partitioned records, and the sweep over the
/// events of a key.
@NullMarked
package dev.gnomon.features.internal;

import org.jspecify.annotations.NullMarked;
