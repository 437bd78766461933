/// The Open Inference Protocol v2 over REST and gRPC: the protocol knows models and tensors, and
/// one class makes a model of a use case.
@NullMarked
package dev.gnomon.server.inference;

import org.jspecify.annotations.NullMarked;
