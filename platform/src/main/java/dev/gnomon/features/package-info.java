/// Features from sources: the plan compiled from the use case, point-in-time back-fill, and the
/// same operators online.
@NullMarked
package dev.gnomon.features;

import org.jspecify.annotations.NullMarked;
