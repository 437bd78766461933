package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.serving.spi.EventStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ObjectNode;

/// Gauges with a row per stream, and how streams are in the health of the server. Streams and their
/// partitions come and go, so the gauges are set anew at each scrape.
final class StreamRows<T> {
  private final MeterRegistry metrics;
  private final Function<T, Tags> tags;
  private final Function<T, EventStream.Status> status;
  private final Map<MultiGauge, ToDoubleFunction<T>> perStream = new LinkedHashMap<>();
  private final List<MultiGauge> perPartition = new ArrayList<>();

  /// @param tags what names a stream
  StreamRows(
      MeterRegistry metrics, Function<T, Tags> tags, Function<T, EventStream.Status> status) {
    this.metrics = metrics;
    this.tags = tags;
    this.status = status;
  }

  void add(String name, String description, ToDoubleFunction<T> reading) {
    perStream.put(MultiGauge.builder(name).description(description).register(metrics), reading);
  }

  /// 1 while a stream goes on.
  void running(String name, String description) {
    add(name, description, one -> status.apply(one).state() == EventStream.State.RUNNING ? 1 : 0);
  }

  /// With a row per partition.
  void lag(String name, String description) {
    perPartition.add(MultiGauge.builder(name).description(description).register(metrics));
  }

  void refresh(List<T> all) {
    perStream.forEach((gauge, reading) ->
        gauge.register(
            all.stream()
                .<MultiGauge.Row<?>>map(
                    one -> MultiGauge.Row.of(tags.apply(one), reading.applyAsDouble(one)))
                .toList(),
            true));
    for (MultiGauge lag : perPartition) {
      List<MultiGauge.Row<?>> rows = new ArrayList<>();
      for (T one : all) {
        status
            .apply(one)
            .lag()
            .forEach((partition, records) ->
                rows.add(
                    MultiGauge.Row.of(
                        tags.apply(one).and("partition", Integer.toString(partition)), records)));
      }
      lag.register(rows, true);
    }
  }

  /// How one stream goes.
  static void health(ObjectNode node, EventStream.Status status) {
    node.put("state", status.state().name().toLowerCase(Locale.ROOT));
    node.put("lag", status.lag().values().stream().mapToLong(Long::longValue).sum());
    status.error().ifPresent(error -> node.put("error", error));
  }

  /// Adds a section to the answer about health, if there is anything in it.
  static void section(String name, ObjectNode streams, StringBuilder out) {
    if (!streams.isEmpty()) {
      out.append(",\"")
          .append(name)
          .append("\":")
          .append(new String(CanonicalJson.bytes(streams), StandardCharsets.UTF_8));
    }
  }
}
