/// What an engine implements to keep the registry.
@NullMarked
package dev.gnomon.registry.spi;

import org.jspecify.annotations.NullMarked;
