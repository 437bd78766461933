package dev.gnomon.server.inference;

import static dev.gnomon.server.inference.ProtoMessages.bytes;
import static dev.gnomon.server.inference.ProtoMessages.message;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import dev.gnomon.server.GrpcService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.function.Consumer;

/// Server reflection, in the version that is current and the one that older tools speak: which
/// services there are, and the descriptions of their messages.
///
/// ```
/// request   1 host | one of 3 file_by_filename, 4 file_containing_symbol, 7 list_services (texts)
/// response  1 valid_host | 2 original_request | one of 4 {1 file_descriptor_proto (bytes)},
///           6 {1 service {1 name}}, 7 {1 error_code, 2 error_message}
/// ```
final class GrpcReflection {
  private static final int MAX_BYTES = 65_536;

  private GrpcReflection() {}

  static List<ServerServiceDefinition> services(Consumer<Throwable> told) {
    return List.of(
        service("grpc.reflection.v1.ServerReflection", told),
        service("grpc.reflection.v1alpha.ServerReflection", told));
  }

  private static ServerServiceDefinition service(String name, Consumer<Throwable> told) {
    return new GrpcService(
            name, MAX_BYTES, e -> InferenceError.of(e).map(InferenceError::grpc), told)
        .add(
            "ServerReflectionInfo",
            MethodDescriptor.MethodType.BIDI_STREAMING,
            ServerCalls.asyncBidiStreamingCall(GrpcReflection::conversation))
        .definition();
  }

  private static StreamObserver<byte[]> conversation(StreamObserver<byte[]> answers) {
    return new StreamObserver<>() {
      private boolean ended;

      @Override
      public void onNext(byte[] request) {
        if (ended) {
          return;
        }
        try {
          answers.onNext(answer(request));
        } catch (InferenceError e) {
          ended = true;
          answers.onError(e.grpc().asRuntimeException());
        }
      }

      @Override
      public void onError(Throwable gone) {
        // The caller went away; there is nobody to answer.
      }

      @Override
      public void onCompleted() {
        // A call that was refused is over already.
        if (!ended) {
          answers.onCompleted();
        }
      }
    };
  }

  private static byte[] answer(byte[] request) {
    String[] host = {""};
    int[] what = {0};
    String[] argument = {""};
    ProtoMessages.read(
        request,
        "ServerReflectionRequest",
        (tag, in) -> {
          if (tag == bytes(1)) {
            host[0] = in.readStringRequireUtf8();
          } else if (tag == bytes(3) || tag == bytes(4) || tag == bytes(7)) {
            what[0] = tag >>> 3;
            argument[0] = in.readStringRequireUtf8();
          } else {
            return false;
          }
          return true;
        });
    return message(out -> {
      ProtoMessages.text(out, 1, host[0]);
      out.writeByteArray(2, request);
      switch (what[0]) {
        case 3, 4 -> {
          FileDescriptorProto file =
              what[0] == 3
                  ? ServiceDescriptions.file(argument[0])
                  : ServiceDescriptions.containing(argument[0]);
          if (file == null) {
            error(out, Status.Code.NOT_FOUND, "There is no '%s'.".formatted(argument[0]));
          } else {
            out.writeByteArray(4, message(inside -> inside.writeByteArray(1, file.toByteArray())));
          }
        }
        case 7 ->
            out.writeByteArray(
                6,
                message(inside -> {
                  for (String service : ServiceDescriptions.services()) {
                    inside.writeByteArray(1, message(one -> one.writeString(1, service)));
                  }
                }));
        default ->
            error(out, Status.Code.UNIMPLEMENTED, "Files, symbols and the list are answered.");
      }
    });
  }

  private static void error(
      com.google.protobuf.CodedOutputStream out, Status.Code code, String text)
      throws java.io.IOException {
    out.writeByteArray(
        7,
        message(inside -> {
          inside.writeInt32(1, code.value());
          inside.writeString(2, text);
        }));
  }
}
