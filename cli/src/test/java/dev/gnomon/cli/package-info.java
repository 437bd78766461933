@NullMarked
package dev.gnomon.cli;

import org.jspecify.annotations.NullMarked;
