package dev.gnomon.server.inference;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MessageOptions;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.OneofDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The descriptions that reflection gives of the inference services and of health: what a `.proto`
/// file would compile to, made from one line per message.
final class ServiceDescriptions {
  private static final Map<String, FieldDescriptorProto.Type> SCALARS =
      Map.of(
          "bool", FieldDescriptorProto.Type.TYPE_BOOL,
          "int32", FieldDescriptorProto.Type.TYPE_INT32,
          "int64", FieldDescriptorProto.Type.TYPE_INT64,
          "uint32", FieldDescriptorProto.Type.TYPE_UINT32,
          "uint64", FieldDescriptorProto.Type.TYPE_UINT64,
          "float", FieldDescriptorProto.Type.TYPE_FLOAT,
          "double", FieldDescriptorProto.Type.TYPE_DOUBLE,
          "string", FieldDescriptorProto.Type.TYPE_STRING,
          "bytes", FieldDescriptorProto.Type.TYPE_BYTES);

  private static final List<FileDescriptorProto> FILES =
      List.of(inference(), repository(), health());

  private ServiceDescriptions() {}

  static List<String> services() {
    return FILES.stream()
        .flatMap(file ->
            file.getServiceList().stream()
                .map(service -> file.getPackage() + "." + service.getName()))
        .sorted()
        .toList();
  }

  static @Nullable FileDescriptorProto file(String name) {
    return FILES.stream().filter(file -> file.getName().equals(name)).findFirst().orElse(null);
  }

  /// @param symbol the full name of a service, a method or a message
  static @Nullable FileDescriptorProto containing(String symbol) {
    return FILES.stream().filter(file -> holds(file, symbol)).findFirst().orElse(null);
  }

  private static boolean holds(FileDescriptorProto file, String symbol) {
    String own = file.getPackage() + ".";
    if (!symbol.startsWith(own)) {
      return false;
    }
    String name = symbol.substring(own.length()).split("\\.", 2)[0];
    return file.getServiceList().stream().anyMatch(service -> service.getName().equals(name))
        || file.getMessageTypeList().stream().anyMatch(message -> message.getName().equals(name));
  }

  private static FileDescriptorProto inference() {
    String tensor =
        "string name=1; string datatype=2; repeated int64 shape=3;"
            + " map<string,InferParameter> parameters=4; InferTensorContents contents=5";
    FileDescriptorProto.Builder file =
        file("open_inference_grpc.proto", "inference")
            .addMessageType(message("ServerLiveRequest", ""))
            .addMessageType(message("ServerLiveResponse", "bool live=1"))
            .addMessageType(message("ServerReadyRequest", ""))
            .addMessageType(message("ServerReadyResponse", "bool ready=1"))
            .addMessageType(message("ModelReadyRequest", "string name=1; string version=2"))
            .addMessageType(message("ModelReadyResponse", "bool ready=1"))
            .addMessageType(message("ServerMetadataRequest", ""))
            .addMessageType(
                message(
                    "ServerMetadataResponse",
                    "string name=1; string version=2; repeated string extensions=3"))
            .addMessageType(message("ModelMetadataRequest", "string name=1; string version=2"))
            .addMessageType(
                message(
                        "ModelMetadataResponse",
                        "string name=1; repeated string versions=2; string platform=3;"
                            + " repeated ModelMetadataResponse.TensorMetadata inputs=4;"
                            + " repeated ModelMetadataResponse.TensorMetadata outputs=5;"
                            + " map<string,string> properties=6")
                    .addNestedType(
                        message(
                            "TensorMetadata",
                            "string name=1; string datatype=2; repeated int64 shape=3")))
            .addMessageType(
                message(
                        "ModelInferRequest",
                        "string model_name=1; string model_version=2; string id=3;"
                            + " map<string,InferParameter> parameters=4;"
                            + " repeated ModelInferRequest.InferInputTensor inputs=5;"
                            + " repeated ModelInferRequest.InferRequestedOutputTensor outputs=6;"
                            + " repeated bytes raw_input_contents=7")
                    .addNestedType(message("InferInputTensor", tensor))
                    .addNestedType(
                        message(
                            "InferRequestedOutputTensor",
                            "string name=1; map<string,InferParameter> parameters=2")))
            .addMessageType(
                message(
                        "ModelInferResponse",
                        "string model_name=1; string model_version=2; string id=3;"
                            + " map<string,InferParameter> parameters=4;"
                            + " repeated ModelInferResponse.InferOutputTensor outputs=5;"
                            + " repeated bytes raw_output_contents=6")
                    .addNestedType(message("InferOutputTensor", tensor)))
            .addMessageType(choice("InferParameter"))
            .addMessageType(
                message(
                    "InferTensorContents",
                    "repeated bool bool_contents=1; repeated int32 int_contents=2;"
                        + " repeated int64 int64_contents=3; repeated uint32 uint_contents=4;"
                        + " repeated uint64 uint64_contents=5; repeated float fp32_contents=6;"
                        + " repeated double fp64_contents=7; repeated bytes bytes_contents=8"))
            .addMessageType(message("ModelStatisticsRequest", "string name=1; string version=2"))
            .addMessageType(message("StatisticDuration", "uint64 count=1; uint64 ns=2"))
            .addMessageType(
                message(
                    "InferStatistics",
                    "StatisticDuration success=1; StatisticDuration fail=2;"
                        + " StatisticDuration compute_infer=5"))
            .addMessageType(
                message(
                    "ModelStatistics",
                    "string name=1; string version=2; uint64 last_inference=3;"
                        + " uint64 inference_count=4; uint64 execution_count=5;"
                        + " InferStatistics inference_stats=6"))
            .addMessageType(
                message("ModelStatisticsResponse", "repeated ModelStatistics model_stats=1"));
    ServiceDescriptorProto.Builder service =
        ServiceDescriptorProto.newBuilder().setName("GRPCInferenceService");
    for (String method :
        List.of(
            "ServerLive",
            "ServerReady",
            "ModelReady",
            "ServerMetadata",
            "ModelMetadata",
            "ModelInfer",
            "ModelStatistics")) {
      service.addMethod(method("inference", method));
    }
    return repository(file, service, "inference").addService(service).build();
  }

  private static FileDescriptorProto repository() {
    FileDescriptorProto.Builder file = file("model_repository.proto", "inference.model_repository");
    ServiceDescriptorProto.Builder service =
        ServiceDescriptorProto.newBuilder().setName("ModelRepositoryService");
    return repository(file, service, "inference.model_repository").addService(service).build();
  }

  private static FileDescriptorProto.Builder repository(
      FileDescriptorProto.Builder file, ServiceDescriptorProto.Builder service, String in) {
    for (String method :
        List.of("RepositoryIndex", "RepositoryModelLoad", "RepositoryModelUnload")) {
      service.addMethod(method(in, method));
    }
    String model = "string repository_name=1; string model_name=2";
    return file.addMessageType(
            message("RepositoryIndexRequest", "string repository_name=1; bool ready=2"))
        .addMessageType(
            message(
                    "RepositoryIndexResponse",
                    "repeated RepositoryIndexResponse.ModelIndex models=1")
                .addNestedType(
                    message(
                        "ModelIndex",
                        "string name=1; string version=2; string state=3; string reason=4")))
        .addMessageType(message("RepositoryModelLoadRequest", model))
        .addMessageType(message("RepositoryModelLoadResponse", ""))
        .addMessageType(message("RepositoryModelUnloadRequest", model))
        .addMessageType(message("RepositoryModelUnloadResponse", ""));
  }

  private static FileDescriptorProto health() {
    EnumDescriptorProto.Builder states = EnumDescriptorProto.newBuilder().setName("ServingStatus");
    List<String> names = List.of("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN");
    for (int i = 0; i < names.size(); i++) {
      states.addValue(EnumValueDescriptorProto.newBuilder().setName(names.get(i)).setNumber(i));
    }
    FieldDescriptorProto.Builder status =
        FieldDescriptorProto.newBuilder()
            .setName("status")
            .setNumber(1)
            .setLabel(Label.LABEL_OPTIONAL)
            .setType(FieldDescriptorProto.Type.TYPE_ENUM)
            .setTypeName("HealthCheckResponse.ServingStatus");
    String in = "grpc.health.v1";
    MethodDescriptorProto.Builder check =
        method(in, "Check")
            .setInputType(".grpc.health.v1.HealthCheckRequest")
            .setOutputType(".grpc.health.v1.HealthCheckResponse");
    return file("grpc/health/v1/health.proto", in)
        .addMessageType(message("HealthCheckRequest", "string service=1"))
        .addMessageType(
            DescriptorProto.newBuilder()
                .setName("HealthCheckResponse")
                .addEnumType(states)
                .addField(status))
        .addService(
            ServiceDescriptorProto.newBuilder()
                .setName("Health")
                .addMethod(check)
                .addMethod(check.clone().setName("Watch").setServerStreaming(true)))
        .build();
  }

  private static FileDescriptorProto.Builder file(String name, String in) {
    return FileDescriptorProto.newBuilder().setName(name).setPackage(in).setSyntax("proto3");
  }

  private static MethodDescriptorProto.Builder method(String in, String name) {
    return MethodDescriptorProto.newBuilder()
        .setName(name)
        .setInputType(".%s.%sRequest".formatted(in, name))
        .setOutputType(".%s.%sResponse".formatted(in, name));
  }

  /// The parameter, which is one of five.
  private static DescriptorProto.Builder choice(String name) {
    DescriptorProto.Builder message =
        message(
            name,
            "bool bool_param=1; int64 int64_param=2; string string_param=3;"
                + " double double_param=4; uint64 uint64_param=5");
    message.addOneofDecl(OneofDescriptorProto.newBuilder().setName("parameter_choice"));
    message.getFieldBuilderList().forEach(field -> field.setOneofIndex(0));
    return message;
  }

  /// @param fields as in a `.proto` file, with semicolons between
  private static DescriptorProto.Builder message(String name, String fields) {
    DescriptorProto.Builder message = DescriptorProto.newBuilder().setName(name);
    List<String> lines = new ArrayList<>(List.of(fields.split(";", -1)));
    lines.removeIf(String::isBlank);
    for (String line : lines) {
      String[] sides = line.strip().split("=", 2);
      String[] words = sides[0].split(" ", -1);
      FieldDescriptorProto.Builder field =
          FieldDescriptorProto.newBuilder()
              .setName(words[words.length - 1])
              .setNumber(Integer.parseInt(sides[1]));
      String type = words[words.length - 2];
      boolean many = words[0].equals("repeated");
      if (type.startsWith("map<")) {
        String value = type.substring(type.indexOf(',') + 1, type.length() - 1);
        String entry = camel(field.getName()) + "Entry";
        message.addNestedType(
            message(entry, "string key=1; %s value=2".formatted(value))
                .setOptions(MessageOptions.newBuilder().setMapEntry(true)));
        many = true;
        // Map entries of a nested message are named from the message that holds them.
        field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(entry);
      } else {
        typed(field, type);
      }
      message.addField(field.setLabel(many ? Label.LABEL_REPEATED : Label.LABEL_OPTIONAL));
    }
    return message;
  }

  private static void typed(FieldDescriptorProto.Builder field, String type) {
    FieldDescriptorProto.Type scalar = SCALARS.get(type);
    if (scalar == null) {
      field.setType(FieldDescriptorProto.Type.TYPE_MESSAGE).setTypeName(type);
    } else {
      field.setType(scalar);
    }
  }

  private static String camel(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }
}
