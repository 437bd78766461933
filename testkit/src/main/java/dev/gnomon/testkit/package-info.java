/// Contracts that every engine's tests extend, and a clock that tests set.
@NullMarked
package dev.gnomon.testkit;

import org.jspecify.annotations.NullMarked;
