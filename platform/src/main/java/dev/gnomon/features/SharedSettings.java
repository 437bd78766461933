package dev.gnomon.features;

import dev.gnomon.features.spi.KeyRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// How a node takes part in a shared online store.
///
/// @param connector connects; asked again whenever a connection broke
/// @param node the name of this node: its log is known under it, so it stays over restarts
/// @param forgotten nodes that are gone for good with their logs
/// @param memory a directory in which the node remembers whom else it saw writing
/// @param deadline how long a read may take, unless its caller says otherwise
/// @param atOnce how many reads may wait at one time
/// @param compactAt how many records behind the state of a key make a reader compact it
/// @param nanos a clock for deadlines, such as `System::nanoTime`
/// @param told of what an operator should know
public record SharedSettings(
    Connector connector,
    String node,
    List<String> forgotten,
    Path memory,
    Duration deadline,
    int atOnce,
    int compactAt,
    LongSupplier nanos,
    Consumer<String> told) {
  public static final int AT_ONCE = 256;
  public static final int COMPACT_AT = 64;

  public SharedSettings {
    forgotten = List.copyOf(forgotten);
  }

  /// How long a post waits for its rows to be seen by reads.
  public Duration visible() {
    return deadline.dividedBy(5);
  }

  /// Connects to the store of one space.
  public interface Connector {
    KeyRecords connect(String space) throws IOException;
  }
}
