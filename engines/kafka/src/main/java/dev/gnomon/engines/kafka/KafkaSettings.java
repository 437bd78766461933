package dev.gnomon.engines.kafka;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.DecisionStreamSpec;
import dev.gnomon.core.usecase.StreamSpec;
import dev.gnomon.serving.spi.RequestSink;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// How the clients of one stream are set up.
///
/// @param properties for consumer and admin client
/// @param accepted ids of topics created anew that somebody decided to read
record KafkaSettings(Map<String, Object> properties, Set<String> accepted) {
  /// Comes before what the use case says.
  static final String SERVERS = "GNOMON_KAFKA_SERVERS";

  /// A file of Kafka client properties, for security above all.
  static final String CONFIG = "GNOMON_KAFKA_CONFIG";

  /// Ids of topics that may be read although they are not those that were begun.
  static final String ACCEPT = "GNOMON_KAFKA_ACCEPT";

  /// The most records of one batch.
  static final int BATCH = 2_000;

  /// The most bytes of one answer of a broker, unless its first record alone is longer.
  private static final int FETCH_BYTES = 8 << 20;

  private static final int TIMEOUT_MILLIS = 5_000;

  /// Of one that reads a source's rows.
  static KafkaSettings of(String source, StreamSpec stream, Map<String, String> environment) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, "gnomon-" + source);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "gnomon-" + source);
    return of(
        "source '%s', stream".formatted(source),
        stream.topic(),
        stream.servers(),
        properties,
        environment);
  }

  /// Of one that answers requests.
  ///
  /// @param node its name is that of the member: after a restart it takes its partitions up at once
  ///   instead of waiting until it is missed
  static KafkaSettings of(
      String useCase, String node, DecisionStreamSpec stream, Map<String, String> environment) {
    Map<String, Object> properties = new HashMap<>();
    String name = "gnomon-%s-decisions-%s".formatted(useCase, node);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, name);
    KafkaSettings settings =
        of(
            "use case '%s', production.decisions".formatted(useCase),
            stream.requests(),
            stream.servers(),
            properties,
            environment);
    settings.properties.put(ConsumerConfig.GROUP_ID_CONFIG, stream.group());
    settings.properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name);
    settings.properties.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic"); // replaces a member
    settings.properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RequestSink.MOST);
    return settings;
  }

  private static KafkaSettings of(
      String place,
      String topic,
      Optional<String> stated,
      Map<String, Object> properties,
      Map<String, String> environment) {
    properties.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000);
    properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    properties.put("enable.metrics.push", false);
    String config = environment.get(CONFIG);
    if (config != null && !config.isBlank()) {
      read(config).forEach((name, value) -> properties.put(name.toString(), value));
    }
    // What the promises rest on is not for configuration.
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH);
    properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        servers(place, topic, stated, environment, properties));
    String accepted = environment.getOrDefault(ACCEPT, "");
    return new KafkaSettings(
        properties,
        Arrays.stream(accepted.split(","))
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static String servers(
      String place,
      String topic,
      Optional<String> inFile,
      Map<String, String> environment,
      Map<String, Object> properties) {
    String stated = environment.get(SERVERS);
    if (stated != null && !stated.isBlank()) {
      return stated.strip();
    }
    Object configured = properties.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
    return inFile
        .or(() -> Optional.ofNullable(configured).map(Object::toString))
        .orElseThrow(() ->
            new BadInput(
                place,
                "where topic '%s' is served is not said".formatted(topic),
                "servers: \"host:port\" beside it, or %s in the environment".formatted(SERVERS)));
  }

  private static Properties read(String file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(file), StandardCharsets.UTF_8)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInput(CONFIG, "%s can't be read: %s".formatted(file, e), "a properties file");
    }
    return properties;
  }

  Map<String, Object> admin() {
    Map<String, Object> admin = new HashMap<>(properties);
    admin.keySet().retainAll(AdminClientConfig.configNames());
    return admin;
  }

  /// Of one that writes answers in transactions.
  ///
  /// @param id the same after a restart, so that the transaction of a killed one is ended at once,
  ///   and no other's
  Map<String, Object> producer(String id) {
    Map<String, Object> producer = new HashMap<>();
    producer.put(ProducerConfig.LINGER_MS_CONFIG, 0); // a commit flushes
    producer.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 << 10);
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MILLIS);
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3 * TIMEOUT_MILLIS);
    producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 4 << 20);
    producer.putAll(properties);
    producer.keySet().retainAll(ProducerConfig.configNames());
    producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // A partition that has just been made, or has moved, may refuse a first batch and take the
    // second, and from then on waits for a sequence that it has let pass.
    producer.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return producer;
  }
}
