/// Models that keep rows: nearest neighbours and support vectors.
@NullMarked
package dev.gnomon.models.instances;

import org.jspecify.annotations.NullMarked;
