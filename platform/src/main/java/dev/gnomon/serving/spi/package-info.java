/// What an engine implements that feeds sources from streams.
@NullMarked
package dev.gnomon.serving.spi;

import org.jspecify.annotations.NullMarked;
