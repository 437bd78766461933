/// One file that holds all state of a home, taken while it is in use.
@NullMarked
package dev.gnomon.backup;

import org.jspecify.annotations.NullMarked;
