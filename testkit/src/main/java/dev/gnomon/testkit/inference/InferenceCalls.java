package dev.gnomon.testkit.inference;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A client over gRPC whose messages protobuf makes from the `.proto` file: another hand than the
/// server's.
public final class InferenceCalls implements AutoCloseable {
  static final FileDescriptor MESSAGES = ProtoSource.read("open_inference.proto");
  static final String SERVICE = "inference.GRPCInferenceService";

  private final ManagedChannel channel;

  /// @param target host and port
  public InferenceCalls(String target) {
    this.channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .maxInboundMessageSize(64 << 20)
            .build();
  }

  ManagedChannel channel() {
    return channel;
  }

  static Descriptor type(String name) {
    return MESSAGES.findMessageTypeByName(name);
  }

  /// @param fields names and values in turn; a list for a repeated field
  static DynamicMessage message(Descriptor type, Object... fields) {
    DynamicMessage.Builder out = DynamicMessage.newBuilder(type);
    for (int i = 0; i < fields.length; i += 2) {
      out.setField(type.findFieldByName((String) fields[i]), fields[i + 1]);
    }
    return out.build();
  }

  static DynamicMessage message(String type, Object... fields) {
    return message(type(type), fields);
  }

  public static Object get(DynamicMessage message, String field) {
    return message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  public static List<?> list(DynamicMessage message, String field) {
    return (List<?>) get(message, field);
  }

  /// A call of a method of the inference service, with messages named after it.
  public DynamicMessage call(String method, Object... fields) {
    return call(SERVICE, method, CallOptions.DEFAULT, message(method + "Request", fields));
  }

  /// @throws io.grpc.StatusRuntimeException with the answer's status when it is not OK
  DynamicMessage call(String service, String method, CallOptions options, DynamicMessage request) {
    return ClientCalls.blockingUnaryCall(
        channel,
        method(
            service,
            method,
            MethodDescriptor.MethodType.UNARY,
            request.getDescriptorForType(),
            type(method + "Response")),
        options,
        request);
  }

  static MethodDescriptor<DynamicMessage, DynamicMessage> method(
      String service,
      String method,
      MethodDescriptor.MethodType kind,
      Descriptor request,
      Descriptor response) {
    return MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
        .setType(kind)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, method))
        .setRequestMarshaller(new Messages(request))
        .setResponseMarshaller(new Messages(response))
        .build();
  }

  private record Messages(Descriptor type) implements MethodDescriptor.Marshaller<DynamicMessage> {
    @Override
    public InputStream stream(DynamicMessage message) {
      return new ByteArrayInputStream(message.toByteArray());
    }

    @Override
    public DynamicMessage parse(InputStream stream) {
      try {
        return DynamicMessage.parseFrom(type, stream);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// An inference request, put together tensor by tensor.
  public static final class Infer {
    private final DynamicMessage.Builder request =
        DynamicMessage.newBuilder(type("ModelInferRequest"));

    public Infer(String model) {
      set("model_name", model);
    }

    public Infer set(String field, Object value) {
      request.setField(field(field), value);
      return this;
    }

    private FieldDescriptor field(String name) {
      return type("ModelInferRequest").findFieldByName(name);
    }

    /// A tensor whose values stand in a typed field.
    public Infer typed(
        String name, String datatype, long[] shape, String contents, List<?> values) {
      DynamicMessage typed = message("InferTensorContents", contents, values);
      return input(name, datatype, shape, "contents", typed);
    }

    public Infer input(String name, String datatype, long[] shape, Object... more) {
      List<Object> fields = new ArrayList<>();
      fields.addAll(List.of("name", name, "datatype", datatype));
      List<Long> dimensions = new ArrayList<>();
      for (long one : shape) {
        dimensions.add(one);
      }
      fields.addAll(List.of("shape", dimensions));
      fields.addAll(List.of(more));
      Descriptor tensor = type("ModelInferRequest").findNestedTypeByName("InferInputTensor");
      request.addRepeatedField(field("inputs"), message(tensor, fields.toArray()));
      return this;
    }

    /// A tensor whose values stand in raw form.
    public Infer raw(String name, String datatype, long[] shape, byte[] bytes) {
      request.addRepeatedField(field("raw_input_contents"), ByteString.copyFrom(bytes));
      return input(name, datatype, shape);
    }

    public Infer output(String name) {
      Descriptor output =
          type("ModelInferRequest").findNestedTypeByName("InferRequestedOutputTensor");
      request.addRepeatedField(field("outputs"), message(output, "name", name));
      return this;
    }

    /// A parameter of the request.
    ///
    /// @param choice of the five
    public Infer parameter(String name, String choice, Object value) {
      Descriptor entry = type("ModelInferRequest").findNestedTypeByName("ParametersEntry");
      request.addRepeatedField(
          field("parameters"),
          message(entry, "key", name, "value", message("InferParameter", choice, value)));
      return this;
    }

    DynamicMessage build() {
      return request.build();
    }
  }

  public DynamicMessage infer(Infer request) {
    return infer(request, CallOptions.DEFAULT);
  }

  public DynamicMessage infer(Infer request, CallOptions options) {
    return call(SERVICE, "ModelInfer", options, request.build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      boolean _ = channel.awaitTermination(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
