package dev.gnomon.cli;

import static dev.gnomon.cli.FeastClient.READ;
import static dev.gnomon.cli.FeastClient.column;
import static dev.gnomon.cli.FeastClient.data;
import static dev.gnomon.cli.FeastClient.refused;
import static dev.gnomon.cli.FeastClient.statuses;
import static dev.gnomon.cli.FeastClient.tree;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What Feast's Python client sends, byte for byte as `json.dumps` and `requests` write it, and
/// what it must be answered.
class FeastTest {
  private static final String ZERO = "\"1970-01-01T00:00:00Z\"";

  @TempDir private Path folder;

  private LiveServer server() throws IOException {
    return new LiveServer(FeastWorld.write(folder), clock());
  }

  private static ArrivalClock clock() {
    return ArrivalClock.wall(InstantSource.fixed(FeastWorld.NOW));
  }

  @Test
  void answersColumnByColumnWithEveryStatus() throws Exception {
    try (LiveServer server = server()) {
      RawHttp.Reply reply =
          data(
              server,
              READ,
              "{\"features\": [\"drivers:rating\", \"drivers:city\", \"drivers:licensed\", \"trips:km_7d\"], "
                  + "\"entities\": {\"driver_id\": [1001, 1002, 9223372036854775807, 7, null]}}");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.head()).startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
      assertThat(withoutTimes(reply.body()))
          .isEqualTo(
              ("{'results':["
                      + "{'values':[1001,1002,9223372036854775807,7,null],"
                      + "'statuses':['PRESENT','PRESENT','PRESENT','PRESENT','INVALID'],'event_timestamps':[]},"
                      + "{'values':[0.8724706768989563,null,4.0,null,null],"
                      + "'statuses':['PRESENT','NULL_VALUE','PRESENT','NOT_FOUND','INVALID'],'event_timestamps':[]},"
                      + "{'values':['Bern','Zürich','Chur',null,null],"
                      + "'statuses':['PRESENT','PRESENT','PRESENT','NOT_FOUND','INVALID'],'event_timestamps':[]},"
                      // 2020-03-01T00:00:00Z and 2021-07-01T06:30:00Z in seconds
                      + "{'values':[1583020800,1625121000,null,null,null],"
                      + "'statuses':['PRESENT','PRESENT','NULL_VALUE','NOT_FOUND','INVALID'],'event_timestamps':[]},"
                      + "{'values':[12.75,7.0,0.0,null,null],"
                      + "'statuses':['PRESENT','PRESENT','PRESENT','NOT_FOUND','INVALID'],'event_timestamps':[]}],"
                      + "'metadata':{'feature_names':['driver_id','rating','city','licensed','km_7d']}}")
                  .replace('\'', '"'));
      JsonNode times = tree(reply.body()).get("results");
      for (JsonNode column : times) {
        assertThat(column.get("event_timestamps").size()).isEqualTo(5);
      }
      assertThat(times.get(0).get("event_timestamps").toString())
          .isEqualTo("[" + String.join(",", List.of(ZERO, ZERO, ZERO, ZERO, ZERO)) + "]");
      // The newest row of the source that is seen now.
      assertThat(times.get(1).get("event_timestamps").toString())
          .isEqualTo(
              "[\"2024-01-01T00:00:00Z\",\"2024-01-02T00:00:00Z\",\"2024-01-03T00:00:00Z\",%s,%s]"
                  .formatted(ZERO, ZERO));
      assertThat(times.get(4).get("event_timestamps").toString())
          .isEqualTo(
              "[\"2024-05-03T10:00:00Z\",\"2024-05-05T10:00:00Z\",%s,%s,%s]"
                  .formatted(ZERO, ZERO, ZERO));
    }
  }

  private static String withoutTimes(String body) {
    return body.replaceAll("\"event_timestamps\":\\[[^]]*]", "\"event_timestamps\":[]");
  }

  @Test
  void aServiceIsAUseCaseAndFullNamesTellViewsApart() throws Exception {
    try (LiveServer server = server()) {
      RawHttp.Reply reply =
          data(
              server,
              READ,
              "{\"feature_service\": \"dispatch\", \"entities\": {\"driver\": [\"1001\"]}, \"full_feature_names\": true}");
      assertThat(reply.body())
          .endsWith(
              "\"metadata\":{\"feature_names\":[\"driver\",\"drivers__rating\",\"drivers__city\","
                  + "\"trips__trips_count_7d\",\"trips__km_7d\",\"trips__trips_km_mean_7d\","
                  + "\"shifts__best_pay_30d\",\"shifts__shifts_time_since_last\",\"dispatch__km_per_rating\"]}}")
          .startsWith("{\"results\":[{\"values\":[\"1001\"],");
      assertThat(column(reply.body(), 8)).isEqualTo("[" + 12.75 / 0.8724706768989563 + "]");
    }
  }

  @Test
  void valuesOfTheRequestTakeTheirPlaceInFeaturesOnDemand() throws Exception {
    try (LiveServer server = server()) {
      String body =
          data(
                  server,
                  READ,
                  "{\"features\": [\"dispatch:km_per_rating\", \"trips:km_7d\", \"drivers:rating\"], "
                      + "\"entities\": {\"driver_id\": [1001, 7], \"km_7d\": [3, 4.5]}}")
              .body();
      assertThat(column(body, 1)).isEqualTo("[" + 3 / 0.8724706768989563 + ",null]");
      assertThat(statuses(body, 1)).isEqualTo("[\"PRESENT\",\"NULL_VALUE\"]");
      assertThat(column(body, 2)).isEqualTo("[3.0,4.5]");
      assertThat(statuses(body, 3)).isEqualTo("[\"PRESENT\",\"NOT_FOUND\"]");
      refused(
          data(
              server,
              READ,
              "{\"features\": [\"trips:km_7d\"], \"entities\": {\"driver_id\": [1001], \"km_7d\": [\"far\"]}}"),
          422,
          "FeastError",
          "'far' is no number");
    }
  }

  @Test
  void theRowsOfAFlatTableComeWithTheRequest() throws Exception {
    Files.writeString(
        folder.resolve("loans.csv"), "loan,amount,purpose,bad\nl1,100,car,no\nl2,250.5,roof,yes\n");
    Path file = folder.resolve("loans.yaml");
    Files.writeString(
        file,
        """
        gnomon: 1
        name: loans
        frame: {task: binary, entity: loan, target: {column: bad, positive: "yes"}}
        data: {table: loans.csv, key: loan}
        features: {columns: all, derived: {half: amount / 2}}
        models: {candidates: [logistic], calibration: none}
        """);
    try (LiveServer server = new LiveServer(file, clock())) {
      String body =
          data(
                  server,
                  READ,
                  "{\"features\": [\"loans:half\", \"loans:purpose\"], "
                      + "\"entities\": {\"loan\": [\"x\", \"y\"], \"amount\": [11, null], \"purpose\": [\"car\", \"roof\"]}}")
              .body();
      assertThat(column(body, 1)).isEqualTo("[5.5,null]");
      assertThat(statuses(body, 1)).isEqualTo("[\"PRESENT\",\"NULL_VALUE\"]");
      assertThat(column(body, 2)).isEqualTo("[\"car\",\"roof\"]");
    }
  }

  @Test
  void namesThatMeanNothingAreErrorsThatTheClientRaisesAgain() throws Exception {
    try (LiveServer server = server()) {
      assertThat(
              data(
                      server,
                      READ,
                      "{\"features\": [\"rides:km\"], \"entities\": {\"driver_id\": [1001]}}")
                  .body())
          .isEqualTo(
              "\"{\\\"module\\\": \\\"feast.errors\\\", \\\"class\\\": \\\"FeatureViewNotFoundException\\\", "
                  + "\\\"message\\\": \\\"Feature view rides does not exist; there are drivers, trips, quits, shifts, dispatch\\\"}\"");
      String entities = "\"entities\": {\"driver_id\": [1001]}}";
      refused(
          data(server, READ, "{\"features\": [\"trips@v2:km_7d\"], " + entities),
          404,
          "FeatureViewNotFoundException",
          "Feature view trips@v2 does not exist");
      refused(
          data(server, READ, "{\"features\": [\"drivers:ratin\", \"km\"], " + entities),
          404,
          "FeastObjectNotFoundException",
          "did you mean 'rating'?",
          "'km' is no reference");
      refused(
          data(server, READ, "{\"feature_service\": \"dispath\", " + entities),
          404,
          "FeatureServiceNotFoundException",
          "did you mean 'dispatch'?");
      refused(
          data(
              server,
              READ,
              "{\"features\": [\"drivers:rating\"], \"entities\": {\"driver_id\": [1], \"rider\": [2]}}"),
          404,
          "EntityNotFoundException",
          "Entity rider does not exist; did you mean 'driver'?");
    }
  }

  @Test
  void requestsThatContradictThemselvesAreRefusedWithTheReason() throws Exception {
    try (LiveServer server = server()) {
      refused(
          data(
              server, READ, "{\"features\": [\"drivers:rating\"], \"entities\": {\"km_7d\": [2]}}"),
          422,
          "FeastError",
          "the key of dispatch is missing; a column named driver_id or driver");
      refused(
          data(
              server,
              READ,
              "{\"features\": [\"drivers:rating\", \"drivers:rating\"], \"entities\": {\"driver\": [2]}}"),
          422,
          "FeastError",
          "two columns of the answer would be called rating");
      refused(
          data(
              server,
              READ,
              "{\"features\": [\"drivers:rating\"], \"entities\": {\"driver\": [1, 2], \"driver_id\": [1, 3]}}"),
          422,
          "FeastError",
          "row 1",
          "driver is 2, driver_id is 3");
      RawHttp.Reply shape =
          data(
              server,
              READ,
              "{\"features\": \"drivers:rating\", \"entities\": {\"a\": 7, \"b\": [[1], 9223372036854775808]}}");
      assertThat(shape.status()).isEqualTo(422);
      assertThat(shape.body())
          .isEqualTo(
              "{\"detail\":["
                  + problem("features", "it is no list; [\\\"view:feature\\\", \\u2026]")
                  + ","
                  + problem(
                      "entities.a",
                      "it is no list; a list of texts, numbers, truth values or nulls")
                  + ","
                  + problem(
                      "entities.b[0]",
                      "it is no single value; a text, a number, a truth value or null")
                  + ","
                  + problem(
                      "entities.b[1]",
                      "it is no 64-bit integer; an integer up to 9223372036854775807")
                  + ","
                  + problem("entities.b", "it has 2 values, 'a' has 0; columns of one length")
                  + "]}");
      String many = "1,".repeat(10_000) + "1";
      assertThat(
              data(server, READ, "{\"features\": [], \"entities\": {\"driver\": [" + many + "]}}")
                  .body())
          .contains("\"entities.driver\"", "more than 10000");
    }
  }

  private static String problem(String place, String message) {
    return "{\"type\":\"value_error\",\"loc\":[\"body\",\"%s\"],\"msg\":\"%s\"}"
        .formatted(place, message);
  }

  @Test
  void refusalsOfTheServerItselfHaveTheSameForm() throws Exception {
    try (LiveServer server = server()) {
      String host = "Host: localhost:%d\r\n".formatted(server.port());
      String post = "POST /push HTTP/1.1\r\n";
      String length = "Content-Length: 2\r\n";
      refused(
          raw(server, post + host + "Content-Type: text/plain\r\n" + length + "\r\n{}"),
          415,
          "FeastError",
          "Content-Type: application/json");
      refused(
          raw(server, post + "Host: example.com\r\n" + length + "\r\n{}"),
          403,
          "FeastError",
          "loopback");
      refused(
          raw(server, post + host + "Origin: http://example.com\r\n" + length + "\r\n{}"),
          403,
          "FeastError",
          "other web pages");
      refused(raw(server, "GET /push HTTP/1.1\r\n" + host + "\r\n"), 405, "FeastError", "POST");
      refused(data(server, READ, " ".repeat((1 << 20) + 1)), 413, "FeastError", "1048576 bytes");
      RawHttp.Reply health = raw(server, "GET /health HTTP/1.1\r\n" + host + "\r\n");
      assertThat(health.status()).isEqualTo(200);
      assertThat(health.body()).isEqualTo("OK");
    }
  }

  private static RawHttp.Reply raw(LiveServer server, String request) throws IOException {
    return RawHttp.exchange(server.port(), request.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aHundredKeysAndFiftyFeaturesInOneAnswer() throws Exception {
    StringBuilder rows = new StringBuilder("driver_id,updated");
    for (int f = 0; f < 50; f++) {
      rows.append(",f").append(f);
    }
    for (int k = 0; k < 100; k++) {
      rows.append("\n").append(1000 + k).append(",2024-01-01T00:00:00Z");
      for (int f = 0; f < 50; f++) {
        rows.append(',').append(k * 50 + f + 0.5);
      }
    }
    Path file = FeastWorld.write(folder);
    Files.writeString(folder.resolve("drivers.csv"), rows.append('\n'));
    Files.writeString(
        file,
        Files.readString(file)
            .replace("columns: [rating, city, licensed]", "columns: all")
            .replace("rating", "f7")
            .replace(", licensed: time", ""));
    try (LiveServer server = new LiveServer(file, clock())) {
      String features =
          IntStream.range(0, 50)
              .mapToObj(f -> "\"drivers:f%d\"".formatted(f))
              .collect(Collectors.joining(", "));
      String keys =
          IntStream.range(1000, 1100).mapToObj(Integer::toString).collect(Collectors.joining(", "));
      String request =
          "{\"features\": [%s], \"entities\": {\"driver_id\": [%s]}}".formatted(features, keys);
      JsonNode results = tree(data(server, READ, request).body()).get("results");
      assertThat(results.size()).isEqualTo(51);
      for (int f = 0; f < 50; f++) {
        for (int k = 0; k < 100; k++) {
          assertThat(results.get(f + 1).get("values").get(k).doubleValue())
              .isEqualTo(k * 50 + f + 0.5);
        }
      }
    }
  }
}
