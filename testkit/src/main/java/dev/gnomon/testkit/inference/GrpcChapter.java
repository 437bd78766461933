package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.DynamicMessage;
import dev.gnomon.testkit.inference.InferenceCalls.Infer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the chapters of the contract ask with.
abstract class GrpcChapter {
  static final long[] ONE = {1, 1};
  static final long[] LINE = {1};

  final OpenInferenceGrpcContract server;
  InferenceCalls calls;

  GrpcChapter(OpenInferenceGrpcContract server) {
    this.server = server;
  }

  @BeforeEach
  void connect() {
    calls = new InferenceCalls(server.target());
  }

  @AfterEach
  void disconnect() {
    calls.close();
  }

  static List<InferenceSample> samples() {
    return InferenceSample.all();
  }

  static List<InferenceSample> typedSamples() {
    return InferenceSample.all().stream().filter(sample -> !sample.field().isEmpty()).toList();
  }

  interface Work {
    void run() throws Exception;
  }

  static void refused(Status.Code code, Work work, String... words) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, work::run);
    assertThat(failure).isNotNull();
    assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
    for (String word : words) {
      assertThat(failure.getStatus().getDescription()).contains(word);
    }
  }

  void refused(Status.Code code, Infer request, String... words) {
    refused(code, () -> calls.infer(request), words);
  }

  static Infer fp64(String model, long[] shape, Double... values) {
    return new Infer(model).typed("in", "FP64", shape, "fp64_contents", List.of(values));
  }

  static DynamicMessage output(DynamicMessage response) {
    return (DynamicMessage) InferenceCalls.list(response, "outputs").getFirst();
  }

  static List<?> contents(DynamicMessage tensor, String field) {
    return InferenceCalls.list((DynamicMessage) InferenceCalls.get(tensor, "contents"), field);
  }
}
