package dev.gnomon.cli;

import static dev.gnomon.cli.FeastClient.READ;
import static dev.gnomon.cli.FeastClient.column;
import static dev.gnomon.cli.FeastClient.data;
import static dev.gnomon.cli.FeastClient.json;
import static dev.gnomon.cli.FeastClient.refused;
import static dev.gnomon.cli.FeastClient.statuses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows that Feast's client pushes: frames of columns become rows of a source, kept before the
/// answer.
class FeastWriteTest {
  private static final String PUSH = "/push";
  private static final String WRITE = "/write-to-online-store";

  @TempDir private Path folder;
  private Path file = Path.of("");

  private LiveServer server() throws IOException {
    if (!file.isAbsolute()) {
      file = FeastWorld.write(folder);
    }
    return new LiveServer(file, ArrivalClock.wall(InstantSource.fixed(FeastWorld.NOW)));
  }

  private static String read(LiveServer server, String feature, String keys) throws IOException {
    return data(
            server,
            READ,
            "{\"features\": [\"%s\"], \"entities\": {\"driver_id\": [%s]}}"
                .formatted(feature, keys))
        .body();
  }

  @Test
  void pushedRowsAreSeenAndSurviveARestart() throws Exception {
    try (LiveServer server = server()) {
      // As in Feast's documentation: data=json.dumps(…), zoned and naive times with a blank.
      RawHttp.Reply reply =
          data(
              server,
              PUSH,
              "{\"push_source_name\": \"drivers\", \"df\": {\"driver_id\": [1001, 9223372036854775806], "
                  + "\"event_timestamp\": [\"2024-05-05 10:59:42+00:00\", \"2024-05-05 10:59:42\"], "
                  + "\"created\": [\"2024-05-05 10:59:42\", \"2024-05-05 10:59:42\"], "
                  + "\"rating\": [1.0, NaN], \"city\": [\"Gen\\u00e8ve\", \"a\\\"b\"]}, \"to\": \"online\"}");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEmpty();
    }
    try (LiveServer server = server()) {
      String keys = "1001, 9223372036854775806, 9223372036854775805";
      String rating = read(server, "drivers:rating", keys);
      assertThat(column(rating, 0)).isEqualTo("[1001,9223372036854775806,9223372036854775805]");
      assertThat(column(rating, 1)).isEqualTo("[1.0,null,null]");
      assertThat(statuses(rating, 1)).isEqualTo("[\"PRESENT\",\"NULL_VALUE\",\"NOT_FOUND\"]");
      assertThat(column(read(server, "drivers:city", keys), 1))
          .isEqualTo("[\"Genève\",\"a\\\"b\",null]");
    }
  }

  @Test
  void theNewestRowStaysWhateverArrivesLate() throws Exception {
    try (LiveServer server = server()) {
      String[][] pushes = {{"30", "03"}, {"20", "02"}, {"10", "01"}};
      for (String[] push : pushes) {
        RawHttp.Reply reply =
            data(
                server,
                PUSH,
                "{\"push_source_name\": \"drivers\", \"df\": {\"driver_id\": [5], \"event_timestamp\": [\"2024-05-%s 00:00:00\"], \"rating\": [%s]}, \"to\": \"online\"}"
                    .formatted(push[1], push[0]));
        assertThat(reply.status()).isEqualTo(200);
        assertThat(column(read(server, "drivers:rating", "5"), 1)).isEqualTo("[30.0]");
      }
    }
  }

  @Test
  void theRemoteOnlineStoreWrites() throws Exception {
    try (LiveServer server = server()) {
      // Naive UTC in ISO form, although the source is kept in the time of Zürich.
      RawHttp.Reply reply =
          json(
              server,
              WRITE,
              "{\"feature_view_name\": \"shifts\", \"df\": {\"driver_id\": [1001, 8], \"pay\": [1.5, 7], "
                  + "\"event_timestamp\": [\"2024-05-05T10:59:42\", \"2024-05-05T23:59:59.500000\"], "
                  + "\"created\": [null, \"2024-05-05T12:00:00\"]}, \"allow_registry_cache\": false}");
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.body()).isEqualTo("null");
      // 13 h 18 s and half a second before the clock
      assertThat(column(read(server, "shifts:shifts_time_since_last", "1001, 8"), 1))
          .isEqualTo("[46818.0,0.5]");
      assertThat(column(read(server, "shifts:best_pay_30d", "1001, 8"), 1)).isEqualTo("[20.0,7.0]");
    }
  }

  @Test
  void aValueThatATtlHidesIsOutsideItsAge() throws Exception {
    file = FeastWorld.write(folder);
    Files.writeString(
        file,
        Files.readString(file)
            .replace("columns: [rating, city, licensed]", "columns: [rating, city], ttl: 7d"));
    try (LiveServer server = server()) {
      assertThat(statuses(read(server, "drivers:rating", "1001, 1002, 7"), 1))
          .isEqualTo("[\"OUTSIDE_MAX_AGE\",\"OUTSIDE_MAX_AGE\",\"NOT_FOUND\"]");
      data(
          server,
          PUSH,
          "{\"push_source_name\": \"drivers\", \"df\": {\"driver_id\": [1001, 1002], \"rating\": [3, null], "
              + "\"event_timestamp\": [\"2024-05-05 10:59:42.250\", \"2024-05-05 10:59:42.250\"]}}");
      String fresh = read(server, "drivers:rating", "1001, 1002, 7");
      assertThat(column(fresh, 1)).isEqualTo("[3.0,null,null]");
      assertThat(statuses(fresh, 1)).isEqualTo("[\"PRESENT\",\"NULL_VALUE\",\"NOT_FOUND\"]");
      assertThat(fresh)
          .contains(
              "\"event_timestamps\":[\"2024-05-05T10:59:42.250Z\",\"2024-05-05T10:59:42.250Z\",\"1970");
    }
  }

  @Test
  void createdIsWhenARowBecameKnown() throws Exception {
    try (LiveServer server = server()) {
      String frame =
          "{\"push_source_name\": \"trips\", \"to\": \"online_and_offline\", \"df\": {\"trip\": [\"%s\"], \"driver\": [6], "
              + "\"at\": [\"2024-05-05T00:00:00\"], \"km\": [1], \"created\": [\"%s\"]}}";
      assertThat(data(server, PUSH, frame.formatted("b1", "2024-05-06T00:00:01")).status())
          .isEqualTo(200);
      assertThat(column(read(server, "trips:trips_count_7d", "6"), 1)).isEqualTo("[0.0]");
      assertThat(data(server, PUSH, frame.formatted("b2", "2024-05-05T12:00:00")).status())
          .isEqualTo(200);
      assertThat(column(read(server, "trips:trips_count_7d", "6"), 1)).isEqualTo("[1.0]");
      // Known already: nothing changes. Another content under the id: a conflict.
      assertThat(data(server, PUSH, frame.formatted("b2", "2024-05-05T12:00:00")).status())
          .isEqualTo(200);
      refused(
          data(server, PUSH, frame.replace("[1]", "[2]").formatted("b2", "2024-05-05T12:00:00")),
          409,
          "FeastError",
          "1 of 1 rows contradict");
      assertThat(column(read(server, "trips:trips_count_7d", "6"), 1)).isEqualTo("[1.0]");
    }
  }

  @Test
  void nothingIsTakenOfAFrameWithProblemsAndAllAreNamed() throws Exception {
    try (LiveServer server = server()) {
      refused(
          data(
              server,
              PUSH,
              "{\"push_source_name\": \"drivers\", \"df\": {\"driver_id\": [5, null], \"event_timestamp\": [\"2024-05-05\", \"noon\"], "
                  + "\"updated\": [\"2024-05-05\", \"2024-05-05\"], \"ratin\": [1, 2], \"rating\": [\"much\", 2]}}"),
          422,
          "FeastError",
          "'event_timestamp' stands for updated too",
          "df.ratin: source drivers has no such column; did you mean 'rating'?",
          "row 1.rating: it is no finite number",
          "row 2.updated: 'noon' is no time");
      refused(
          data(
              server,
              PUSH,
              "{\"push_source_name\": \"drivers\", \"df\": {\"driver_id\": [5, null], \"event_timestamp\": [\"2024-05-05\", \"2024-05-05\"]}}"),
          422,
          "FeastError",
          "row 2.driver_id: the key is missing");
      assertThat(statuses(read(server, "drivers:rating", "5"), 1)).isEqualTo("[\"NOT_FOUND\"]");
      refused(
          data(server, PUSH, "{\"push_source_name\": \"driver\", \"df\": {}}"),
          422,
          "PushSourceNotFoundException",
          "Unable to find push source 'driver'; did you mean 'drivers'?");
      refused(
          json(server, WRITE, "{\"feature_view_name\": \"driver\", \"df\": {}}"),
          404,
          "FeatureViewNotFoundException",
          "did you mean 'drivers'?");
      RawHttp.Reply shape =
          data(
              server,
              PUSH,
              "{\"push_source_name\": 1, \"to\": \"moon\", \"df\": {\"a\": [1, [2]], \"b\": [Infinity]}}");
      assertThat(shape.status()).isEqualTo(422);
      assertThat(shape.body())
          .startsWith("{\"detail\":[")
          .contains("push_source_name", "df.a[1]", "df.b[0]", "it has 1 values, 'a' has 2");
      assertThat(
              data(
                      server,
                      PUSH,
                      "{\"push_source_name\": \"drivers\", \"to\": \"moon\", \"df\": {}}")
                  .body())
          .contains("'moon' is no place to push to");
      assertThat(data(server, PUSH, "{\"push_source_name\": \"drivers\", \"df\": {}}").status())
          .isEqualTo(200);
    }
  }
}
