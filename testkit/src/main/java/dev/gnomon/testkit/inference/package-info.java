/// What a server of the Open Inference Protocol must do, asked from outside: over HTTP, and over
/// gRPC with messages that protobuf itself makes from the protocol's description.
@NullMarked
package dev.gnomon.testkit.inference;

import org.jspecify.annotations.NullMarked;
