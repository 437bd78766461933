package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.serving.RequestReadings;
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
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.node.ObjectNode;

/// The readings of streams of requests as metrics and in the health of the server.
final class RequestGauges {
  private final Map<MultiGauge, ToDoubleFunction<RequestReadings>> perStream =
      new LinkedHashMap<>();
  private final MultiGauge lag;

  RequestGauges(MeterRegistry metrics) {
    add(
        metrics,
        "gnomon.requests.running",
        "Whether requests of the stream are answered: 1, or 0 while its server is away or it was refused",
        readings -> readings.status().state() == EventStream.State.RUNNING ? 1 : 0);
    add(
        metrics,
        "gnomon.requests.decided",
        "Requests answered with a decision since the start",
        RequestReadings::decided);
    add(
        metrics,
        "gnomon.requests.errors",
        "Requests answered with what is wrong with them since the start",
        RequestReadings::errors);
    add(
        metrics,
        "gnomon.requests.per.second",
        "Requests answered per second over the last ten seconds in which any came",
        RequestReadings::perSecond);
    add(
        metrics,
        "gnomon.requests.missed",
        "Requests the server deleted before they were read, since the start",
        RequestReadings::missed);
    lag =
        MultiGauge.builder("gnomon.requests.lag")
            .description("Requests that are there and were not yet read")
            .register(metrics);
  }

  private void add(
      MeterRegistry metrics,
      String name,
      String description,
      ToDoubleFunction<RequestReadings> reading) {
    perStream.put(MultiGauge.builder(name).description(description).register(metrics), reading);
  }

  void refresh(List<RequestReadings> all) {
    perStream.forEach((gauge, reading) ->
        gauge.register(
            all.stream()
                .<MultiGauge.Row<?>>map(
                    one -> MultiGauge.Row.of(tags(one), reading.applyAsDouble(one)))
                .toList(),
            true));
    List<MultiGauge.Row<?>> rows = new ArrayList<>();
    for (RequestReadings one : all) {
      one.status()
          .lag()
          .forEach((partition, records) ->
              rows.add(
                  MultiGauge.Row.of(
                      tags(one).and("partition", Integer.toString(partition)), records)));
    }
    lag.register(rows, true);
  }

  private static Tags tags(RequestReadings one) {
    return Tags.of("usecase", one.useCase(), "topic", one.requests());
  }

  /// Adds `"requests"` to the answer about health, if there are any.
  static void health(List<RequestReadings> all, StringBuilder out) {
    if (all.isEmpty()) {
      return;
    }
    ObjectNode streams = CanonicalJson.object();
    for (RequestReadings one : all) {
      ObjectNode node = streams.putObject(one.useCase());
      node.put("topic", one.requests());
      node.put("decisions", one.decisions());
      node.put("state", one.status().state().name().toLowerCase(Locale.ROOT));
      node.put("lag", one.status().lag().values().stream().mapToLong(Long::longValue).sum());
      one.status().error().ifPresent(error -> node.put("error", error));
    }
    out.append(",\"requests\":")
        .append(new String(CanonicalJson.bytes(streams), StandardCharsets.UTF_8));
  }
}
