@NullMarked
package dev.gnomon.server.mlflow;

import org.jspecify.annotations.NullMarked;
