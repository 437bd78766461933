package dev.gnomon.engines.kafka;

import java.nio.file.Path;
import java.util.Map;

/// A node in a process of its own, which is killed: it says how many requests it has answered, as
/// it answers them.
final class RequestChild {
  private RequestChild() {}

  @SuppressWarnings("SystemOut") // spoken to through its output
  public static void main(String[] arguments) throws Exception {
    Node node = new Node(Path.of(arguments[0]), Asked.useCase(arguments[1], ""), Map.of());
    long said = -1;
    while (true) {
      long before = said;
      var reached = node.awaitRequests(now -> now.decided() + now.errors() > before);
      said = reached.decided() + reached.errors();
      System.out.println(said);
      System.out.flush();
    }
  }
}
