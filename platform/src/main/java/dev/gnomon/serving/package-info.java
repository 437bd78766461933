/// Deciding live: features and model to decision and record, event and outcome intake, and the
/// state rebuilt from the logs.
@NullMarked
package dev.gnomon.serving;

import org.jspecify.annotations.NullMarked;
