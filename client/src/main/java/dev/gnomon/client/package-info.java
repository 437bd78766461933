/// Asks a running server: decisions, events, outcomes, features. For applications of others: no
/// dependency and nothing newer than Java 17.
@NullMarked
package dev.gnomon.client;

import org.jspecify.annotations.NullMarked;
