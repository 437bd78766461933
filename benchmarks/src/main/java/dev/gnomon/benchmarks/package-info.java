/// How fast the hot paths are; see README.md of this module for how to run and compare.
@NullMarked
package dev.gnomon.benchmarks;

import org.jspecify.annotations.NullMarked;
