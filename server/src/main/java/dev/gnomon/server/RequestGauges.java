package dev.gnomon.server;

import dev.gnomon.core.CanonicalJson;
import dev.gnomon.serving.RequestReadings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The readings of streams of requests as metrics and in the health of the server.
final class RequestGauges {
  private final StreamRows<RequestReadings> rows;

  RequestGauges(MeterRegistry metrics) {
    rows =
        new StreamRows<>(
            metrics,
            one -> Tags.of("usecase", one.useCase(), "topic", one.requests()),
            RequestReadings::status);
    rows.running(
        "gnomon.requests.running",
        "Whether requests of the stream are answered: 1, or 0 while its server is away or it was refused");
    rows.add(
        "gnomon.requests.decided",
        "Requests answered with a decision since the start",
        RequestReadings::decided);
    rows.add(
        "gnomon.requests.errors",
        "Requests answered with what is wrong with them since the start",
        RequestReadings::errors);
    rows.add(
        "gnomon.requests.per.second",
        "Requests answered per second over the last ten seconds in which any came",
        RequestReadings::perSecond);
    rows.add(
        "gnomon.requests.missed",
        "Requests the server deleted before they were read, since the start",
        RequestReadings::missed);
    rows.lag("gnomon.requests.lag", "Requests that are there and were not yet read");
  }

  void refresh(List<RequestReadings> all) {
    rows.refresh(all);
  }

  /// Adds `"requests"` to the answer about health, if there are any.
  static void health(List<RequestReadings> all, StringBuilder out) {
    ObjectNode streams = CanonicalJson.object();
    for (RequestReadings one : all) {
      ObjectNode node = streams.putObject(one.useCase());
      node.put("topic", one.requests());
      node.put("decisions", one.decisions());
      StreamRows.health(node, one.status());
    }
    StreamRows.section("requests", streams, out);
  }
}
