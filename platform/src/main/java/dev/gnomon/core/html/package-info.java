/// Text, numbers and pictures as they stand in a page: reports and the server's pages look and
/// escape alike.
@NullMarked
package dev.gnomon.core.html;

import org.jspecify.annotations.NullMarked;
