/// Gradient boosting trained by LightGBM. Nothing here is needed to score.
@NullMarked
package dev.gnomon.engines.lightgbm;

import org.jspecify.annotations.NullMarked;
