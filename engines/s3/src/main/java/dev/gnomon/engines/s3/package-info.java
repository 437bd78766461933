/// Artifacts in an object store that speaks S3.
@NullMarked
package dev.gnomon.engines.s3;

import org.jspecify.annotations.NullMarked;
