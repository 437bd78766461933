@NullMarked
package dev.gnomon.registry.internal;

import org.jspecify.annotations.NullMarked;
