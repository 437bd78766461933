/// The HTTP surface: routes, limits, problem documents, pages. What a request means is decided in
/// the platform.
@NullMarked
package dev.gnomon.server;

import org.jspecify.annotations.NullMarked;
