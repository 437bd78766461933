/// Rules about who may use whom, checked over every module the distribution holds.
@NullMarked
package dev.gnomon.architecture;

import org.jspecify.annotations.NullMarked;
