/// From features to a decision: preprocessing, models, calibration, policy, and the bundle that
/// holds them together.
@NullMarked
package dev.gnomon.models;

import org.jspecify.annotations.NullMarked;
