/// Searches of tracking as SQL.
@NullMarked
package dev.gnomon.engines.tracking.search;

import org.jspecify.annotations.NullMarked;
