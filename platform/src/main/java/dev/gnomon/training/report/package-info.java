/// The evaluation as one page that opens offline, and as JSON.
@NullMarked
package dev.gnomon.training.report;

import org.jspecify.annotations.NullMarked;
