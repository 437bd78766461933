/// Online features that several nodes share, in Redis.
@NullMarked
package dev.gnomon.engines.redis;

import org.jspecify.annotations.NullMarked;
