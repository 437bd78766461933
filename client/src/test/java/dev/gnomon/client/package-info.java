@NullMarked
package dev.gnomon.client;

import org.jspecify.annotations.NullMarked;
