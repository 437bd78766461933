/// What a driver implements on, that computes training sets elsewhere than in one process.
@NullMarked
package dev.gnomon.features.spi;

import org.jspecify.annotations.NullMarked;
