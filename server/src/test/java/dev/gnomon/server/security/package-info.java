@NullMarked
package dev.gnomon.server.security;

import org.jspecify.annotations.NullMarked;
