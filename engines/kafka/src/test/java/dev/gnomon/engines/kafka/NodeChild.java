package dev.gnomon.engines.kafka;

import java.nio.file.Path;
import java.util.Map;

/// A node in a process of its own, which is killed: it says how many rows it has taken, as it takes
/// them.
final class NodeChild {
  private NodeChild() {}

  @SuppressWarnings("SystemOut") // spoken to through its output
  public static void main(String[] arguments) throws Exception {
    Node node = new Node(Path.of(arguments[0]), arguments[1], "earliest", Map.of());
    long said = -1;
    while (true) {
      long before = said;
      long rows = node.await(now -> now.rows() > before).rows();
      said = rows;
      System.out.println(rows);
      System.out.flush();
    }
  }
}
