/// The registry in a Postgres database that several nodes share.
@NullMarked
package dev.gnomon.engines.postgres;

import org.jspecify.annotations.NullMarked;
