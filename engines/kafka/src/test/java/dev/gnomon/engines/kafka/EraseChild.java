package dev.gnomon.engines.kafka;

import java.nio.file.Path;
import java.util.Map;

/// A server in a process of its own that erases a person, and is killed in the midst of it.
final class EraseChild {
  private EraseChild() {}

  public static void main(String[] arguments) throws Exception {
    try (Node node = new Node(Path.of(arguments[0]), Asked.useCase(arguments[1], ""), Map.of())) {
      node.serving.erase("paying", KafkaErasureTest.KEY, "ada", "asked for", false);
    }
  }
}
