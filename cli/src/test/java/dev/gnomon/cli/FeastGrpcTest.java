package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.gnomon.serving.ArrivalClock;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real channel, and messages made by protobuf itself from a description of Feast's: another hand
/// than the server's.
class FeastGrpcTest {
  private static final String SERVICE = "feast.serving.ServingService";
  private static final FileDescriptor MESSAGES = messages();

  @TempDir private Path folder;

  /// The parts of Feast's messages that are spoken here, with its names and numbers.
  private static FileDescriptor messages() {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName("feast.proto").setSyntax("proto3");
    file.addMessageType(
        message("Value")
            .addField(field("string_val", 2, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(field("int32_val", 3, FieldDescriptorProto.Type.TYPE_INT32))
            .addField(field("int64_val", 4, FieldDescriptorProto.Type.TYPE_INT64))
            .addField(field("double_val", 5, FieldDescriptorProto.Type.TYPE_DOUBLE))
            .addField(field("float_val", 6, FieldDescriptorProto.Type.TYPE_FLOAT))
            .addField(field("bool_val", 7, FieldDescriptorProto.Type.TYPE_BOOL))
            .addField(field("unix_timestamp_val", 8, FieldDescriptorProto.Type.TYPE_INT64)));
    file.addMessageType(message("RepeatedValue").addField(many("val", 1, "Value")));
    file.addMessageType(
        message("FeatureList")
            .addField(
                field("val", 1, FieldDescriptorProto.Type.TYPE_STRING)
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED)));
    file.addMessageType(
        message("Entry")
            .addField(field("key", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(one("value", 2, "RepeatedValue")));
    file.addMessageType(
        message("GetOnlineFeaturesRequest")
            .addField(field("feature_service", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(one("features", 2, "FeatureList"))
            .addField(many("entities", 3, "Entry"))
            .addField(field("full_feature_names", 4, FieldDescriptorProto.Type.TYPE_BOOL))
            .addField(many("request_context", 5, "Entry")));
    file.addMessageType(
        message("Timestamp")
            .addField(field("seconds", 1, FieldDescriptorProto.Type.TYPE_INT64))
            .addField(field("nanos", 2, FieldDescriptorProto.Type.TYPE_INT32)));
    file.addMessageType(
        message("FeatureVector")
            .addField(many("values", 1, "Value"))
            .addField(
                field("statuses", 2, FieldDescriptorProto.Type.TYPE_INT32)
                    .setLabel(FieldDescriptorProto.Label.LABEL_REPEATED))
            .addField(many("event_timestamps", 3, "Timestamp")));
    file.addMessageType(message("Metadata").addField(one("feature_names", 1, "FeatureList")));
    file.addMessageType(
        message("GetOnlineFeaturesResponse")
            .addField(one("metadata", 1, "Metadata"))
            .addField(many("results", 2, "FeatureVector")));
    file.addMessageType(
        message("GetFeastServingInfoResponse")
            .addField(field("version", 1, FieldDescriptorProto.Type.TYPE_STRING)));
    try {
      return FileDescriptor.buildFrom(file.build(), new FileDescriptor[0]);
    } catch (com.google.protobuf.Descriptors.DescriptorValidationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static DescriptorProto.Builder message(String name) {
    return DescriptorProto.newBuilder().setName(name);
  }

  private static FieldDescriptorProto.Builder field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setType(type)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL);
  }

  private static FieldDescriptorProto.Builder one(String name, int number, String type) {
    return field(name, number, FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(type);
  }

  private static FieldDescriptorProto.Builder many(String name, int number, String type) {
    return one(name, number, type).setLabel(FieldDescriptorProto.Label.LABEL_REPEATED);
  }

  private static Descriptor type(String name) {
    return MESSAGES.findMessageTypeByName(name);
  }

  private static DynamicMessage.Builder make(String name) {
    return DynamicMessage.newBuilder(type(name));
  }

  private static FieldDescriptor of(DynamicMessage.Builder builder, String field) {
    return builder.getDescriptorForType().findFieldByName(field);
  }

  private static DynamicMessage value(String field, Object value) {
    DynamicMessage.Builder one = make("Value");
    return one.setField(of(one, field), value).build();
  }

  private static DynamicMessage texts(String... texts) {
    DynamicMessage.Builder list = make("FeatureList");
    for (String text : texts) {
      list.addRepeatedField(of(list, "val"), text);
    }
    return list.build();
  }

  private static DynamicMessage column(String name, DynamicMessage... values) {
    DynamicMessage.Builder all = make("RepeatedValue");
    for (DynamicMessage value : values) {
      all.addRepeatedField(of(all, "val"), value);
    }
    DynamicMessage.Builder entry = make("Entry");
    return entry.setField(of(entry, "key"), name).setField(of(entry, "value"), all.build()).build();
  }

  private static Object get(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  @SuppressWarnings("unchecked")
  private static List<DynamicMessage> list(DynamicMessage message, String field) {
    return (List<DynamicMessage>) get(message, field);
  }

  private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
    PLAIN;

    @Override
    public InputStream stream(byte[] message) {
      return new ByteArrayInputStream(message);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] call(ManagedChannel channel, String method, byte[] request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, method))
            .setRequestMarshaller(Bytes.PLAIN)
            .setResponseMarshaller(Bytes.PLAIN)
            .build(),
        CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
        request);
  }

  private LiveServer server() throws IOException {
    return new LiveServer(
        FeastWorld.write(folder), ArrivalClock.wall(InstantSource.fixed(FeastWorld.NOW)));
  }

  private static ManagedChannel channel(LiveServer server) {
    return NettyChannelBuilder.forAddress("127.0.0.1", server.grpc()).usePlaintext().build();
  }

  @Test
  void theSameColumnsAsOverHttp() throws Exception {
    try (LiveServer server = server()) {
      ManagedChannel channel = channel(server);
      DynamicMessage info =
          DynamicMessage.parseFrom(
              type("GetFeastServingInfoResponse"),
              call(channel, "GetFeastServingInfo", new byte[0]));
      assertThat(get(info, "version")).isEqualTo("test");

      DynamicMessage.Builder request = make("GetOnlineFeaturesRequest");
      request.setField(
          of(request, "features"),
          texts("drivers:rating", "drivers:city", "drivers:licensed", "trips:km_7d"));
      request.addRepeatedField(
          of(request, "entities"),
          column(
              "driver_id",
              value("int64_val", 1001L),
              value("int32_val", 1002),
              value("string_val", "9223372036854775807"),
              value("double_val", 7.0),
              make("Value").build()));
      request.addRepeatedField(
          of(request, "request_context"),
          column(
              "trips_count_7d",
              value("double_val", 1.0),
              value("int64_val", 1L),
              value("float_val", 1f),
              value("int32_val", 1),
              make("Value").build()));
      request.setField(of(request, "full_feature_names"), true);
      DynamicMessage answer =
          DynamicMessage.parseFrom(
              type("GetOnlineFeaturesResponse"),
              call(channel, "GetOnlineFeatures", request.build().toByteArray()));
      assertThat(answer.getUnknownFields().asMap()).isEmpty();
      DynamicMessage names =
          (DynamicMessage) get((DynamicMessage) get(answer, "metadata"), "feature_names");
      assertThat(get(names, "val"))
          .isEqualTo(
              List.of(
                  "driver_id",
                  "drivers__rating",
                  "drivers__city",
                  "drivers__licensed",
                  "trips__km_7d"));
      List<DynamicMessage> results = list(answer, "results");
      assertThat(results).hasSize(5);
      DynamicMessage none = make("Value").build();
      assertThat(list(results.get(0), "values"))
          .containsExactly(
              value("int64_val", 1001L),
              value("int32_val", 1002),
              value("string_val", "9223372036854775807"),
              value("double_val", 7.0),
              none);
      assertThat(get(results.get(0), "statuses")).isEqualTo(List.of(1, 1, 1, 1, 0));
      assertThat(list(results.get(1), "values"))
          .containsExactly(
              value("double_val", 0.8724706768989563), none, value("double_val", 4.0), none, none);
      DynamicMessage.Builder updated = make("Timestamp");
      updated.setField(of(updated, "seconds"), 1_704_067_200L);
      assertThat(list(results.get(1), "event_timestamps").getFirst()).isEqualTo(updated.build());
      assertThat(get(results.get(1), "statuses")).isEqualTo(List.of(1, 2, 1, 3, 0));
      assertThat(list(results.get(2), "values"))
          .containsExactly(
              value("string_val", "Bern"),
              value("string_val", "Zürich"),
              value("string_val", "Chur"),
              none,
              none);
      assertThat(list(results.get(3), "values"))
          .containsExactly(
              value("unix_timestamp_val", 1583020800L),
              value("unix_timestamp_val", 1625121000L),
              none,
              none,
              none);
      assertThat(list(results.get(4), "values"))
          .containsExactly(
              value("double_val", 12.75),
              value("double_val", 7.0),
              value("double_val", 0.0),
              none,
              none);
      for (DynamicMessage vector : results) {
        assertThat(list(vector, "event_timestamps")).hasSize(5);
      }
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void errorsHaveAStatusOfTheirOwnAndBytesThatMeanNothingBreakNothing() throws Exception {
    try (LiveServer server = server()) {
      ManagedChannel channel = channel(server);
      DynamicMessage.Builder request = make("GetOnlineFeaturesRequest");
      request.setField(of(request, "features"), texts("rides:km"));
      request.addRepeatedField(
          of(request, "entities"), column("driver_id", value("int64_val", 1L)));
      byte[] valid = request.build().toByteArray();
      assertThatThrownBy(() -> call(channel, "GetOnlineFeatures", valid))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              e -> {
                assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
                assertThat(e.getStatus().getDescription())
                    .startsWith("Feature view rides does not exist");
              });
      Random random = new Random(99);
      for (int i = 0; i < 400; i++) {
        byte[] bytes = valid.clone();
        for (int j = 0; j <= random.nextInt(4); j++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        try {
          call(channel, "GetOnlineFeatures", bytes);
        } catch (StatusRuntimeException e) {
          assertThat(e.getStatus().getCode())
              .isIn(Status.Code.NOT_FOUND, Status.Code.INVALID_ARGUMENT);
        }
      }
      assertThat(server.failures).isEmpty();
      channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    }
  }
}
