/// Models made of other models.
@NullMarked
package dev.gnomon.models.ensembles;

import org.jspecify.annotations.NullMarked;
