/// What was made from what, told to others: run events of the OpenLineage standard, kept in the
/// home and sent where the environment says.
@NullMarked
package dev.gnomon.lineage;

import org.jspecify.annotations.NullMarked;
