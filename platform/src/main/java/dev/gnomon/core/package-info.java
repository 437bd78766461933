/// What every capability shares: problems with a place, and the words of the use-case file.
@NullMarked
package dev.gnomon.core;

import org.jspecify.annotations.NullMarked;
