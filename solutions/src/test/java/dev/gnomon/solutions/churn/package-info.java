@NullMarked
package dev.gnomon.solutions.churn;

import org.jspecify.annotations.NullMarked;
