/// MLflow's REST interface over [dev.gnomon.tracking.Tracking]: one table of calls, mounted under
/// each of the paths that clients use; see `docs/reference/mlflow.md`.
@NullMarked
package dev.gnomon.server.mlflow;

import org.jspecify.annotations.NullMarked;
