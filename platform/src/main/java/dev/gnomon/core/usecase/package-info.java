/// The use-case file as records: what a team states about one decision.
@NullMarked
package dev.gnomon.core.usecase;

import org.jspecify.annotations.NullMarked;
