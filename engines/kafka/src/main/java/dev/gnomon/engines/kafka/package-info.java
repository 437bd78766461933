/// Rows of sources from Kafka topics.
@NullMarked
package dev.gnomon.engines.kafka;

import org.jspecify.annotations.NullMarked;
