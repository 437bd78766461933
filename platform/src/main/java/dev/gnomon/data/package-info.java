/// Columns in memory, where they come from, and what must hold of them.
@NullMarked
package dev.gnomon.data;

import org.jspecify.annotations.NullMarked;
