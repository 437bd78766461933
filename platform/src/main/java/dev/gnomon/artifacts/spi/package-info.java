/// What an engine implements to keep artifacts.
@NullMarked
package dev.gnomon.artifacts.spi;

import org.jspecify.annotations.NullMarked;
