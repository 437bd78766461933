package dev.gnomon.engines.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.Home;
import dev.gnomon.serving.DecisionLog;
import dev.gnomon.serving.DecisionRecord;
import dev.gnomon.serving.PredictionId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Requests by number, and what their answers must be.
final class Asked {
  static final String REQUESTS = "requests";
  static final String DECISIONS = "decisions";
  static final String GROUP = "gnomon-paying-decisions";
  static final int PARTITIONS = 3;
  private static final int KEYS = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Asked() {}

  static String useCase(String servers, String more) {
    return Node.useCase(servers, "earliest")
        .replace(
            "  fallback: [{otherwise: true, score: 0.1}]",
            """
              fallback:
                - {when: payments_count_30d > 50, score: 0.9}
                - {when: payments_count_30d > 20, score: 0.5}
                - {otherwise: true, score: 0.1}
              decisions:
                kafka: {requests: requests, decisions: decisions, servers: "%s"%s}
            """
                .formatted(servers, more));
  }

  /// Every eleventh can't be decided.
  static boolean isBad(int number) {
    return number % 11 == 10;
  }

  static int key(int number) {
    return number * 7 % KEYS;
  }

  /// All requests of a key stand in one partition.
  static int partition(int number) {
    return key(number) % PARTITIONS;
  }

  static String request(int number) {
    if (isBad(number)) {
      return number % 2 == 0 ? "{\"key\":\"c1\",\"kye\":" + number + "}" : "no request " + number;
    }
    return "{\"key\":\"c%d\",\"at\":\"2024-03-20T00:00:00Z\",\"inputs\":{\"payments_count_30d\":%d}}"
        .formatted(key(number), number % 97);
  }

  static double score(int number) {
    return number % 97 > 50 ? 0.9 : number % 97 > 20 ? 0.5 : 0.1;
  }

  /// The requests as the broker has them: their numbers, by partition in order.
  static Map<Integer, List<Integer>> placed(int many) {
    Map<Integer, List<Integer>> placed = new HashMap<>();
    for (int number = 0; number < many; number++) {
      placed.computeIfAbsent(partition(number), p -> new java.util.ArrayList<>()).add(number);
    }
    return placed;
  }

  /// Holds answers and log to the promise: each request has one answer, each that could be decided
  /// one record in the log, the answer says what the record says, and the answers of a key come in
  /// the order of its requests.
  ///
  /// @param answers everything committed
  static void check(List<ConsumerRecord<byte[], byte[]>> answers, int many, Path folder)
      throws IOException {
    Map<Long, DecisionRecord> log = new HashMap<>();
    Set<String> ids = new HashSet<>();
    DecisionLog.forEach(
        new Home(folder.resolve("home")).decisions("paying"),
        record -> {
          log.put(record.position(), record);
          assertThat(ids.add(record.requestId().orElseThrow()))
              .as("decided twice: " + record.requestId())
              .isTrue();
        });
    Map<Integer, List<Integer>> placed = placed(many);
    Set<Integer> answered = new HashSet<>();
    Set<Long> used = new HashSet<>();
    Map<String, Integer> lastOfKey = new HashMap<>();
    int errors = 0;
    for (ConsumerRecord<byte[], byte[]> answer : answers) {
      JsonNode json = JSON.readTree(answer.value());
      JsonNode request = json.get("request");
      int partition = request.get("partition").asInt();
      int number = Objects.requireNonNull(placed.get(partition)).get(request.get("offset").asInt());
      assertThat(request.get("topic").asString()).isEqualTo(REQUESTS);
      assertThat(answered.add(number)).as("answered twice: " + number).isTrue();
      assertThat(json.has("error")).as("number " + number).isEqualTo(isBad(number));
      if (isBad(number)) {
        assertThat(json.get("error").get("errors")).isNotEmpty();
        assertThat(json.get("value").asString()).isEqualTo(request(number));
        errors++;
        continue;
      }
      String id = json.get("predictionId").asString();
      long position = PredictionId.parse(id).orElseThrow().position();
      assertThat(used.add(position)).as("two answers of record " + id).isTrue();
      assertThat(log).as("no record " + id).containsKey(position);
      DecisionRecord record = Objects.requireNonNull(log.get(position));
      assertThat(record.requestId().orElseThrow())
          .endsWith(":%d:%d".formatted(partition, request.get("offset").asLong()));
      assertThat(record.key()).isEqualTo("c" + key(number));
      assertThat(json.get("key").asString()).isEqualTo(record.key());
      assertThat(new String(answer.key(), UTF_8)).isEqualTo(record.key());
      assertThat(record.score()).isEqualTo(score(number));
      assertThat(json.get("score").asDouble()).isEqualTo(record.score());
      assertThat(json.get("decision").asString()).isEqualTo(record.decision());
      Integer before = lastOfKey.put(record.key(), number);
      assertThat(before == null || before < number).as("order of " + record.key()).isTrue();
    }
    assertThat(answered).hasSize(many);
    assertThat(log).hasSize(many - errors);
    assertThat(used).hasSize(log.size());
  }
}
