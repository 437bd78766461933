/// The command line: [Main], one class per command, and what they share.
@NullMarked
package dev.gnomon.cli;

import org.jspecify.annotations.NullMarked;
