/// Pages in a real browser.
@NullMarked
package dev.gnomon.testkit.browser;

import org.jspecify.annotations.NullMarked;
