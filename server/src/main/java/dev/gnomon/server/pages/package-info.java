/// The pages for people: rendered here, no script, nothing fetched from elsewhere.
@NullMarked
package dev.gnomon.server.pages;

import org.jspecify.annotations.NullMarked;
