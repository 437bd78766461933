/// Models in ONNX: reading, scoring, and bundles written in that format.
@NullMarked
package dev.gnomon.engines.onnx;

import org.jspecify.annotations.NullMarked;
