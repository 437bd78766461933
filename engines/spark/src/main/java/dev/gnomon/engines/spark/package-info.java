/// Training sets computed inside Spark executors by the very operators of the other drivers.
///
/// Executors need this jar and that of the operators; the driver needs the platform, too.
@NullMarked
package dev.gnomon.engines.spark;

import org.jspecify.annotations.NullMarked;
