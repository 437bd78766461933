package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.serving.StreamReadings;
import dev.gnomon.serving.spi.EventStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ObjectNode;

/// The readings of streams as metrics and in the health of the server. Partitions come and go, so
/// the gauges are set anew at each scrape.
final class StreamGauges {
  private final Map<MultiGauge, ToDoubleFunction<StreamReadings>> perStream = new LinkedHashMap<>();
  private final MultiGauge lag;

  StreamGauges(MeterRegistry metrics) {
    add(
        metrics,
        "gnomon.stream.running",
        "Whether the stream is being read: 1, or 0 while its server is away or it was refused",
        readings -> readings.status().state() == EventStream.State.RUNNING ? 1 : 0);
    add(metrics, "gnomon.stream.rows", "Rows taken since the start", StreamReadings::rows);
    add(
        metrics,
        "gnomon.stream.rows.per.second",
        "Rows per second over the last ten seconds in which any came",
        StreamReadings::rowsPerSecond);
    add(
        metrics,
        "gnomon.stream.repeated",
        "Rows whose id was known with the same content, since the start",
        StreamReadings::repeated);
    add(
        metrics,
        "gnomon.stream.conflicts",
        "Rows whose id was known with other content, since the start",
        StreamReadings::conflicts);
    add(
        metrics,
        "gnomon.stream.set.aside",
        "Records that could not be taken in and are kept in the log",
        StreamReadings::setAside);
    add(
        metrics,
        "gnomon.stream.tombstones",
        "Records without value since the start",
        StreamReadings::tombstones);
    add(
        metrics,
        "gnomon.stream.missed",
        "Records the server deleted before they were read, since the start",
        StreamReadings::missed);
    lag =
        MultiGauge.builder("gnomon.stream.lag")
            .description("Records that are there and were not yet read")
            .register(metrics);
  }

  private void add(
      MeterRegistry metrics,
      String name,
      String description,
      ToDoubleFunction<StreamReadings> reading) {
    perStream.put(MultiGauge.builder(name).description(description).register(metrics), reading);
  }

  void refresh(List<StreamReadings> all) {
    perStream.forEach((gauge, reading) ->
        gauge.register(
            all.stream()
                .<MultiGauge.Row<?>>map(
                    one -> MultiGauge.Row.of(tags(one), reading.applyAsDouble(one)))
                .toList(),
            true));
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (StreamReadings one : all) {
      one.status()
          .lag()
          .forEach((partition, records) ->
              rows.add(
                  MultiGauge.Row.of(
                      tags(one).and("partition", Integer.toString(partition)), records)));
    }
    lag.register(rows, true);
  }

  private static Tags tags(StreamReadings one) {
    return Tags.of("source", one.source(), "topic", one.topic());
  }

  /// Adds `"streams"` to the answer about health, if there are any.
  static void health(List<StreamReadings> all, StringBuilder out) {
    if (all.isEmpty()) {
      return;
    }
    ObjectNode streams = CanonicalJson.object();
    for (StreamReadings one : all) {
      ObjectNode node = streams.putObject(one.source());
      node.put("topic", one.topic());
      node.put("state", one.status().state().name().toLowerCase(Locale.ROOT));
      node.put("lag", one.status().lag().values().stream().mapToLong(Long::longValue).sum());
      one.status().error().ifPresent(error -> node.put("error", error));
    }
    out.append(",\"streams\":")
        .append(new String(CanonicalJson.bytes(streams), java.nio.charset.StandardCharsets.UTF_8));
  }
}
