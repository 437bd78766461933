package dev.gnomon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.serving.ArrivalClock;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What `/metrics` tells of decisions, and that the dashboard asks for nothing else.
class MetricsTest {
  private static final String DECIDE = "/v1/usecases/small/decide";
  private static final Pattern NAME = Pattern.compile("\\b(?:gnomon|jvm|process|system)_\\w+");

  @TempDir private Path folder;

  @SuppressWarnings("NullAway.Init")
  private LiveServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        new LiveServer(
            SmallWorld.write(folder), ArrivalClock.replay(Instant.parse("2024-05-06T00:00:00Z")));
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
    assertThat(server.failures).isEmpty();
  }

  private List<String> scrape() throws Exception {
    HttpResponse<String> answer = server.get("/metrics");
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body().lines().toList();
  }

  /// The value of the one series of a name with all of these labels.
  private static double value(List<String> scraped, String name, String... labels) {
    List<String> found =
        scraped.stream()
            .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
            .filter(line -> List.of(labels).stream().allMatch(line::contains))
            .toList();
    assertThat(found).as("%s %s", name, List.of(labels)).hasSize(1);
    return Double.parseDouble(found.getFirst().substring(found.getFirst().lastIndexOf(' ') + 1));
  }

  @Test
  void countsDecisionsByWhoDecidedAndWhy() throws Exception {
    for (int i = 0; i < 33; i++) {
      assertThat(server.post(DECIDE, "{\"key\":\"k1\"}").statusCode()).isEqualTo(200);
    }
    server.post(DECIDE, "{\"key\":\"k1\",\"id\":\"once\"}");
    server.post(DECIDE, "{\"key\":\"k1\",\"id\":\"once\"}");
    server.post(DECIDE, "{\"kee\":\"k1\"}");
    List<String> scraped = scrape();
    assertThat(
            value(
                scraped,
                "gnomon_decisions_total",
                "usecase=\"small\"",
                "variant=\"fallback\"",
                "cause=\"no version\"",
                "degraded=\"true\""))
        .as("33, and the one with an id once")
        .isEqualTo(34);
    double all =
        scraped.stream()
            .filter(line -> line.startsWith("gnomon_decisions_total{"))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
            .sum();
    assertThat(all).isEqualTo(34);
  }

  @Test
  void timesTheStagesOfOneDecisionInSixteen() throws Exception {
    for (int i = 0; i < 33; i++) {
      server.post(DECIDE, "{\"key\":\"k1\"}");
    }
    List<String> scraped = scrape();
    for (String stage : List.of("features", "score", "log", "answer")) {
      assertThat(
              value(scraped, "gnomon_decide_stage_seconds_count", "stage=\"%s\"".formatted(stage)))
          .as(stage)
          .isBetween(2.0, 4.0); // 3; event loops count over each other
      assertThat(value(scraped, "gnomon_decide_stage_seconds_sum", "stage=\"%s\"".formatted(stage)))
          .isPositive();
    }
  }

  @Test
  void countsWhoWasSentAway() throws Exception {
    assertThat(value(scrape(), "gnomon_access_refused_total")).isZero();
    assertThat(
            server
                .send(
                    java.net.http.HttpRequest.newBuilder(server.uri("/metrics"))
                        .header("Origin", "https://elsewhere.example"))
                .statusCode())
        .isEqualTo(403);
    assertThat(value(scrape(), "gnomon_access_refused_total")).isEqualTo(1);
  }

  @Test
  void theDashboardAsksForNothingElse() throws Exception {
    server.post(DECIDE, "{\"key\":\"k1\"}");
    Set<String> exported =
        scrape().stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));
    JsonNode dashboard =
        JsonMapper.shared().readTree(Files.readString(docs().resolve("grafana/gnomon.json")));
    List<String> asked = new ArrayList<>();
    Set<Integer> ids = new TreeSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").intValue())).as("%s", panel.get("title")).isTrue();
      assertThat(panel.get("title").stringValue()).isNotBlank();
      JsonNode place = panel.get("gridPos");
      assertThat(place.get("x").intValue() + place.get("w").intValue()).isLessThanOrEqualTo(24);
      if (panel.get("type").stringValue().equals("row")) {
        continue;
      }
      assertThat(panel.get("targets")).as("%s", panel.get("title")).isNotEmpty();
      for (JsonNode target : panel.get("targets")) {
        Matcher names = NAME.matcher(target.get("expr").stringValue());
        int before = asked.size();
        while (names.find()) {
          asked.add(names.group());
        }
        assertThat(asked.size()).as("%s", target).isGreaterThan(before);
      }
    }
    for (JsonNode variable : dashboard.get("templating").get("list")) {
      Matcher names = NAME.matcher(variable.path("definition").asString(""));
      while (names.find()) {
        asked.add(names.group());
      }
    }
    assertThat(asked).hasSizeGreaterThan(20);
    assertThat(exported).containsAll(asked);
  }

  @Test
  void thePageNamesOnlyWhatIsThere() throws Exception {
    server.post(DECIDE, "{\"key\":\"k1\"}");
    Set<String> exported =
        scrape().stream()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .collect(Collectors.toCollection(TreeSet::new));
    Matcher names =
        Pattern.compile("`((?:gnomon|jvm|process)_\\w+)")
            .matcher(Files.readString(docs().resolve("how-to/observe.md")));
    List<String> named = new ArrayList<>();
    while (names.find()) {
      named.add(names.group(1));
    }
    assertThat(named).hasSizeGreaterThan(20);
    for (String name : named) {
      assertThat(exported)
          .as(name)
          .anyMatch(one -> one.equals(name) || one.equals(name + "_count"));
    }
  }

  private static Path docs() {
    Path here = Path.of("docs");
    return Files.isDirectory(here) ? here : Path.of("..", "docs");
  }
}
