/// What was trained and what is live: bundles, model versions, aliases, runs, and the ledger of
/// every change to them.
@NullMarked
package dev.gnomon.registry;

import org.jspecify.annotations.NullMarked;
