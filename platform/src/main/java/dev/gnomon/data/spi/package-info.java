/// What an engine that decodes files implements.
@NullMarked
package dev.gnomon.data.spi;

import org.jspecify.annotations.NullMarked;
