/// What an engine implements to keep studies, runs and registered models: rows without rules. The
/// rules are applied before, by [dev.gnomon.tracking.Tracking] over any store.
@NullMarked
package dev.gnomon.tracking.spi;

import org.jspecify.annotations.NullMarked;
