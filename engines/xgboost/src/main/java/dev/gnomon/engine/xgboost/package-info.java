/// Gradient boosting trained by XGBoost. Nothing here is needed to score.
@NullMarked
package dev.gnomon.engine.xgboost;

import org.jspecify.annotations.NullMarked;
