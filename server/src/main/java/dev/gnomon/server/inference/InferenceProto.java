package dev.gnomon.server.inference;

import static dev.gnomon.server.inference.ProtoMessages.bytes;
import static dev.gnomon.server.inference.ProtoMessages.fixed64;
import static dev.gnomon.server.inference.ProtoMessages.inner;
import static dev.gnomon.server.inference.ProtoMessages.message;
import static dev.gnomon.server.inference.ProtoMessages.text;
import static dev.gnomon.server.inference.ProtoMessages.varint;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `ModelInferRequest` and `ModelInferResponse`, read and written field by field:
///
/// ```
/// request    1 model_name | 2 model_version | 3 id | 4 parameters (map) | 5 inputs | 6 outputs
///            7 raw_input_contents
/// input      1 name | 2 datatype | 3 shape (int64) | 4 parameters | 5 contents
/// output     1 name | 2 parameters
/// response   1 model_name | 2 model_version | 3 id | 4 parameters | 5 outputs (as inputs)
///            6 raw_output_contents
/// parameter  one of 1 bool | 2 int64 | 3 string | 4 double | 5 uint64
/// ```
final class InferenceProto {
  private String model = "";
  private String version = "";
  private String id = "";
  private final Map<String, Object> parameters = new LinkedHashMap<>();
  private final List<Input> inputs = new ArrayList<>();
  private final List<InferenceRequest.Output> outputs = new ArrayList<>();
  private final List<ByteBuffer> raw = new ArrayList<>();

  private InferenceProto() {}

  /// @param raw whether the tensors came, and so go back, in raw form
  record Asked(InferenceRequest request, boolean raw) {}

  private static final class Input {
    String name = "";
    String datatype = "";
    long[] shape = new long[4];
    int rank;
    final Map<String, Object> parameters = new LinkedHashMap<>();

    /// The bytes of the message; several are one, as protobuf merges them.
    byte @Nullable [] contents;
  }

  /// @throws InferenceError when the message can't be used
  static Asked request(byte[] bytes, Deadline deadline) {
    InferenceProto reader = new InferenceProto();
    ProtoMessages.read(bytes, "ModelInferRequest", reader::take);
    if (reader.id.length() > InferenceRequest.MAX_ID) {
      throw InferenceError.invalid(
          "id: it has %d characters; at most %d are taken"
              .formatted(reader.id.length(), InferenceRequest.MAX_ID));
    }
    return new Asked(
        new InferenceRequest(
            reader.model,
            reader.version,
            Optional.of(reader.id).filter(id -> !id.isEmpty()),
            reader.parameters,
            reader.tensors(),
            reader.outputs,
            deadline),
        !reader.raw.isEmpty());
  }

  private boolean take(int tag, CodedInputStream in) throws IOException {
    if (tag == bytes(1)) {
      model = in.readStringRequireUtf8();
    } else if (tag == bytes(2)) {
      version = in.readStringRequireUtf8();
    } else if (tag == bytes(3)) {
      id = in.readStringRequireUtf8();
    } else if (tag == bytes(4)) {
      parameter(in, parameters);
    } else if (tag == bytes(5)) {
      Input input = new Input();
      inner(in, (field, inside) -> take(input, field, inside));
      inputs.add(input);
    } else if (tag == bytes(6)) {
      outputs.add(output(in));
    } else if (tag == bytes(7)) {
      raw.add(in.readByteBuffer());
    } else {
      return false;
    }
    return true;
  }

  private static boolean take(Input input, int tag, CodedInputStream in) throws IOException {
    if (tag == bytes(1)) {
      input.name = in.readStringRequireUtf8();
    } else if (tag == bytes(2)) {
      input.datatype = in.readStringRequireUtf8();
    } else if (tag == bytes(3)) {
      int before = in.pushLimit(in.readRawVarint32());
      while (!in.isAtEnd()) {
        dimension(input, in.readInt64());
      }
      in.popLimit(before);
    } else if (tag == varint(3)) {
      dimension(input, in.readInt64());
    } else if (tag == bytes(4)) {
      parameter(in, input.parameters);
    } else if (tag == bytes(5)) {
      byte[] contents = in.readByteArray();
      input.contents = input.contents == null ? contents : joined(input.contents, contents);
    } else {
      return false;
    }
    return true;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private static void dimension(Input input, long value) {
    if (input.rank == Tensor.MAX_RANK) {
      throw InferenceError.invalid(
          "inputs.%s.shape: there are more than %d dimensions"
              .formatted(Shown.of(input.name), Tensor.MAX_RANK));
    }
    if (input.rank == input.shape.length) {
      input.shape = Arrays.copyOf(input.shape, 2 * input.rank);
    }
    input.shape[input.rank++] = value;
  }

  private static InferenceRequest.Output output(CodedInputStream in) throws IOException {
    String[] name = {""};
    Map<String, Object> parameters = new LinkedHashMap<>();
    inner(
        in,
        (tag, inside) -> {
          if (tag == bytes(1)) {
            name[0] = inside.readStringRequireUtf8();
          } else if (tag == bytes(2)) {
            parameter(inside, parameters);
          } else {
            return false;
          }
          return true;
        });
    return new InferenceRequest.Output(name[0], parameters);
  }

  /// One entry of a map of parameters.
  static void parameter(CodedInputStream in, Map<String, Object> parameters) throws IOException {
    String[] name = {""};
    Object[] value = {""};
    inner(
        in,
        (tag, inside) -> {
          if (tag == bytes(1)) {
            name[0] = inside.readStringRequireUtf8();
          } else if (tag == bytes(2)) {
            inner(inside, (choice, deep) -> choice(choice, deep, value));
          } else {
            return false;
          }
          return true;
        });
    parameters.put(name[0], value[0]);
  }

  private static boolean choice(int tag, CodedInputStream in, Object[] value) throws IOException {
    if (tag == varint(1)) {
      value[0] = in.readBool();
    } else if (tag == varint(2) || tag == varint(5)) {
      value[0] = in.readInt64();
    } else if (tag == bytes(3)) {
      value[0] = in.readStringRequireUtf8();
    } else if (tag == fixed64(4)) {
      value[0] = in.readDouble();
    } else {
      return false;
    }
    return true;
  }

  private List<Tensor> tensors() {
    if (!raw.isEmpty() && raw.size() != inputs.size()) {
      throw InferenceError.invalid(
          "raw_input_contents: there are %d for %d inputs; one for each is taken"
              .formatted(raw.size(), inputs.size()));
    }
    List<Tensor> tensors = new ArrayList<>(inputs.size());
    for (int i = 0; i < inputs.size(); i++) {
      Input input = inputs.get(i);
      Datatype datatype = RequestJson.datatype(input.datatype, "inputs[" + i + "]");
      long[] shape = Arrays.copyOf(input.shape, input.rank);
      if (raw.isEmpty()) {
        byte[] contents = input.contents == null ? new byte[0] : input.contents;
        tensors.add(
            new Tensor(
                input.name,
                datatype,
                shape,
                TensorProto.read(input.name, datatype, shape, contents),
                input.parameters));
      } else {
        if (input.contents != null) {
          throw InferenceError.invalid(
              "inputs.%s.contents: raw_input_contents are given too; one of them is taken"
                  .formatted(Shown.of(input.name)));
        }
        tensors.add(RawTensors.read(input.name, datatype, shape, input.parameters, raw.get(i)));
      }
    }
    return tensors;
  }

  /// @param raw whether the client sent raw tensors; types without typed contents go back raw
  ///   anyway, and then all
  static byte[] response(InferenceResponse response, boolean raw) {
    boolean allRaw =
        raw
            || response.outputs().stream()
                .anyMatch(tensor -> TensorProto.field(tensor.datatype()) == 0);
    return message(out -> {
      text(out, 1, response.model());
      text(out, 2, response.version());
      text(out, 3, response.id().orElse(""));
      parameters(out, 4, response.parameters());
      for (Tensor tensor : response.outputs()) {
        out.writeByteArray(5, message(inside -> output(inside, tensor, allRaw)));
      }
      if (allRaw) {
        for (Tensor tensor : response.outputs()) {
          out.writeByteArray(6, RawTensors.write(tensor));
        }
      }
    });
  }

  private static void output(CodedOutputStream out, Tensor tensor, boolean raw) throws IOException {
    text(out, 1, tensor.name());
    text(out, 2, tensor.datatype().name());
    shape(out, tensor.shape());
    parameters(out, 4, tensor.parameters());
    if (!raw) {
      out.writeByteArray(5, message(inside -> TensorProto.write(inside, tensor)));
    }
  }

  private static void shape(CodedOutputStream out, long[] shape) throws IOException {
    if (shape.length == 0) {
      return;
    }
    int size = 0;
    for (long one : shape) {
      size += CodedOutputStream.computeInt64SizeNoTag(one);
    }
    out.writeUInt32NoTag(bytes(3));
    out.writeUInt32NoTag(size);
    for (long one : shape) {
      out.writeInt64NoTag(one);
    }
  }

  private static void parameters(CodedOutputStream out, int field, Map<String, Object> parameters)
      throws IOException {
    for (Map.Entry<String, Object> entry : parameters.entrySet()) {
      byte[] choice =
          message(inside -> {
            switch (entry.getValue()) {
              case Boolean truth -> inside.writeBool(1, truth);
              case Long number -> inside.writeInt64(2, number);
              case Double number -> inside.writeDouble(4, number);
              default -> inside.writeString(3, entry.getValue().toString());
            }
          });
      out.writeByteArray(
          field,
          message(inside -> {
            text(inside, 1, entry.getKey());
            inside.writeByteArray(2, choice);
          }));
    }
  }

  /// `ModelMetadataResponse`: 1 name | 2 versions | 3 platform | 4 inputs | 5 outputs | 6
  /// properties; a tensor: 1 name | 2 datatype | 3 shape.
  static byte[] metadata(ModelMetadata model) {
    return message(out -> {
      text(out, 1, model.name());
      for (String version : model.versions()) {
        out.writeString(2, version);
      }
      text(out, 3, model.platform());
      tensors(out, 4, model.inputs().values());
      tensors(out, 5, model.outputs().values());
      for (Map.Entry<String, String> entry : model.properties().entrySet()) {
        out.writeByteArray(
            6,
            message(inside -> {
              text(inside, 1, entry.getKey());
              text(inside, 2, entry.getValue());
            }));
      }
    });
  }

  private static void tensors(CodedOutputStream out, int field, Collection<TensorSpec> specs)
      throws IOException {
    for (TensorSpec spec : specs) {
      out.writeByteArray(
          field,
          message(inside -> {
            text(inside, 1, spec.name());
            text(inside, 2, spec.datatype().name());
            shape(inside, spec.shape());
          }));
    }
  }
}
