package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.gnomon.testkit.inference.InferenceCalls.Infer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The Open Inference Protocol v2 over gRPC with its repository methods, health and reflection,
/// asked from outside. The server under test serves the models of [OpenInferenceRestContract].
public abstract class OpenInferenceGrpcContract {
  private static final long[] ONE = {1, 1};
  private static final long[] LINE = {1};

  private InferenceCalls calls;

  /// Host and port.
  protected abstract String target();

  /// The largest message that is taken, in bytes.
  protected abstract int maxBytes();

  @BeforeEach
  void connect() {
    calls = new InferenceCalls(target());
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

  private interface Work {
    void run() throws Exception;
  }

  private static void refused(Status.Code code, Work work, String... words) {
    StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, work::run);
    assertThat(failure).isNotNull();
    assertThat(failure.getStatus().getCode()).as(failure.toString()).isEqualTo(code);
    for (String word : words) {
      assertThat(failure.getStatus().getDescription()).contains(word);
    }
  }

  private void refused(Status.Code code, Infer request, String... words) {
    refused(code, () -> calls.infer(request), words);
  }

  private static Infer fp64(String model, long[] shape, Double... values) {
    return new Infer(model).typed("in", "FP64", shape, "fp64_contents", List.of(values));
  }

  private static DynamicMessage output(DynamicMessage response) {
    return (DynamicMessage) InferenceCalls.list(response, "outputs").getFirst();
  }

  private static List<?> contents(DynamicMessage tensor, String field) {
    return InferenceCalls.list((DynamicMessage) InferenceCalls.get(tensor, "contents"), field);
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

  @ParameterizedTest
  @MethodSource("typedSamples")
  void typedContentsComeBackTyped(InferenceSample sample) {
    DynamicMessage response =
        calls.infer(
            new Infer(sample.model())
                .typed(
                    "in",
                    sample.datatype(),
                    InferenceSample.SHAPE,
                    sample.field(),
                    sample.typed()));
    DynamicMessage output = output(response);
    assertThat(InferenceCalls.get(output, "name")).isEqualTo("out");
    assertThat(InferenceCalls.get(output, "datatype")).isEqualTo(sample.datatype());
    assertThat(InferenceCalls.list(output, "shape").toString()).isEqualTo("[2, 3]");
    assertThat((Object) contents(output, sample.field())).isEqualTo(sample.typed());
    assertThat(InferenceCalls.list(response, "raw_output_contents")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void rawContentsComeBackRaw(InferenceSample sample) {
    DynamicMessage response =
        calls.infer(
            new Infer(sample.model())
                .raw("in", sample.datatype(), InferenceSample.SHAPE, sample.raw()));
    DynamicMessage output = output(response);
    assertThat(InferenceCalls.get(output, "datatype")).isEqualTo(sample.datatype());
    assertThat(InferenceCalls.list(output, "shape").toString()).isEqualTo("[2, 3]");
    assertThat(output.hasField(output.getDescriptorForType().findFieldByName("contents")))
        .isFalse();
    List<?> raw = InferenceCalls.list(response, "raw_output_contents");
    assertThat(raw).hasSize(1);
    assertThat(((ByteString) raw.getFirst()).toByteArray()).isEqualTo(sample.raw());
  }

  @ParameterizedTest
  @ValueSource(strings = {"FP16", "BF16"})
  void halfPrecisionIsOnlySentRaw(String datatype) {
    String model = "identity-" + datatype.toLowerCase(java.util.Locale.ROOT);
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer(model).typed("in", datatype, ONE, "fp32_contents", List.of(1f)),
        "raw_input_contents");
  }

  @Test
  void answersSayModelVersionIdAndParameters() {
    DynamicMessage response =
        calls.infer(
            fp64("identity-fp64", ONE, 1.0)
                .set("id", "é-42")
                .parameter("a", "bool_param", true)
                .parameter("b", "int64_param", -5L)
                .parameter("c", "string_param", "text")
                .parameter("d", "double_param", 0.5)
                .parameter("e", "uint64_param", 7L));
    assertThat(InferenceCalls.get(response, "model_name")).isEqualTo("identity-fp64");
    assertThat(InferenceCalls.get(response, "model_version")).isEqualTo("2");
    assertThat(InferenceCalls.get(response, "id")).isEqualTo("é-42");
    assertThat(InferenceCalls.list(response, "parameters")).hasSize(1);
    DynamicMessage first = calls.infer(fp64("identity-fp64", ONE, 1.0).set("model_version", "1"));
    assertThat(InferenceCalls.get(first, "model_version")).isEqualTo("1");
  }

  @Test
  void outputsAreChosenAndOrdered() {
    Infer request =
        new Infer("several")
            .typed("a", "FP64", new long[] {1, 2}, "fp64_contents", List.of(1.0, 2.0))
            .typed("b", "BYTES", LINE, "bytes_contents", List.of(ByteString.copyFromUtf8("x")));
    DynamicMessage response = calls.infer(request.output("sum").output("b"));
    List<String> names = new ArrayList<>();
    InferenceCalls.list(response, "outputs")
        .forEach(one -> names.add((String) InferenceCalls.get((DynamicMessage) one, "name")));
    assertThat(names).containsExactly("sum", "b");
    assertThat(contents(output(response), "fp64_contents").toString()).isEqualTo("[3.0]");
    refused(Status.Code.INVALID_ARGUMENT, request.output("none"), "none", "sum");
  }

  @Test
  void emptyBatchesAreAnswered() {
    long[] empty = {0, 4};
    DynamicMessage typed = calls.infer(fp64("identity-fp64", empty));
    assertThat(InferenceCalls.list(output(typed), "shape").toString()).isEqualTo("[0, 4]");
    DynamicMessage raw =
        calls.infer(new Infer("identity-fp64").raw("in", "FP64", empty, new byte[0]));
    assertThat(InferenceCalls.list(raw, "raw_output_contents")).hasSize(1);
  }

  @Test
  void everyBitOfNumbersThatAreNoneSurvives() {
    byte[] odd =
        InferenceSample.little(
            8, 0x7ff4dead_beef0001L, Double.doubleToLongBits(Double.NEGATIVE_INFINITY));
    DynamicMessage raw =
        calls.infer(new Infer("identity-fp64").raw("in", "FP64", new long[] {1, 2}, odd));
    assertThat(
            ((ByteString) InferenceCalls.list(raw, "raw_output_contents").getFirst()).toByteArray())
        .isEqualTo(odd);
    DynamicMessage typed =
        calls.infer(fp64("identity-fp64", new long[] {1, 2}, Double.NaN, Double.POSITIVE_INFINITY));
    assertThat(contents(output(typed), "fp64_contents").toString()).isEqualTo("[NaN, Infinity]");
  }

  @Test
  void rawEntriesMustAddUp() {
    Infer mixed =
        new Infer("several")
            .typed("a", "FP64", new long[] {1, 2}, "fp64_contents", List.of(1.0, 2.0))
            .raw("b", "BYTES", LINE, new byte[] {1, 0, 0, 0, 'x'});
    refused(Status.Code.INVALID_ARGUMENT, mixed, "raw_input_contents");
    refused(
        Status.Code.INVALID_ARGUMENT,
        fp64("identity-fp64", ONE, 1.0)
            .set("raw_input_contents", List.of(ByteString.copyFrom(new byte[8]))),
        "contents");
    for (int size : new int[] {0, 7, 9, 16}) {
      refused(
          Status.Code.INVALID_ARGUMENT,
          new Infer("identity-fp64").raw("in", "FP64", ONE, new byte[size]),
          Integer.toString(size));
    }
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").raw("in", "FP64", new long[] {1L << 32, 1L << 32}, new byte[8]),
        "shape");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").raw("in", "FP64", new long[] {-1, 1}, new byte[8]),
        "negative");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-bool").raw("in", "BOOL", ONE, new byte[] {2}),
        "BOOL");
    byte[] beyond = {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 'a'};
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-bytes").raw("in", "BYTES", ONE, beyond),
        "4294967295");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-bytes").raw("in", "BYTES", new long[] {100_000, 1}, new byte[8]),
        "100000");
  }

  @Test
  void typedContentsMustFitShapeAndType() {
    refused(
        Status.Code.INVALID_ARGUMENT, fp64("identity-fp64", new long[] {1, 2}, 1.0), "1 values");
    refused(Status.Code.INVALID_ARGUMENT, fp64("identity-fp64", ONE, 1.0, 2.0), "more");
    refused(Status.Code.INVALID_ARGUMENT, fp64("identity-fp64", LINE, 1.0), "shape");
    refused(
        Status.Code.INVALID_ARGUMENT,
        fp64("identity-fp64", new long[] {Long.MAX_VALUE, 3}, 1.0),
        "shape");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("in", "FP64", ONE, "fp32_contents", List.of(1f)),
        "field");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-int8").typed("in", "INT8", ONE, "int_contents", List.of(128)),
        "128");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-uint16").typed("in", "UINT16", ONE, "uint_contents", List.of(65_536)),
        "65536");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("in", "FP65", ONE, "fp64_contents", List.of(1.0)),
        "FP65");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("in", "FP32", ONE, "fp32_contents", List.of(1f)),
        "FP64");
    refused(
        Status.Code.INVALID_ARGUMENT,
        new Infer("identity-fp64").typed("no", "FP64", ONE, "fp64_contents", List.of(1.0)),
        "no");
    refused(Status.Code.INVALID_ARGUMENT, new Infer("identity-fp64"), "in");
  }

  /// proto3 allows repeated numbers one by one, as well as packed.
  @Test
  void numbersThatAreNotPackedAreReadToo() throws Exception {
    ByteArrayOutputStream contents = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(contents);
    out.writeDouble(7, 1.5);
    out.writeDouble(7, -2);
    out.flush();
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    out = CodedOutputStream.newInstance(tensor);
    out.writeByteArray(5, contents.toByteArray());
    out.writeInt64(3, 1);
    out.writeInt64(3, 2);
    out.writeString(2, "FP64");
    out.writeString(1, "in");
    out.writeString(99, "of a later protocol");
    out.flush();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    out = CodedOutputStream.newInstance(request);
    out.writeByteArray(5, tensor.toByteArray());
    out.writeString(1, "identity-fp64");
    out.flush();
    DynamicMessage response =
        calls.call(
            InferenceCalls.SERVICE,
            "ModelInfer",
            CallOptions.DEFAULT,
            DynamicMessage.parseFrom(
                InferenceCalls.type("ModelInferRequest"), request.toByteArray()));
    assertThat(contents(output(response), "fp64_contents").toString()).isEqualTo("[1.5, -2.0]");
    byte[] answered = bytes("ModelInfer", request.toByteArray());
    assertThat(
            contents(
                    output(
                        DynamicMessage.parseFrom(
                            InferenceCalls.type("ModelInferResponse"), answered)),
                    "fp64_contents")
                .toString())
        .isEqualTo("[1.5, -2.0]");
  }

  /// A call with bytes as they are.
  private byte[] bytes(String method, byte[] request) {
    MethodDescriptor.Marshaller<byte[]> plain =
        new MethodDescriptor.Marshaller<>() {
          @Override
          public java.io.InputStream stream(byte[] message) {
            return new java.io.ByteArrayInputStream(message);
          }

          @Override
          public byte[] parse(java.io.InputStream stream) {
            try {
              return stream.readAllBytes();
            } catch (java.io.IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };
    return ClientCalls.blockingUnaryCall(
        calls.channel(),
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(InferenceCalls.SERVICE + "/" + method)
            .setRequestMarshaller(plain)
            .setResponseMarshaller(plain)
            .build(),
        CallOptions.DEFAULT,
        request);
  }

  @Test
  void bytesThatMeanNothingBreakNothing() {
    Random random = new Random(11);
    byte[] good =
        new Infer("several")
            .raw("a", "FP64", new long[] {1, 2}, new byte[16])
            .raw("b", "BYTES", LINE, new byte[] {1, 0, 0, 0, 'x'})
            .set("id", "some")
            .parameter("p", "double_param", 2.5)
            .build()
            .toByteArray();
    for (int i = 0; i < 400; i++) {
      byte[] bytes = java.util.Arrays.copyOf(good, 1 + random.nextInt(good.length));
      for (int change = random.nextInt(5); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        byte[] _ = bytes("ModelInfer", bytes);
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode())
            .isIn(Status.Code.INVALID_ARGUMENT, Status.Code.NOT_FOUND);
      }
    }
    assertThat(InferenceCalls.get(calls.call("ServerLive"), "live")).isEqualTo(true);
  }

  @Test
  void aFailingModelTellsNothingOfItsInsides() {
    StatusRuntimeException failure =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> calls.infer(fp64("failing", ONE, 1.0)));
    assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure.getStatus().getDescription()).doesNotContain("secret");
  }

  @Test
  void messagesOverTheLimitAreRefused() {
    int count = maxBytes() / 8 + 1;
    refused(
        Status.Code.RESOURCE_EXHAUSTED,
        new Infer("identity-fp64").raw("in", "FP64", new long[] {1, count}, new byte[8 * count]));
    int most = maxBytes() / 16;
    DynamicMessage large =
        calls.infer(
            new Infer("identity-fp64").raw("in", "FP64", new long[] {1, most}, new byte[8 * most]));
    assertThat(((ByteString) InferenceCalls.list(large, "raw_output_contents").getFirst()).size())
        .isEqualTo(8 * most);
  }

  @Test
  void compressedMessagesAreRead() {
    DynamicMessage response =
        calls.infer(fp64("identity-fp64", ONE, 2.0), CallOptions.DEFAULT.withCompression("gzip"));
    assertThat(contents(output(response), "fp64_contents").toString()).isEqualTo("[2.0]");
  }

  @Test
  void deadlinesPass() {
    refused(
        Status.Code.DEADLINE_EXCEEDED,
        () ->
            calls.infer(
                fp64("waiting", LINE, 1.0),
                CallOptions.DEFAULT.withDeadlineAfter(100, TimeUnit.MILLISECONDS)));
    refused(
        Status.Code.DEADLINE_EXCEEDED,
        fp64("waiting", LINE, 1.0).parameter("timeout", "int64_param", 50_000L),
        "50000");
  }

  @Test
  void aCancelledCallEnds() throws Exception {
    MethodDescriptor<DynamicMessage, DynamicMessage> method =
        InferenceCalls.method(
            InferenceCalls.SERVICE,
            "ModelInfer",
            MethodDescriptor.MethodType.UNARY,
            InferenceCalls.type("ModelInferRequest"),
            InferenceCalls.type("ModelInferResponse"));
    ClientCall<DynamicMessage, DynamicMessage> call =
        calls.channel().newCall(method, CallOptions.DEFAULT);
    CompletableFuture<Status> ended = new CompletableFuture<>();
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, io.grpc.Metadata trailers) {
            ended.complete(status);
          }
        },
        new io.grpc.Metadata());
    call.sendMessage(fp64("waiting", LINE, 1.0).build());
    call.halfClose();
    DynamicMessage _ = calls.infer(fp64("arrival", LINE, 1.0));
    call.cancel("no longer needed", null);
    assertThat(ended.get(10, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.CANCELLED);
    // Nothing of it is left to be released: the next one that waits still waits.
    refused(
        Status.Code.DEADLINE_EXCEEDED,
        fp64("waiting", LINE, 1.0).parameter("timeout", "int64_param", 50_000L));
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

  private static final FileDescriptor REFLECTION = ProtoSource.read("reflection.proto");

  private DynamicMessage reflect(String service, String field, String value) throws Exception {
    LinkedBlockingQueue<DynamicMessage> answers = new LinkedBlockingQueue<>();
    StreamObserver<DynamicMessage> questions =
        ClientCalls.asyncBidiStreamingCall(
            calls
                .channel()
                .newCall(
                    InferenceCalls.method(
                        service,
                        "ServerReflectionInfo",
                        MethodDescriptor.MethodType.BIDI_STREAMING,
                        REFLECTION.findMessageTypeByName("ServerReflectionRequest"),
                        REFLECTION.findMessageTypeByName("ServerReflectionResponse")),
                    CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(DynamicMessage answer) {
                answers.add(answer);
              }

              @Override
              public void onError(Throwable failure) {
                // The waiting below ends without an answer, and so does the test.
              }

              @Override
              public void onCompleted() {
                // As above.
              }
            });
    questions.onNext(
        InferenceCalls.message(
            REFLECTION.findMessageTypeByName("ServerReflectionRequest"), field, value));
    DynamicMessage answer = answers.poll(10, TimeUnit.SECONDS);
    questions.onCompleted();
    assertThat(answer).isNotNull();
    return answer;
  }

  /// What reflection tells of the messages is what the protocol says: same names, numbers, types.
  @ParameterizedTest
  @ValueSource(
      strings = {"grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"})
  void reflectionDescribesTheServices(String service) throws Exception {
    DynamicMessage list =
        (DynamicMessage)
            InferenceCalls.get(reflect(service, "list_services", ""), "list_services_response");
    List<Object> names = new ArrayList<>();
    InferenceCalls.list(list, "service")
        .forEach(one -> names.add(InferenceCalls.get((DynamicMessage) one, "name")));
    assertThat(names)
        .contains(
            InferenceCalls.SERVICE,
            "inference.model_repository.ModelRepositoryService",
            "grpc.health.v1.Health");
    for (Object name : names) {
      DynamicMessage answer = reflect(service, "file_containing_symbol", (String) name);
      DynamicMessage files =
          (DynamicMessage) InferenceCalls.get(answer, "file_descriptor_response");
      ByteString file = (ByteString) InferenceCalls.list(files, "file_descriptor_proto").getFirst();
      FileDescriptor described =
          FileDescriptor.buildFrom(FileDescriptorProto.parseFrom(file), new FileDescriptor[0]);
      assertThat(described.getServices()).isNotEmpty();
      if (name.equals(InferenceCalls.SERVICE)) {
        InferenceCalls.MESSAGES
            .getMessageTypes()
            .forEach(type ->
                assertThat(fields(described.findMessageTypeByName(type.getName())))
                    .isEqualTo(fields(type)));
      }
    }
    DynamicMessage unknown = reflect(service, "file_containing_symbol", "no.such.Thing");
    DynamicMessage error = (DynamicMessage) InferenceCalls.get(unknown, "error_response");
    assertThat(InferenceCalls.get(error, "error_code")).isEqualTo(5);
  }

  private static List<String> fields(com.google.protobuf.Descriptors.Descriptor type) {
    List<String> fields = new ArrayList<>();
    type.getFields()
        .forEach(field ->
            fields.add(
                "%d %s %s %b %s"
                    .formatted(
                        field.getNumber(),
                        field.getName(),
                        field.getType(),
                        field.isRepeated(),
                        field.getType()
                                == com.google.protobuf.Descriptors.FieldDescriptor.Type.MESSAGE
                            ? field.getMessageType().getFullName()
                            : "")));
    type.getNestedTypes()
        .forEach(nested -> fields.add(nested.getFullName() + " " + fields(nested)));
    fields.sort(null);
    return fields;
  }
}
