/// Metrics, tests, intervals and drift measures; every definition is named, because two programs
/// rarely mean the same by one word.
@NullMarked
package dev.gnomon.stats;

import org.jspecify.annotations.NullMarked;
