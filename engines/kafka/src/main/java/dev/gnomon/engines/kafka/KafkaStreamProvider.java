package dev.gnomon.engines.kafka;

import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.serving.spi.EventStream;
import dev.gnomon.serving.spi.RequestSink;
import dev.gnomon.serving.spi.StreamProvider;
import dev.gnomon.serving.spi.StreamSink;
import java.util.Map;

/// Follows Kafka topics, and answers one into another.
public final class KafkaStreamProvider implements StreamProvider {
  @Override
  public String name() {
    return "kafka";
  }

  @Override
  public EventStream follow(
      String source, StreamSpec stream, Map<String, String> environment, StreamSink sink) {
    return TopicFollower.start(source, stream, KafkaSettings.of(source, stream, environment), sink);
  }

  @Override
  public EventStream answer(
      String useCase,
      DecisionStreamSpec stream,
      Map<String, String> environment,
      RequestSink sink) {
    return RequestFollower.start(
        useCase, stream, KafkaSettings.of(useCase, sink.node(), stream, environment), sink);
  }
}
