/// Scoring many rows at once, from files to a file: the same model, policy and features as the
/// server's, in chunks that survive a kill.
@NullMarked
package dev.gnomon.scoring;

import org.jspecify.annotations.NullMarked;
