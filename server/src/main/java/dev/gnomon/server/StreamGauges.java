package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.serving.StreamReadings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The readings of streams as metrics and in the health of the server.
final class StreamGauges {
  private final StreamRows<StreamReadings> rows;

  StreamGauges(MeterRegistry metrics) {
    rows =
        new StreamRows<>(
            metrics,
            one -> Tags.of("source", one.source(), "topic", one.topic()),
            StreamReadings::status);
    rows.running(
        "gnomon.stream.running",
        "Whether the stream is being read: 1, or 0 while its server is away or it was refused");
    rows.add("gnomon.stream.rows", "Rows taken since the start", StreamReadings::rows);
    rows.add(
        "gnomon.stream.rows.per.second",
        "Rows per second over the last ten seconds in which any came",
        StreamReadings::rowsPerSecond);
    rows.add(
        "gnomon.stream.repeated",
        "Rows whose id was known with the same content, since the start",
        StreamReadings::repeated);
    rows.add(
        "gnomon.stream.conflicts",
        "Rows whose id was known with other content, since the start",
        StreamReadings::conflicts);
    rows.add(
        "gnomon.stream.set.aside",
        "Records that could not be taken in and are kept in the log",
        StreamReadings::setAside);
    rows.add(
        "gnomon.stream.tombstones",
        "Records without value since the start",
        StreamReadings::tombstones);
    rows.add(
        "gnomon.stream.missed",
        "Records the server deleted before they were read, since the start",
        StreamReadings::missed);
    rows.lag("gnomon.stream.lag", "Records that are there and were not yet read");
  }

  void refresh(List<StreamReadings> all) {
    rows.refresh(all);
  }

  /// Adds `"streams"` to the answer about health, if there are any.
  static void health(List<StreamReadings> all, StringBuilder out) {
    ObjectNode streams = CanonicalJson.object();
    for (StreamReadings one : all) {
      ObjectNode node = streams.putObject(one.source());
      node.put("topic", one.topic());
      StreamRows.health(node, one.status());
    }
    StreamRows.section("streams", streams, out);
  }
}
