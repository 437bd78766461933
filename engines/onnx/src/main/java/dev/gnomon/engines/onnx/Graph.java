package dev.gnomon.engines.onnx;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// An ONNX graph under way: nodes are added in the order in which they run, each under the name of
/// its one output.
///
/// Field numbers are those of `onnx.proto`
/// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
final class Graph {
  /// What a tensor holds, by the number of the format.
  enum Element {
    FLOAT(1),
    INT64(7),
    STRING(8),
    BOOL(9),
    DOUBLE(11);

    final int number;

    Element(int number) {
      this.number = number;
    }
  }

  private static final int IR_VERSION = 8;
  private static final long MAIN_SET = 17;
  private static final String LEARNING = "ai.onnx.ml";

  private final List<Message> nodes = new ArrayList<>();
  private final List<Message> initializers = new ArrayList<>();
  private final List<Message> inputs = new ArrayList<>();
  private final List<Message> outputs = new ArrayList<>();
  private final Map<String, String> metadata = new TreeMap<>();
  private long learningSet = 3;
  private int names;

  /// The version of ai.onnx.ml that the graph needs at least.
  void needsLearningSet(long version) {
    learningSet = Math.max(learningSet, version);
  }

  /// A column of the caller's: [N, 1].
  void input(String name, Element element) {
    inputs.add(value(name, element, 1));
  }

  /// @param width of [N, width]
  void input(String name, Element element, int width) {
    inputs.add(value(name, element, width));
  }

  void output(String name, Element element, int width) {
    outputs.add(value(name, element, width));
  }

  void metadata(String key, String text) {
    metadata.put(key, text);
  }

  private static Message value(String name, Element element, int width) {
    Message shape = new Message();
    shape.put(1, new Message().put(2, "N"));
    if (width > 0) {
      shape.put(1, new Message().put(1, width));
    }
    Message tensor = new Message().put(1, element.number).put(2, shape);
    return new Message().put(1, name).put(2, new Message().put(1, tensor));
  }

  /// An output that is a sequence of maps from a class to its probability.
  void outputMaps(String name, boolean whole) {
    Message numbers =
        new Message().put(1, new Message().put(1, Element.FLOAT.number)); // a tensor of floats
    Message map =
        new Message().put(1, (whole ? Element.INT64 : Element.STRING).number).put(2, numbers);
    Message sequence = new Message().put(1, new Message().put(5, map));
    outputs.add(new Message().put(1, name).put(2, new Message().put(4, sequence)));
  }

  /// A tensor that would have to be read from another file.
  void elsewhere(String name, String path) {
    initializers.add(
        new Message()
            .put(1, 2)
            .put(1, 1)
            .put(2, Element.FLOAT.number)
            .put(8, name)
            .put(13, new Message().put(1, "location").put(2, path))
            .put(14, 1));
  }

  /// No column of a user's begins so.
  private String fresh(String about) {
    return "~" + about + "#" + names++;
  }

  /// An operator of the main set.
  String add(String operator, List<String> from, Message... attributes) {
    return node("", operator, from, fresh(operator), attributes);
  }

  String add(String operator, String from, Message... attributes) {
    return add(operator, List.of(from), attributes);
  }

  String add(String operator, String a, String b) {
    return add(operator, List.of(a, b));
  }

  /// An operator of ai.onnx.ml.
  String learned(String operator, String from, Message... attributes) {
    return node(LEARNING, operator, List.of(from), fresh(operator), attributes);
  }

  /// Gives a value its name for the outside.
  void name(String value, String as) {
    node("", "Identity", List.of(value), as);
  }

  String node(String domain, String operator, List<String> from, String to, Message... attributes) {
    node(domain, operator, from, List.of(to), attributes);
    return to;
  }

  void node(
      String domain, String operator, List<String> from, List<String> to, Message... attributes) {
    Message node = new Message();
    from.forEach(name -> node.put(1, name));
    to.forEach(name -> node.put(2, name));
    node.put(3, fresh("node"));
    node.put(4, operator);
    for (Message attribute : attributes) {
      node.put(5, attribute);
    }
    if (!domain.isEmpty()) {
      node.put(7, domain);
    }
    nodes.add(node);
  }

  static Message attribute(String name, long value) {
    return new Message().put(1, name).put(3, value).put(20, 2);
  }

  static Message attribute(String name, float value) {
    return new Message().put(1, name).put(2, value).put(20, 1);
  }

  static Message attribute(String name, String value) {
    return new Message().put(1, name).put(4, value).put(20, 3);
  }

  static Message attribute(String name, float[] values) {
    byte[] bytes = new byte[values.length * Float.BYTES];
    ByteBuffer packed = little(bytes);
    for (float value : values) {
      packed.putFloat(value);
    }
    return new Message().put(1, name).put(7, bytes).put(20, 6);
  }

  static Message attribute(String name, long[] values) {
    Message attribute = new Message().put(1, name);
    for (long value : values) {
      attribute.put(8, value);
    }
    return attribute.put(20, 7);
  }

  static Message attribute(String name, List<String> values) {
    Message attribute = new Message().put(1, name);
    values.forEach(value -> attribute.put(9, value));
    return attribute.put(20, 8);
  }

  /// An attribute that is a tensor of one dimension.
  static Message tensor(String name, double[] values) {
    return new Message().put(1, name).put(5, doubles("", values, values.length)).put(20, 4);
  }

  /// An attribute that is a tensor of small numbers of one dimension.
  static Message tensor(String name, byte[] values) {
    Message tensor = new Message().put(1, values.length).put(2, 2).put(9, values);
    return new Message().put(1, name).put(5, tensor).put(20, 4);
  }

  /// Numbers of the given shape, by rows.
  String constant(double[] values, long... shape) {
    String name = fresh("numbers");
    initializers.add(doubles(name, values, shape));
    return name;
  }

  String constant(long[] values) {
    String name = fresh("whole");
    byte[] bytes = new byte[values.length * Long.BYTES];
    ByteBuffer raw = little(bytes);
    for (long value : values) {
      raw.putLong(value);
    }
    initializers.add(
        new Message()
            .put(1, values.length)
            .put(2, Element.INT64.number)
            .put(8, name)
            .put(9, bytes));
    return name;
  }

  private static Message doubles(String name, double[] values, long... shape) {
    Message tensor = new Message();
    for (long size : shape) {
      tensor.put(1, size);
    }
    byte[] bytes = new byte[values.length * Double.BYTES];
    ByteBuffer raw = little(bytes);
    for (double value : values) {
      raw.putDouble(value);
    }
    return tensor.put(2, Element.DOUBLE.number).put(8, name).put(9, bytes);
  }

  String cast(String value, Element to) {
    return add("Cast", value, attribute("to", to.number));
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The whole file.
  ///
  /// @param producer the name of the program that wrote it
  byte[] toBytes(String producer) {
    Message graph = new Message();
    nodes.forEach(node -> graph.put(1, node));
    graph.put(2, "gnomon");
    initializers.forEach(tensor -> graph.put(5, tensor));
    inputs.forEach(input -> graph.put(11, input));
    outputs.forEach(output -> graph.put(12, output));
    Message model =
        new Message()
            .put(1, IR_VERSION)
            .put(2, producer)
            .put(7, graph)
            .put(8, new Message().put(1, "").put(2, MAIN_SET))
            .put(8, new Message().put(1, LEARNING).put(2, learningSet));
    metadata.forEach((key, text) -> model.put(14, new Message().put(1, key).put(2, text)));
    return model.toBytes();
  }
}
