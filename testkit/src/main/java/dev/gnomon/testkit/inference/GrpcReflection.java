package dev.gnomon.testkit.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Reflection describes the services.
abstract class GrpcReflection extends GrpcChapter {
  GrpcReflection(OpenInferenceGrpcContract server) {
    super(server);
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
