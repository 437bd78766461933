/// What is told about single requests: traces, and decisions that took too long.
@NullMarked
package dev.gnomon.server.telemetry;

import org.jspecify.annotations.NullMarked;
