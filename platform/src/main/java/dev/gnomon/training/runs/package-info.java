/// What training leaves in tracking: a run per training, per candidate and per trial, with the
/// machine, the code and the data they came from.
@NullMarked
package dev.gnomon.training.runs;

import org.jspecify.annotations.NullMarked;
