/// Files of runs and models under paths, kept once per content, checked when read.
@NullMarked
package dev.gnomon.artifacts;

import org.jspecify.annotations.NullMarked;
