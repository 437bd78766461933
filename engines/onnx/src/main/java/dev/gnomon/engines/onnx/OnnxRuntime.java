package dev.gnomon.engines.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import dev.gnomon.core.BadInput;

/// Starts ONNX Runtime when the first model needs it.
///
/// A session runs on the thread that asks, one operator after the other: requests are what is
/// parallel on a server. No library of custom operators is ever registered.
final class OnnxRuntime {
  private OnnxRuntime() {}

  static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "gnomon");
  }

  /// @param model scanned before
  /// @throws BadInput when the runtime can't run it, in its words
  static OrtSession open(byte[] model, String place) {
    OrtEnvironment environment = environment();
    try (SessionOptions options = new SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      options.addConfigEntry("session.intra_op.allow_spinning", "0");
      return environment.createSession(model, options);
    } catch (OrtException e) {
      throw new BadInput(
          place, "ONNX Runtime can't run it: " + e.getMessage(), "a model that it runs");
    }
  }
}
