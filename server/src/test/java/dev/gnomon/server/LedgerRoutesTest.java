package dev.gnomon.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.BundleStore;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.Made;
import dev.gnomon.registry.Registry;
import dev.gnomon.server.security.Role;
import dev.gnomon.server.security.Verdict.Principal;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LedgerRoutesTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final InstantSource clock = now::get;
  private final Registry registry = Registry.open("memory", Map.of(), clock);

  @AfterEach
  void close() {
    registry.close();
  }

  private static Principal caller(String name, Role role, boolean approves, String... useCases) {
    return new Principal(name, role, new TreeSet<>(List.of(useCases)), approves, null);
  }

  private static final Principal ALL = caller("ada", Role.ADMIN, true);

  private JsonNode get(Principal caller, Map<String, String> query) {
    return answer(
        new LedgerRoutes(registry, new BundleStore(directory)).routes().getFirst(),
        new Request(
            "GET",
            "/v1/ledger",
            List.of(),
            query,
            null,
            name -> null,
            new byte[0],
            caller,
            () -> "test"));
  }

  private JsonNode post(Principal caller, String name, String what, String body) {
    Route route =
        new PromotionRoutes(registry)
            .routes().stream()
                .filter(one -> one.pattern().endsWith("/" + what))
                .findFirst()
                .orElseThrow();
    return answer(
        route,
        new Request(
            "POST",
            "/v1/models/" + name + "/" + what,
            List.of(name),
            Map.of(),
            null,
            header -> null,
            body.getBytes(UTF_8),
            caller,
            () -> "test"));
  }

  private static JsonNode answer(Route route, Request request) {
    return JsonMapper.shared().readTree(route.handler().answer(request).body());
  }

  private void history() {
    Made made = new Made("d1", "p1", "f1", Map.of("logins", "v1"));
    registry.register("churn", "1".repeat(64), true, "{}", Optional.of(made), "train");
    registry.register("fraud", "2".repeat(64), true, "{}", "train");
    registry.record(
        "churn",
        new ControlChange.Defined("n1", "d2", "p2", "f1", Map.of(), Map.of("champion", "all")),
        "ops",
        "");
    registry.record("churn", new ControlChange.Served("n1", true), "ops", "");
    now.set(NOON.plusSeconds(60));
    post(ALL, "churn", "promote", "{\"version\":1,\"why\":\"fïrst\"}");
  }

  @Test
  void saysWhatDecidedAndWhy() {
    history();
    JsonNode before = get(ALL, Map.of("at", "2026-03-01T12:00:59Z")).path("useCases").path(0);
    assertThat(before.path("name").asString("")).isEqualTo("churn");
    assertThat(before.has("version")).as("fallback rules decided").isFalse();
    JsonNode state = get(ALL, Map.of("at", "2026-03-01T13:01:00+01:00", "usecase", "churn"));
    JsonNode churn = state.path("useCases").path(0);
    assertThat(churn.path("version").asInt(0)).isEqualTo(1);
    assertThat(churn.path("bundle").asString("")).isEqualTo("1".repeat(64));
    assertThat(churn.path("policy").asString("")).isEqualTo("p1");
    assertThat(churn.path("features").asString("")).isEqualTo("f1");
    assertThat(churn.path("views").path("logins").asString("")).isEqualTo("v1");
    assertThat(churn.path("who").asString("")).isEqualTo("ada");
    assertThat(churn.path("why").asString("")).isEqualTo("fïrst");
    JsonNode server = churn.path("servers").path(0);
    assertThat(server.path("definition").asString("")).isEqualTo("d2");
    assertThat(server.path("serving").asBoolean(false)).isTrue();
    assertThat(server.path("assignment").path("champion").asString("")).isEqualTo("all");
    assertThat(state.path("chain").path("intact").asBoolean(false)).isTrue();
    assertThat(state.path("chain").path("head").asString(""))
        .isEqualTo(registry.verifyLedger().head());
    churn
        .path("evidence")
        .forEach(entry -> assertThat(hashOf(entry)).isEqualTo(entry.path("hash").asString("")));
    assertThat(churn.path("evidence").size()).isEqualTo(5);
  }

  /// As docs/reference/ledger.md says it, and no other way.
  private static String hashOf(JsonNode entry) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (String field :
          List.of(
              "previous",
              "sequence",
              "at",
              "kind",
              "useCase",
              "subject",
              "content",
              "who",
              "why")) {
        String text =
            field.equals("sequence")
                ? Long.toString(entry.path(field).asLong(0))
                : entry.path(field).asString("");
        byte[] bytes = text.getBytes(UTF_8);
        sha256.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
        sha256.update(bytes);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void listsPageByPageAndTheWholeChainCanBeComputedAnew() {
    history();
    List<JsonNode> all = new ArrayList<>();
    String after = "0";
    while (true) {
      JsonNode page = get(ALL, Map.of("after", after, "limit", "2"));
      page.path("entries").forEach(all::add);
      if (!page.has("next")) {
        break;
      }
      after = Long.toString(page.path("next").asLong(0));
    }
    String previous = "0".repeat(64);
    for (JsonNode entry : all) {
      assertThat(entry.path("previous").asString("")).isEqualTo(previous);
      previous = hashOf(entry);
      assertThat(entry.path("hash").asString("")).isEqualTo(previous);
    }
    assertThat(all).hasSize(6);
    assertThat(previous).isEqualTo(registry.verifyLedger().head());
    assertThat(get(ALL, Map.of("kind", "serving")).path("entries").size()).isEqualTo(1);
  }

  @Test
  void aTokenForOneUseCaseSeesWhatIsAboutIt() {
    history();
    registry.record("token", "", "t1", "{}", "root", "");
    Principal fraud = caller("f", Role.VIEWER, false, "fraud");
    assertThat(get(fraud, Map.of()).path("entries").size()).isEqualTo(1);
    assertThat(get(fraud, Map.of("at", "2027-01-01T00:00:00Z")).path("useCases").isEmpty())
        .isTrue();
    assertThatThrownBy(() -> get(fraud, Map.of("usecase", "churn")))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(403));
  }

  @Test
  void badParametersAreNamed() {
    for (Map<String, String> query :
        List.of(
            Map.of("at", "noon"),
            Map.of("limit", "0"),
            Map.of("limit", "1001"),
            Map.of("after", "-1"),
            Map.of("after", "9".repeat(300)))) {
      assertThatThrownBy(() -> get(ALL, query)).isInstanceOf(BadInput.class);
    }
  }

  @Test
  void twoPeopleReleaseWhereTwoAreRequired() {
    registry.register("churn", "1".repeat(64), true, "{}", "train");
    registry.promotions().rule("churn", true, "up");
    Principal ada = caller("ada", Role.RELEASER, true);
    Principal bob = caller("bob", Role.RELEASER, true);
    Principal cyd = caller("cyd", Role.RELEASER, false);
    assertThat(post(ada, "churn", "promote", "{\"version\":1}").path("state").asString(""))
        .isEqualTo("waiting");
    assertThatThrownBy(() -> post(ada, "churn", "approve", "{\"version\":1}"))
        .isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> post(cyd, "churn", "approve", "{\"version\":1}"))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(403));
    post(bob, "churn", "approve", "{\"version\":1,\"why\":\"read it\"}");
    assertThat(post(ada, "churn", "promote", "{\"version\":1}").path("state").asString(""))
        .isEqualTo("champion");
    assertThatThrownBy(() -> post(ada, "churn", "rollback", ""))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no version was champion before");
  }

  @Test
  void bodiesAreChecked() {
    registry.register("churn", "1".repeat(64), true, "{}", "train");
    for (String body :
        List.of(
            "",
            "[]",
            "{",
            "{\"version\":\"1\"}",
            "{\"version\":0}",
            "{\"version\":1,\"x\":1}",
            "{\"version\":1,\"why\":7}",
            "{\"version\":1,\"override\":\"yes\"}",
            "{\"version\":7}")) {
      assertThatThrownBy(() -> post(ALL, "churn", "promote", body)).isInstanceOf(BadInput.class);
    }
    assertThatThrownBy(() -> post(ALL, "unknown", "promote", "{\"version\":1}"))
        .isInstanceOfSatisfying(HttpProblem.class, e -> assertThat(e.status()).isEqualTo(404));
  }
}
