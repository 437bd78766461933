package dev.gnomon.server.inference;

/// Something that maps named tensors to named tensors. Safe for use by several threads.
public interface InferenceModel {
  /// Cheap: asked for with every request.
  ModelMetadata metadata();

  /// Whether it can answer now.
  boolean ready();

  /// Answers a request whose tensors fit the metadata: each is known, none stands twice, and all
  /// that are not optional are there. May answer more outputs than were asked for.
  ///
  /// @throws InferenceError when the request can't be answered
  InferenceResponse infer(InferenceRequest request);
}
