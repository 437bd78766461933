/// What a driver implements on that computes training sets elsewhere than in one process, and what
/// a shared online store implements.
@NullMarked
package dev.gnomon.features.spi;

import org.jspecify.annotations.NullMarked;
