/// Artifacts in a directory, and what all stores share.
@NullMarked
package dev.gnomon.artifacts.internal;

import org.jspecify.annotations.NullMarked;
