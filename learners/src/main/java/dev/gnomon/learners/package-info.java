/// Learning algorithms of our own.
@NullMarked
package dev.gnomon.learners;

import org.jspecify.annotations.NullMarked;
