/// What a model version is, for those who rely on it: its card.
@NullMarked
package dev.gnomon.training.card;

import org.jspecify.annotations.NullMarked;
