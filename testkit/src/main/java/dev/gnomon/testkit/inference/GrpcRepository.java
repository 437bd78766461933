package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DynamicMessage;
import dev.gnomon.testkit.inference.InferenceCalls.Infer;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models are loaded, unloaded and listed.
abstract class GrpcRepository extends GrpcChapter {
  GrpcRepository(OpenInferenceGrpcContract server) {
    super(server);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {InferenceCalls.SERVICE, "inference.model_repository.ModelRepositoryService"})
  void modelsAreUnloadedAndLoaded(String service) {
    assertThat(state(service, "identity-int16", false)).isEqualTo("READY");
    DynamicMessage _ = repository(service, "RepositoryModelUnload", "identity-int16");
    try {
      refused(Status.Code.NOT_FOUND, () -> calls.call("ModelMetadata", "name", "identity-int16"));
      refused(Status.Code.NOT_FOUND, new Infer("identity-int16"));
      refused(
          Status.Code.NOT_FOUND,
          () -> repository(service, "RepositoryModelUnload", "identity-int16"));
      assertThat(state(service, "identity-int16", false)).isEqualTo("UNAVAILABLE");
      assertThat(state(service, "identity-int16", true)).isEmpty();
    } finally {
      DynamicMessage _ = repository(service, "RepositoryModelLoad", "identity-int16");
    }
    assertThat(state(service, "identity-int16", true)).isEqualTo("READY");
    assertThat(state(service, "unready", true)).isEmpty();
    refused(
        Status.Code.NOT_FOUND,
        () -> repository(service, "RepositoryModelLoad", "nobody"),
        "nobody");
  }

  private DynamicMessage repository(String service, String method, String model) {
    return calls.call(
        service,
        method,
        CallOptions.DEFAULT,
        InferenceCalls.message(method + "Request", "model_name", model));
  }

  private String state(String service, String model, boolean onlyReady) {
    DynamicMessage index =
        calls.call(
            service,
            "RepositoryIndex",
            CallOptions.DEFAULT,
            InferenceCalls.message("RepositoryIndexRequest", "ready", onlyReady));
    for (Object line : InferenceCalls.list(index, "models")) {
      if (InferenceCalls.get((DynamicMessage) line, "name").equals(model)) {
        return (String) InferenceCalls.get((DynamicMessage) line, "state");
      }
    }
    return "";
  }

  @Test
  void aModelUnloadedMeanwhileStillAnswersWhatIsInFlight() throws Exception {
    CompletableFuture<DynamicMessage> waiting =
        CompletableFuture.supplyAsync(
            () -> calls.infer(fp64("waiting", LINE, 1.0)), Thread::startVirtualThread);
    DynamicMessage _ = calls.infer(fp64("arrival", LINE, 1.0));
    DynamicMessage _ = calls.call("RepositoryModelUnload", "model_name", "waiting");
    try {
      refused(Status.Code.NOT_FOUND, fp64("waiting", LINE, 1.0));
      assertThat(waiting).isNotDone();
      DynamicMessage _ = calls.infer(fp64("releasing", LINE, 1.0));
      DynamicMessage answer = waiting.get(10, TimeUnit.SECONDS);
      assertThat(contents(output(answer), "fp64_contents").toString()).isEqualTo("[1.0]");
    } finally {
      DynamicMessage _ = calls.call("RepositoryModelLoad", "model_name", "waiting");
    }
  }
}
