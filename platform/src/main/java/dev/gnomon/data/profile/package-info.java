/// Data profiles as text and as a page.
@NullMarked
package dev.gnomon.data.profile;

import org.jspecify.annotations.NullMarked;
