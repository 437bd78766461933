/// Takes over what other tracking servers keep.
@NullMarked
package dev.gnomon.tracking.transfer;

import org.jspecify.annotations.NullMarked;
