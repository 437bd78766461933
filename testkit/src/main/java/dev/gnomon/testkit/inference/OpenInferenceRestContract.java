package dev.gnomon.testkit.inference;

import java.net.URI;
import org.junit.jupiter.api.Nested;

/// The Open Inference Protocol v2 over HTTP with its extensions (binary tensors, repository,
/// statistics, compression), asked from outside.
///
/// The server under test serves these models, each with the versions 1 and 2, of which 2 answers
/// when none is asked for:
///
/// - `identity-<datatype>` for each datatype: input `in` of shape `[-1, -1]`, output `out` equal to
///   it
/// - `several`: inputs `a` (FP64 `[-1, 2]`) and `b` (BYTES `[-1]`), outputs `a`, `b`, and `sum`
///   (FP64 `[-1]`, over each row of `a`)
/// - `unready`: as `identity-fp64`, never ready
/// - `failing`: as `identity-fp64`, throws a RuntimeException that says `secret`
/// - `waiting`, `arrival`, `releasing`: input `in` of FP64 `[-1]`, output `out`. `waiting` answers
///   once `releasing` was asked (or its deadline has passed, or 20 seconds); `arrival` answers once
///   a call waits
public abstract class OpenInferenceRestContract {
  /// Where the server listens, without a path.
  protected abstract URI base();

  /// The largest body that is taken, in bytes.
  protected abstract int maxBytes();

  @Nested
  class Models extends RestModels {
    Models() {
      super(OpenInferenceRestContract.this);
    }
  }

  @Nested
  class Tensors extends RestTensors {
    Tensors() {
      super(OpenInferenceRestContract.this);
    }
  }

  @Nested
  class Answers extends RestAnswers {
    Answers() {
      super(OpenInferenceRestContract.this);
    }
  }

  @Nested
  class Refusals extends RestRefusals {
    Refusals() {
      super(OpenInferenceRestContract.this);
    }
  }

  @Nested
  class Bodies extends RestBodies {
    Bodies() {
      super(OpenInferenceRestContract.this);
    }
  }

  @Nested
  class Repository extends RestRepository {
    Repository() {
      super(OpenInferenceRestContract.this);
    }
  }
}
