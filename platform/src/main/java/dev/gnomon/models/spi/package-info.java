/// What a learner implements.
@NullMarked
package dev.gnomon.models.spi;

import org.jspecify.annotations.NullMarked;
