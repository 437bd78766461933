@NullMarked
package dev.gnomon.engines.s3;

import org.jspecify.annotations.NullMarked;
