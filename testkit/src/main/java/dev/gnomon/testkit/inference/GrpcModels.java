package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.gnomon.testkit.inference.InferenceCalls.Infer;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What server and models are, and how they do.
abstract class GrpcModels extends GrpcChapter {
  GrpcModels(OpenInferenceGrpcContract server) {
    super(server);
  }

  @Test
  void isLiveAndReadyWhenAllModelsAre() {
    assertThat(InferenceCalls.get(calls.call("ServerLive"), "live")).isEqualTo(true);
    assertThat(InferenceCalls.get(calls.call("ServerReady"), "ready")).isEqualTo(false);
    DynamicMessage _ = calls.call("RepositoryModelUnload", "model_name", "unready");
    try {
      assertThat(InferenceCalls.get(calls.call("ServerReady"), "ready")).isEqualTo(true);
      assertThat(health("")).isEqualTo(1);
    } finally {
      DynamicMessage _ = calls.call("RepositoryModelLoad", "model_name", "unready");
    }
    assertThat(health("")).isEqualTo(2);
  }

  @Test
  void knowsReadyUnreadyAndUnknownModels() {
    assertThat(ready("several", "")).isEqualTo(true);
    assertThat(ready("several", "1")).isEqualTo(true);
    assertThat(ready("unready", "")).isEqualTo(false);
    refused(Status.Code.NOT_FOUND, () -> ready("nobody", ""), "nobody");
    refused(Status.Code.NOT_FOUND, () -> ready("several", "77"), "77");
    refused(Status.Code.NOT_FOUND, fp64("nobody", ONE, 1.0), "nobody");
    refused(Status.Code.NOT_FOUND, new Infer(""), "model");
    refused(
        Status.Code.NOT_FOUND, fp64("identity-fp64", ONE, 1.0).set("model_version", "77"), "77");
    refused(Status.Code.UNAVAILABLE, fp64("unready", ONE, 1.0), "unready");
  }

  private Object ready(String model, String version) {
    return InferenceCalls.get(calls.call("ModelReady", "name", model, "version", version), "ready");
  }

  @Test
  void saysWhatServerAndModelsAre() {
    DynamicMessage server = calls.call("ServerMetadata");
    assertThat((String) InferenceCalls.get(server, "name")).isNotBlank();
    assertThat((String) InferenceCalls.get(server, "version")).isNotBlank();
    assertThat(InferenceCalls.list(server, "extensions").toString()).contains("model_repository");
    DynamicMessage model = calls.call("ModelMetadata", "name", "several");
    assertThat(InferenceCalls.get(model, "name")).isEqualTo("several");
    assertThat(InferenceCalls.list(model, "versions").toString()).isEqualTo("[1, 2]");
    DynamicMessage input = (DynamicMessage) InferenceCalls.list(model, "inputs").getFirst();
    assertThat(InferenceCalls.get(input, "name")).isEqualTo("a");
    assertThat(InferenceCalls.get(input, "datatype")).isEqualTo("FP64");
    assertThat(InferenceCalls.list(input, "shape").toString()).isEqualTo("[-1, 2]");
    assertThat(InferenceCalls.list(model, "outputs")).hasSize(3);
    assertThat(InferenceCalls.list(model, "properties")).hasSize(1);
    refused(Status.Code.NOT_FOUND, () -> calls.call("ModelMetadata", "name", "nobody"), "nobody");
  }

  @Test
  void aFailingModelTellsNothingOfItsInsides() {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> calls.infer(fp64("failing", ONE, 1.0)));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getStatus().getDescription()).doesNotContain("secret");
  }

  private static final FileDescriptor HEALTH = ProtoSource.read("health.proto");

  private static MethodDescriptor<DynamicMessage, DynamicMessage> health(
      String method, MethodDescriptor.MethodType kind) {
    return InferenceCalls.method(
        "grpc.health.v1.Health",
        method,
        kind,
        HEALTH.findMessageTypeByName("HealthCheckRequest"),
        HEALTH.findMessageTypeByName("HealthCheckResponse"));
  }

  private static DynamicMessage asked(String service) {
    return InferenceCalls.message(
        HEALTH.findMessageTypeByName("HealthCheckRequest"), "service", service);
  }

  private int health(String service) {
    return (int)
        InferenceCalls.get(
            ClientCalls.blockingUnaryCall(
                calls.channel(),
                health("Check", MethodDescriptor.MethodType.UNARY),
                CallOptions.DEFAULT,
                asked(service)),
            "status");
  }

  @Test
  void healthIsChecked() {
    assertThat(health(InferenceCalls.SERVICE)).isEqualTo(2);
    refused(Status.Code.NOT_FOUND, () -> health("nobody"));
  }

  @Test
  void healthIsWatched() {
    DynamicMessage _ = calls.call("RepositoryModelUnload", "model_name", "unready");
    try {
      Iterator<DynamicMessage> states =
          ClientCalls.blockingServerStreamingCall(
              calls.channel(),
              health("Watch", MethodDescriptor.MethodType.SERVER_STREAMING),
              CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
              asked(""));
      assertThat(InferenceCalls.get(states.next(), "status")).isEqualTo(1);
      DynamicMessage _ = calls.call("RepositoryModelLoad", "model_name", "unready");
      assertThat(InferenceCalls.get(states.next(), "status")).isEqualTo(2);
    } finally {
      DynamicMessage _ = calls.call("RepositoryModelLoad", "model_name", "unready");
    }
  }
}
