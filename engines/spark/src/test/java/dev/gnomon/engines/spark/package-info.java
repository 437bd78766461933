@NullMarked
package dev.gnomon.engines.spark;

import org.jspecify.annotations.NullMarked;
