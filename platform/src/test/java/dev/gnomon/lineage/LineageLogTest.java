package dev.gnomon.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.gnomon.core.Home;
import dev.gnomon.core.usecase.UseCase;
import dev.gnomon.core.usecase.UseCaseReader;
import dev.gnomon.data.CheckResult;
import dev.gnomon.data.DataReport;
import dev.gnomon.data.SourceReport;
import dev.gnomon.features.FeaturePlan;
import dev.gnomon.schema.Field;
import dev.gnomon.schema.Schema;
import dev.gnomon.schema.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LineageLogTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-03-01T12:00:00Z"));
  private static final String HASH = "ab12".repeat(16);

  @TempDir Path folder;
  private final AtomicLong ids = new AtomicLong();
  private final List<String> warnings = new ArrayList<>();

  private Home home() {
    return new Home(folder.resolve(".gnomon"));
  }

  private LineageLog log(LineageSettings settings) {
    return new LineageLog(
        home(), settings, CLOCK, () -> new UUID(7, ids.incrementAndGet()), warnings::add);
  }

  private static LineageSettings to(Optional<URI> endpoint) {
    return new LineageSettings("shop", endpoint, Optional.of("secret"), "broker:9092");
  }

  private List<JsonNode> kept() throws Exception {
    List<JsonNode> events = new ArrayList<>();
    for (String line : Files.readAllLines(home().lineage().resolve("2026-03-01.ndjson"))) {
      events.add(JsonMapper.shared().readTree(line));
    }
    return events;
  }

  /// A plan over two sources: a file with a topic, and a state.
  private FeaturePlan plan() {
    UseCase useCase =
        UseCaseReader.parse(
            """
            gnomon: 1
            name: churn
            frame:
              task: binary
              entity: customer
              observe: {every: 7d, from: 2024-02-01, to: 2024-04-20, population: {source: customers}}
              target: {event: left, within: 7d}
            data:
              sources:
                customers: {kind: state, path: customers.csv, key: customer, event-time: since}
                logins: {kind: events, path: "logins/*.csv", key: customer, event-time: at, columns: {hours: minutes / 60}}
                left: {kind: events, path: left.csv, key: customer, event-time: at}
            features:
              customers: {columns: [plan]}
              logins:
                - {sum: minutes, windows: [30d], where: "device = 'tv'", as: tv}
                - {mean: hours, windows: [30d]}
              derived: {twice: tv_30d * 2}
            """,
            folder.resolve("usecase.yaml"));
    Field customer = new Field("customer", Type.TEXT);
    return FeaturePlan.compile(
        useCase,
        Map.of(
            "customers",
            new Schema(
                List.of(customer, new Field("since", Type.TIME), new Field("plan", Type.TEXT))),
            "logins",
            new Schema(
                List.of(
                    customer,
                    new Field("at", Type.TIME),
                    new Field("minutes", Type.NUMBER),
                    new Field("device", Type.TEXT),
                    new Field("hours", Type.NUMBER))),
            "left",
            new Schema(List.of(customer, new Field("at", Type.TIME)))));
  }

  private static DataReport report() {
    SourceReport logins =
        new SourceReport(
            "logins",
            120,
            0,
            3,
            0,
            3,
            Optional.empty(),
            Optional.empty(),
            40,
            Optional.empty(),
            0,
            0,
            0,
            0,
            Map.of(),
            List.of(
                new CheckResult(
                    "minutes between 0 and 1440",
                    dev.gnomon.core.usecase.Check.OnFailure.WARN,
                    4,
                    120,
                    2,
                    List.of(),
                    "",
                    false)),
            Optional.empty());
    return new DataReport("churn", List.of(logins), List.of());
  }

  @Test
  void writesEventsWithAllThatTheStandardRequires() throws Exception {
    FeaturePlan plan = plan();
    LineageSettings settings = to(Optional.empty());
    try (LineageLog log = log(settings)) {
      LineageRun train = log.start("churn.train", Lineage.inputs(plan.useCase(), home(), settings));
      LineageRun part = log.start(train, "churn.train.training_set", List.of());
      part.views(plan.views());
      part.complete(
          Lineage.inputs(plan, report(), home(), settings),
          List.of(Lineage.trainingSet(plan, HASH, 17, home(), settings)));
      train.complete(List.of(), List.of(Lineage.model(plan.useCase(), 3, HASH, settings)));
      train.fail("said twice");
    }
    List<JsonNode> events = kept();
    events.forEach(SpecChecks::runEvent);
    assertThat(events)
        .extracting(e -> e.path("eventType").asString())
        .containsExactly("START", "START", "COMPLETE", "COMPLETE");
    assertThat(events.get(1).at("/run/facets/parent/run/runId").asString())
        .isEqualTo(events.get(0).at("/run/runId").asString())
        .isEqualTo(events.get(3).at("/run/runId").asString());
    assertThat(events.get(1).at("/run/facets/parent/job/name").asString()).isEqualTo("churn.train");

    JsonNode built = events.get(2);
    JsonNode logins = built.path("inputs").get(1);
    assertThat(logins.path("namespace").asString()).isEqualTo("file");
    assertThat(logins.path("name").asString())
        .isEqualTo(folder.toAbsolutePath().normalize() + "/logins/*.csv");
    assertThat(logins.at("/facets/schema/fields").size())
        .as("computed columns left out")
        .isEqualTo(4);
    assertThat(logins.at("/inputFacets/dataQualityMetrics/rowCount").asInt()).isEqualTo(120);
    assertThat(
            logins
                .at("/inputFacets/dataQualityMetrics/columnMetrics/customer/distinctCount")
                .asInt())
        .isEqualTo(40);
    assertThat(logins.at("/inputFacets/dataQualityAssertions/assertions/0/success").asBoolean())
        .isFalse();
    JsonNode set = built.path("outputs").get(0);
    assertThat(set.path("namespace").asString()).isEqualTo("shop");
    assertThat(set.path("name").asString()).isEqualTo("churn.training_set");
    assertThat(set.at("/facets/version/datasetVersion").asString()).isEqualTo(HASH);
    assertThat(set.at("/outputFacets/outputStatistics/rowCount").asInt()).isEqualTo(17);
    JsonNode columns = set.at("/facets/columnLineage/fields");
    assertThat(used(columns, "plan"))
        .containsExactlyInAnyOrder(
            "plan DIRECT IDENTITY", "customer INDIRECT GROUP_BY", "since INDIRECT FILTER");
    assertThat(used(columns, "tv_30d"))
        .containsExactlyInAnyOrder(
            "minutes DIRECT AGGREGATION",
            "device INDIRECT FILTER",
            "customer INDIRECT GROUP_BY",
            "at INDIRECT FILTER");
    assertThat(used(columns, "logins_hours_mean_30d"))
        .contains("minutes DIRECT TRANSFORMATION")
        .noneMatch(field -> field.startsWith("hours"));
    assertThat(used(columns, "twice")).contains("minutes DIRECT TRANSFORMATION");
    assertThat(built.at("/run/facets/gnomon_featureViews/views/0/version").asString())
        .isEqualTo(plan.views().getFirst().hash());
    assertThat(events.get(3).at("/outputs/0/facets/version/datasetVersion").asString())
        .isEqualTo("3-" + HASH);
  }

  @Test
  void writesRunsThatOthersBeganAndEnded() throws Exception {
    LineageSettings settings = to(Optional.empty());
    UUID id = new UUID(9, 9);
    List<Dataset> inputs =
        List.of(
            Lineage.elsewhere("a", "s3://bucket/a/b.csv", "1f", settings),
            Lineage.elsewhere("b", "file:///data/b.csv", "", settings),
            Lineage.elsewhere("c", "", "2f", settings));
    try (LineageLog log = log(settings)) {
      log.beside(() -> log.run(id, "study", null).start(List.of()));
      log.beside(() -> log.run(id, "study", null).complete(inputs, List.of()));
      log.beside(() -> log.run(id, "study", null).fail("why", inputs));
      log.beside(() -> log.run(id, "study", null).abort(inputs));
      log.beside(() -> {
        throw new IllegalStateException("nothing to be told");
      });
      log.beside(() ->
          log.run(new UUID(9, 8), "m.register", log.run(id, "study", null))
              .start(inputs)
              .complete(inputs, List.of(Lineage.model("m", 3, settings))));
    }
    List<JsonNode> events = kept();
    events.forEach(SpecChecks::runEvent);
    assertThat(events)
        .extracting(e -> e.path("eventType").asString())
        .containsExactly("START", "COMPLETE", "FAIL", "ABORT", "START", "COMPLETE");
    assertThat(warnings).singleElement().asString().contains("nothing to be told");
    assertThat(events.get(1).path("inputs").valueStream().map(one -> one.path("name").asString()))
        .containsExactly("a/b.csv", "/data/b.csv", "c");
    assertThat(events.get(5).at("/run/facets/parent/run/runId").asString())
        .isEqualTo(id.toString());
  }

  private static List<String> used(JsonNode columns, String feature) {
    List<String> used = new ArrayList<>();
    for (JsonNode input : columns.path(feature).path("inputFields")) {
      JsonNode how = input.path("transformations").get(0);
      used.add(
          input.path("field").asString()
              + " "
              + how.path("type").asString()
              + " "
              + how.path("subtype").asString());
    }
    return used;
  }

  @Test
  void sendsWhatItKeepsInOrderToWhereTheEnvironmentSays() throws Exception {
    Queue<String> received = new ConcurrentLinkedQueue<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/lineage",
        exchange -> {
          received.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Content-Type")
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(201, -1);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      try (LineageLog log =
          log(
              LineageSettings.of(
                  Map.of("OPENLINEAGE_URL", url, "OPENLINEAGE_API_KEY", "secret")))) {
        log.start("churn.backfill", List.of()).fail("no such file");
      }
    } finally {
      server.stop(0);
    }
    assertThat(warnings).isEmpty();
    List<String> lines = Files.readAllLines(home().lineage().resolve("2026-03-01.ndjson"));
    assertThat(received)
        .containsExactlyElementsOf(
            lines.stream()
                .map(line -> "POST application/json Bearer secret " + line + "\n")
                .toList());
    JsonNode failed = kept().get(1);
    SpecChecks.runEvent(failed);
    assertThat(failed.path("eventType").asString()).isEqualTo("FAIL");
    assertThat(failed.at("/job/namespace").asString()).isEqualTo("gnomon");
    assertThat(failed.at("/run/facets/errorMessage/message").asString()).isEqualTo("no such file");
  }

  @Test
  void warnsOnceAndGoesOnWhenNobodyListensOrTheAddressIsNone() throws Exception {
    URI nobody;
    try (java.net.ServerSocket closed =
        new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = URI.create("http://127.0.0.1:" + closed.getLocalPort() + "/api/v1/lineage");
    }
    try (LineageLog log = log(to(Optional.of(nobody)))) {
      log.start("a", List.of()).complete(List.of(), List.of());
      log.start("b", List.of()).complete(List.of(), List.of());
    }
    assertThat(warnings).singleElement().asString().contains("not sent to " + nobody);
    assertThat(kept()).hasSize(4);

    warnings.clear();
    try (LineageLog log =
        LineageLog.open(
            home(),
            Map.of("OPENLINEAGE_URL", "ftp://somewhere"),
            CLOCK,
            () -> new UUID(7, ids.incrementAndGet()),
            warnings::add)) {
      log.start("c", List.of()).complete(List.of(), List.of());
    }
    assertThat(warnings).singleElement().asString().contains("OPENLINEAGE_URL");
    assertThat(kept()).hasSize(6);
    assertThatThrownBy(() -> LineageSettings.of(Map.of("OPENLINEAGE_URL", "ftp://somewhere")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void warnsOnceWhenTheHomeCannotBeWritten() throws Exception {
    Files.createDirectories(home().root());
    Files.writeString(home().lineage(), "in the way");
    try (LineageLog log = log(to(Optional.empty()))) {
      log.start("a", List.of()).complete(List.of(), List.of());
    }
    assertThat(warnings).singleElement().asString().contains("can't be written");
  }
}
