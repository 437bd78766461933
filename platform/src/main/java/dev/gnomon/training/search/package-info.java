/// Searching for good settings: spaces, ways to choose the next trial, and the trials themselves.
@NullMarked
package dev.gnomon.training.search;

import org.jspecify.annotations.NullMarked;
