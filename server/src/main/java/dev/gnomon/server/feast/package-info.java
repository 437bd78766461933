/// Features as Feast serves them, over HTTP and gRPC: its routes, names, statuses and errors. The
/// only place that knows the words of Feast.
@NullMarked
package dev.gnomon.server.feast;

import org.jspecify.annotations.NullMarked;
