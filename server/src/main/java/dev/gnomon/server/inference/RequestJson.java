package dev.gnomon.server.inference;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads an inference request: a JSON object, and the bytes of the binary tensors behind it.
/// Properties of later protocols are passed over.
final class RequestJson {
  private static final int DEEPEST = Tensor.MAX_RANK + 8;

  static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  // Bounded by the body.
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(400)
                  .build())
          .build();

  private final byte[] body;
  private final int json;
  private Optional<String> id = Optional.empty();
  private Map<String, Object> parameters = Map.of();
  private final List<Input> inputs = new ArrayList<>();
  private final List<InferenceRequest.Output> outputs = new ArrayList<>();

  private RequestJson(byte[] body, int json) {
    this.body = body;
    this.json = json;
  }

  /// @param json how many bytes of the body are JSON; the rest is binary tensors
  /// @throws InferenceError when the body can't be used
  static InferenceRequest read(String model, String version, byte[] body, int json) {
    RequestJson reader = new RequestJson(body, json);
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body, 0, json)) {
      reader.request(parser);
    } catch (JacksonException e) {
      throw notJson(e);
    }
    return new InferenceRequest(
        model,
        version,
        reader.id,
        reader.parameters,
        reader.tensors(),
        reader.outputs,
        Deadline.NONE);
  }

  private static InferenceError notJson(JacksonException e) {
    var location = e.getLocation();
    String first = e.getOriginalMessage().lines().findFirst().orElse("");
    return InferenceError.invalid(
        "body%s: it is not valid JSON: %s"
            .formatted(
                location == null
                    ? ""
                    : ", line %d, column %d"
                        .formatted(location.getLineNr(), location.getColumnNr()),
                Shown.of(first)));
  }

  /// A tensor as far as its JSON says it.
  private static final class Input {
    @Nullable String name;
    @Nullable Datatype datatype;
    long @Nullable [] shape;
    Map<String, Object> parameters = Map.of();
    @Nullable Values values;

    /// Where the data stands that came before what it takes to read it; -1 for none.
    long later = -1;
  }

  private void request(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw InferenceError.invalid("body: it is no JSON object; {\"inputs\": […]} is taken");
    }
    boolean inputsSeen = false;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String property = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (property) {
        case "id" -> id = token == JsonToken.VALUE_NULL ? id : Optional.of(id(parser, token));
        case "parameters" -> parameters = parameters(parser, token, "parameters");
        case "inputs" -> {
          inputsSeen = true;
          array(token, "inputs");
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            inputs.add(input(parser, "inputs[" + inputs.size() + "]"));
          }
        }
        case "outputs" -> {
          if (token != JsonToken.VALUE_NULL) {
            array(token, "outputs");
            while (parser.nextToken() != JsonToken.END_ARRAY) {
              outputs.add(output(parser, "outputs[" + outputs.size() + "]"));
            }
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (parser.nextToken() != null) {
      throw InferenceError.invalid(
          "body: something follows the JSON object; binary data takes the header"
              + " Inference-Header-Content-Length");
    }
    if (!inputsSeen) {
      throw InferenceError.invalid("inputs: they are missing; an array of tensors is taken");
    }
  }

  private static void array(JsonToken token, String place) {
    if (token != JsonToken.START_ARRAY) {
      throw InferenceError.invalid(place + ": it is no array");
    }
  }

  private static String text(JsonParser parser, JsonToken token, String place) {
    if (token != JsonToken.VALUE_STRING) {
      throw InferenceError.invalid(place + ": it is no string");
    }
    return parser.getString();
  }

  private static String id(JsonParser parser, JsonToken token) {
    String id = text(parser, token, "id");
    if (!Shown.isUnicode(id)) {
      throw InferenceError.invalid("id: it holds half of a surrogate pair");
    }
    if (id.length() > InferenceRequest.MAX_ID) {
      throw InferenceError.invalid(
          "id: it has %d characters; at most %d are taken"
              .formatted(id.length(), InferenceRequest.MAX_ID));
    }
    return id;
  }

  private static Map<String, Object> parameters(JsonParser parser, JsonToken token, String place) {
    if (token == JsonToken.VALUE_NULL) {
      return Map.of();
    }
    if (token != JsonToken.START_OBJECT) {
      throw InferenceError.invalid(place + ": it is no object");
    }
    Map<String, Object> out = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      switch (parser.nextToken()) {
        case VALUE_STRING -> out.put(name, parser.getString());
        case VALUE_TRUE -> out.put(name, true);
        case VALUE_FALSE -> out.put(name, false);
        case VALUE_NUMBER_FLOAT -> out.put(name, parser.getDoubleValue());
        case VALUE_NUMBER_INT ->
            out.put(
                name,
                parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? (Object) parser.getDoubleValue()
                    : (Object) parser.getLongValue());
        // What MLServer's clients add as objects (headers, …) is for models of theirs.
        default -> parser.skipChildren();
      }
    }
    return out;
  }

  private static InferenceRequest.Output output(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw InferenceError.invalid(place + ": it is no object; {\"name\": …} is taken");
    }
    String name = null;
    Map<String, Object> parameters = Map.of();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String property = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (property) {
        case "name" -> name = text(parser, token, place + ".name");
        case "parameters" -> parameters = parameters(parser, token, place + ".parameters");
        default -> parser.skipChildren();
      }
    }
    if (name == null) {
      throw InferenceError.invalid(place + ".name: it is missing");
    }
    return new InferenceRequest.Output(name, parameters);
  }

  private Input input(JsonParser parser, String place) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw InferenceError.invalid(place + ": it is no object; a tensor is taken");
    }
    Input in = new Input();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String property = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (property) {
        case "name" -> in.name = text(parser, token, place + ".name");
        case "datatype" -> in.datatype = datatype(text(parser, token, place + ".datatype"), place);
        case "shape" -> in.shape = shape(parser, token, place + ".shape");
        case "parameters" -> in.parameters = parameters(parser, token, place + ".parameters");
        case "data" -> {
          if (in.name != null && in.datatype != null && in.shape != null) {
            in.values = TensorJson.read(parser, in.name, in.datatype, in.shape, json);
          } else {
            in.later = parser.currentTokenLocation().getByteOffset();
            parser.skipChildren();
          }
        }
        default -> parser.skipChildren();
      }
    }
    if (in.name == null || in.datatype == null || in.shape == null) {
      throw InferenceError.invalid(
          place
              + (in.name == null ? ".name" : in.datatype == null ? ".datatype" : ".shape")
              + ": it is missing; a tensor has name, shape and datatype");
    }
    return in;
  }

  static Datatype datatype(String text, String place) {
    return Datatype.of(text)
        .orElseThrow(() ->
            InferenceError.invalid(
                "%s.datatype: there is no '%s'; there are %s"
                    .formatted(place, Shown.of(text), Datatype.all())));
  }

  private static long[] shape(JsonParser parser, JsonToken token, String place) {
    array(token, place);
    long[] shape = new long[Tensor.MAX_RANK];
    int rank = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
          || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw InferenceError.invalid(place + ": a dimension is no whole number of 64 bits");
      }
      if (rank == shape.length) {
        throw InferenceError.invalid(
            "%s: there are more than %d dimensions".formatted(place, Tensor.MAX_RANK));
      }
      shape[rank++] = parser.getLongValue();
    }
    return java.util.Arrays.copyOf(shape, rank);
  }

  /// The tensors, each with its values from wherever they stand.
  private List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>(inputs.size());
    int binary = json;
    for (Input in : inputs) {
      String name = java.util.Objects.requireNonNull(in.name);
      Datatype datatype = java.util.Objects.requireNonNull(in.datatype);
      long[] shape = java.util.Objects.requireNonNull(in.shape);
      if (in.parameters.containsKey("shared_memory_region")) {
        throw InferenceError.invalid(
            "inputs.%s: shared memory is not offered; send data".formatted(Shown.of(name)));
      }
      Object size = in.parameters.get("binary_data_size");
      Values values = in.later < 0 ? in.values : later(in.later, name, datatype, shape);
      if (size == null && values == null) {
        throw InferenceError.invalid(
            "inputs.%s.data: it is missing, and there is no binary_data_size"
                .formatted(Shown.of(name)));
      }
      if (size == null && values != null) {
        if ("base64".equals(in.parameters.get("content_type"))) {
          TensorJson.decodeBase64(name, values);
        }
        tensors.add(new Tensor(name, datatype, shape, values, in.parameters));
        continue;
      }
      if (values != null) {
        throw InferenceError.invalid(
            "inputs.%s: it has both data and binary_data_size; one of them is taken"
                .formatted(Shown.of(name)));
      }
      int left = body.length - binary;
      if (!(size instanceof Long bytes) || bytes < 0 || bytes > left) {
        throw InferenceError.invalid(
            "inputs.%s.parameters.binary_data_size: it is %s; %d bytes are left of the body"
                .formatted(Shown.of(name), Shown.of(String.valueOf(size)), left));
      }
      tensors.add(
          RawTensors.read(
              name,
              datatype,
              shape,
              in.parameters,
              ByteBuffer.wrap(body, binary, (int) (long) bytes)));
      binary += (int) (long) bytes;
    }
    if (binary != body.length) {
      throw InferenceError.invalid(
          "body: %d bytes follow the JSON; the tensors take %d"
              .formatted(body.length - json, binary - json));
    }
    return tensors;
  }

  private Values later(long from, String name, Datatype datatype, long[] shape) {
    int offset = Math.toIntExact(from);
    try (JsonParser parser =
        JSON.createParser(ObjectReadContext.empty(), body, offset, json - offset)) {
      parser.nextToken();
      return TensorJson.read(parser, name, datatype, shape, json);
    } catch (JacksonException e) {
      throw notJson(e);
    }
  }
}
