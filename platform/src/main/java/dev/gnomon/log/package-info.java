/// Append-only logs on disk that survive a killed process and report a full disk as an error.
@NullMarked
package dev.gnomon.log;

import org.jspecify.annotations.NullMarked;
