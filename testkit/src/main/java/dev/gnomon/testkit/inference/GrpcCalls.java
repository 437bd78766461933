package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DynamicMessage;
import dev.gnomon.testkit.inference.InferenceCalls.Infer;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A call: its answer, its bytes, its limits, its end.
abstract class GrpcCalls extends GrpcChapter {
  GrpcCalls(OpenInferenceGrpcContract server) {
    super(server);
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
  void messagesOverTheLimitAreRefused() {
    int count = server.maxBytes() / 8 + 1;
    refused(
        Status.Code.RESOURCE_EXHAUSTED,
        new Infer("identity-fp64").raw("in", "FP64", new long[] {1, count}, new byte[8 * count]));
    int most = server.maxBytes() / 16;
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
}
