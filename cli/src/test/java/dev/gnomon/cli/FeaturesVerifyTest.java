package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.schema.Times;
import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real server takes rows in any order, late and twice, and decides in between; what it served is
/// what the log and the files give, and a change to either is found.
class FeaturesVerifyTest {
  private static final long START = Times.micros(Instant.parse("2024-05-06T00:00:00Z"));

  @TempDir private Path folder;
  private final AtomicLong now = new AtomicLong(START);

  private ArrivalClock clock() {
    return ArrivalClock.wall((InstantSource) () -> Times.instant(now.get()));
  }

  private JsonNode verify(Path file, int exit) {
    Recorded recorded = new Recorded(false);
    int code =
        Main.run(
            recorded.terminal,
            InstantSource.system(),
            "features",
            "verify",
            file.toString(),
            "--json");
    assertThat(code).as(recorded.err() + recorded.out()).isEqualTo(exit);
    return JsonMapper.shared().readTree(recorded.out());
  }

  private String predict(LiveServer server, String key, String more) throws Exception {
    var answer =
        server.post("/v1/usecases/small/decide", "{\"key\":\"%s\"%s}".formatted(key, more));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return LiveServer.json(answer).get("predictionId").stringValue();
  }

  /// Posts late, early and repeated rows, with decisions between them; returns the last decision.
  private String live(Path file) throws Exception {
    Random random = new Random(11);
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      String at = Times.instant(START - random.nextLong(9 * Times.DAY)).toString();
      String loaded =
          i % 4 == 0 ? "" : ",\"loaded\":\"%s\"".formatted(Times.instant(START + i * Times.MINUTE));
      rows.add(
          "{\"id\":\"x%d\",\"customer\":\"k%d\",\"at\":\"%s\"%s,\"minutes\":%s,\"device\":\"%s\"}"
              .formatted(i, 1 + i % 2, at, loaded, random.nextInt(500) / 8.0, "tv"));
      if (i % 9 == 0) {
        rows.add(rows.getLast());
      }
    }
    Collections.shuffle(rows, random);
    String last = "";
    for (int half = 0; half < 2; half++) {
      try (LiveServer server = new LiveServer(file, clock())) {
        for (String row : rows.subList(half * 65, half * 65 + 65)) {
          now.addAndGet(random.nextLong(10 * Times.MINUTE));
          assertThat(
                  server
                      .post("/v1/sources/logins/events", "application/x-ndjson", row)
                      .statusCode())
              .isIn(202, 409); // repeated without its known-at, it says that it became known again
          now.addAndGet(2 * Times.SECOND);
          String at =
              random.nextInt(3) == 0
                  ? ",\"at\":\"%s\""
                      .formatted(Times.instant(now.get() - random.nextLong(Times.DAY)))
                  : "";
          String inputs = random.nextInt(5) == 0 ? ",\"inputs\":{\"age\":20}" : "";
          last = predict(server, "k" + (1 + random.nextInt(3)), at + inputs);
          now.addAndGet(2 * Times.SECOND);
        }
        last = predict(server, "k1", "");
        String metrics = server.get("/metrics").body();
        assertThat(metrics)
            .contains("gnomon_feature_verified_values_total{usecase=\"small\"}")
            .contains("gnomon_feature_verified_differing_total{usecase=\"small\"} 0.0");
        JsonNode kept =
            LiveServer.json(
                server.get(
                    "/v1/usecases/small/features/k1/explain?feature=logins_count_30d&at="
                        + Times.instant(now.get())));
        assertThat(kept.get("events").size() + kept.get("more").intValue()).isGreaterThan(10);
        assertThat(
                server.get("/v1/usecases/small/features/k1/explain?feature=nothing").statusCode())
            .isEqualTo(400);
        assertThat(server.failures).isEmpty();
      }
    }
    return last;
  }

  @Test
  void whatAServerServedIsWhatItsLogsGive() throws Exception {
    Path file = SmallWorld.write(folder);
    Files.writeString(
        file, Files.readString(file).replace("  fallback:", "  monitor: {verify: 1}\n  fallback:"));
    String last = live(file);
    JsonNode same = verify(file, 0);
    assertThat(same.get("compared").stringValue()).isEqualTo("logged decisions");
    assertThat(same.get("requests").intValue()).isEqualTo(132);
    assertThat(same.get("differing").intValue()).isZero();
    assertThat(same.get("given").intValue()).isPositive();
    assertThat(same.get("inFlight").intValue()).isZero();
    assertThat(folder.resolve(".gnomon/verification/small.live.json")).content().contains("differ");

    Recorded explained = new Recorded(false);
    assertThat(
            Main.run(
                explained.terminal,
                InstantSource.system(),
                "features",
                "explain",
                file.toString(),
                "--prediction",
                last,
                "--feature",
                "tv_minutes_30d"))
        .isZero();
    assertThat(explained.out()).contains("tv_minutes_30d = ", "counts", "log ");

    // One byte of one decision, its checksum made good again.
    Path copy = folder.resolve("copy");
    copy(folder, copy);
    tamper(copy.resolve(".gnomon/logs/usecases/small/decisions"));
    JsonNode tampered = verify(copy.resolve("usecase.yaml"), 1);
    assertThat(tampered.get("differing").intValue()).isEqualTo(1);

    // A row of a file that says something else now.
    Path logins = file.resolveSibling("logins.csv");
    Files.writeString(logins, Files.readString(logins).replace(",10.5,tv", ",11.5,tv"));
    JsonNode changed = verify(file, 1);
    assertThat(changed.get("first").stringValue()).contains("minutes");
    assertThat(changed.get("features"))
        .allSatisfy(one -> {
          if (one.get("differing").intValue() > 0) {
            assertThat(one.get("name").stringValue()).contains("minutes");
            assertThat(one.get("servedApart").intValue())
                .isEqualTo(one.get("differing").intValue());
          }
        });

    // Another definition: what was logged is told apart, not compared.
    Files.writeString(file, Files.readString(file).replace("[7d, 30d]", "[8d, 30d]"));
    Files.writeString(
        file, Files.readString(file).replace("logins_count_7d /", "logins_count_8d /"));
    assertThat(verify(file, 0).get("otherDefinition").intValue()).isEqualTo(132);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var all = Files.walk(from)) {
      for (Path one : all.filter(p -> !p.startsWith(to)).toList()) {
        Path target = to.resolve(from.relativize(one).toString());
        if (Files.isDirectory(one)) {
          Files.createDirectories(target);
        } else {
          Files.copy(one, target);
        }
      }
    }
  }

  /// Changes one byte of a mean that was served, and makes the checksum of its record good again.
  private static void tamper(Path log) throws IOException {
    Path segment;
    try (var files = Files.list(log)) {
      segment =
          files.filter(f -> !f.toString().endsWith("lock")).sorted().findFirst().orElseThrow();
    }
    ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(segment)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 64;
    for (int length = file.getInt(at); length > 0; length = file.getInt(at)) {
      int mean = file.getInt(at + 16) == 2 ? mean(file, at + 20) : -1;
      if (mean >= 0) {
        int before = crc(file, at + 20, length - 20);
        file.put(mean, (byte) (file.get(mean) ^ 1));
        file.putInt(at + 4, file.getInt(at + 4) ^ before ^ crc(file, at + 20, length - 20));
        Files.write(segment, file.array());
        return;
      }
      at += (length + 7) & -8;
    }
    throw new IllegalStateException("no decision with a mean");
  }

  /// Where the bytes of the mean stand; negative when it is missing or a small whole number. Behind
  /// 25 bytes and seven numbers come key, id and plan, then age, two counts, a sum and the mean.
  private static int mean(ByteBuffer file, int body) {
    int at = body + 25;
    for (int number = 0; number < 7; number++) {
      at += numberLength(file, at);
    }
    for (int text = 0; text < 3; text++) {
      int length = file.getShort(at) & 0xFFFF;
      at += 2 + (length == 0xFFFF ? 0 : length);
      at += text == 1 ? 2 : 0;
    }
    for (int number = 0; number < 4; number++) {
      at += numberLength(file, at);
    }
    int length = numberLength(file, at);
    return length > 1 ? at + 1 : -1;
  }

  /// A first byte below 0xFC is the number itself; else so many bytes follow.
  private static int numberLength(ByteBuffer file, int at) {
    return switch (file.get(at) & 0xFF) {
      case 0xFC -> 3;
      case 0xFD -> 5;
      case 0xFE -> 9;
      default -> 1;
    };
  }

  private static int crc(ByteBuffer file, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(file.slice(from, length));
    return (int) crc.getValue();
  }
}
