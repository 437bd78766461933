package dev.gnomon.testkit.inference;

import org.junit.jupiter.api.Nested;

/// The Open Inference Protocol v2 over gRPC with its repository methods, health and reflection,
/// asked from outside. The server under test serves the models of [OpenInferenceRestContract].
public abstract class OpenInferenceGrpcContract {
  /// Host and port.
  protected abstract String target();

  /// The largest message that is taken, in bytes.
  protected abstract int maxBytes();

  @Nested
  class Models extends GrpcModels {
    Models() {
      super(OpenInferenceGrpcContract.this);
    }
  }

  @Nested
  class Tensors extends GrpcTensors {
    Tensors() {
      super(OpenInferenceGrpcContract.this);
    }
  }

  @Nested
  class Calls extends GrpcCalls {
    Calls() {
      super(OpenInferenceGrpcContract.this);
    }
  }

  @Nested
  class Repository extends GrpcRepository {
    Repository() {
      super(OpenInferenceGrpcContract.this);
    }
  }

  @Nested
  class Reflection extends GrpcReflection {
    Reflection() {
      super(OpenInferenceGrpcContract.this);
    }
  }
}
