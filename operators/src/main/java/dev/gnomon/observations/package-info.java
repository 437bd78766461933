/// Which observations a key has, what was known at each and what turned out: the part of a
/// back-fill that is the same in one process and inside the executors of a cluster.
@NullMarked
package dev.gnomon.observations;

import org.jspecify.annotations.NullMarked;
