package dev.gnomon.engines.kafka;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.usecase.StreamSpec;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// How the clients of one source are set up.
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

  static KafkaSettings of(String source, StreamSpec stream, Map<String, String> environment) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, "gnomon-" + source);
    properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "gnomon-" + source);
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
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, servers(source, stream, environment, properties));
    String accepted = environment.getOrDefault(ACCEPT, "");
    return new KafkaSettings(
        properties,
        Arrays.stream(accepted.split(","))
            .map(String::strip)
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static String servers(
      String source,
      StreamSpec stream,
      Map<String, String> environment,
      Map<String, Object> properties) {
    String stated = environment.get(SERVERS);
    if (stated != null && !stated.isBlank()) {
      return stated.strip();
    }
    Object configured = properties.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
    return stream
        .servers()
        .or(() -> java.util.Optional.ofNullable(configured).map(Object::toString))
        .orElseThrow(() ->
            new BadInput(
                "source '%s', stream".formatted(source),
                "where topic '%s' is served is not said".formatted(stream.topic()),
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
}
