/// The one expression language: costs, `where`, `derived`, `fallback`, checks and gates.
@NullMarked
package dev.gnomon.expression;

import org.jspecify.annotations.NullMarked;
