/// Names and types of columns, and one row of them.
@NullMarked
package dev.gnomon.schema;

import org.jspecify.annotations.NullMarked;
