package dev.gnomon.engines.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.WithBundles;
import dev.gnomon.testkit.SettableClock;
import dev.gnomon.tracking.Caller;
import dev.gnomon.tracking.Page;
import dev.gnomon.tracking.RegisteredModel;
import dev.gnomon.tracking.RegisteredVersion;
import dev.gnomon.tracking.Search;
import dev.gnomon.tracking.Stage;
import dev.gnomon.tracking.Tag;
import dev.gnomon.tracking.Tracking;
import dev.gnomon.tracking.TrackingError;
import dev.gnomon.tracking.View;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // opened before each test
class WithBundlesTest {
  @TempDir Path directory;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
  private Registry registry;
  private WithBundles tracking;

  @BeforeEach
  void open() {
    registry = Registry.open("memory", Map.of(), clock);
    tracking =
        new WithBundles(
            Tracking.open(
                "sqlite", Map.of("path", directory.resolve("tracking.db").toString()), clock),
            registry);
    for (int i = 1; i <= 3; i++) {
      clock.advance(Duration.ofSeconds(1));
      registry.register(
          "churn", hash(i), i != 3, "{\"lineage\":{\"run\":\"r" + i + "\"}}", "train");
    }
    registry.setAlias("churn", "champion", 1, "train", "");
    tracking.createModel("other", "ada", "", List.of());
    tracking.createVersion("other", "runs:/0/m", "ada", null, null, null, "", List.of());
  }

  @AfterEach
  void close() {
    tracking.close();
    registry.close();
  }

  private static String hash(int i) {
    return "%064x".formatted(i);
  }

  private static void refused(ThrowingCallable call, TrackingError.Code code, String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(TrackingError.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  @Test
  void aUseCaseIsARegisteredModel() {
    RegisteredModel model = tracking.model("churn");
    assertThat(model.aliases()).containsExactly(Map.entry("champion", 1));
    assertThat(model.latest())
        .extracting(RegisteredVersion::version, RegisteredVersion::stage)
        .containsExactly(tuple(1, Stage.PRODUCTION), tuple(3, Stage.NONE));
    RegisteredVersion one = tracking.version("churn", 1);
    assertThat(one.source()).isEqualTo("gnomon:/bundles/" + hash(1));
    assertThat(one.tags())
        .containsEntry("gnomon.bundle", hash(1))
        .containsEntry("gnomon.passed", "true");
    assertThat(one.runId()).isEqualTo("r1");
    assertThat(one.user()).isEqualTo("train");
    assertThat(one.aliases()).containsExactly("champion");
    assertThat(tracking.aliased("churn", "champion")).isEqualTo(one);
    assertThat(tracking.downloadUri("churn", 2)).isEqualTo("gnomon:/bundles/" + hash(2));
    refused(
        () -> tracking.version("churn", 9),
        TrackingError.Code.RESOURCE_DOES_NOT_EXIST,
        "Model Version (name=churn, version=9) not found");
    refused(
        () -> tracking.aliased("churn", "nobody"),
        TrackingError.Code.INVALID_PARAMETER_VALUE,
        "Registered model alias nobody not found.");
    assertThat(tracking.version("other", 1).source()).isEqualTo("runs:/0/m");
  }

  @Test
  void whatTrainingMadeStays() {
    List<ThrowingCallable> calls =
        List.of(
            () -> tracking.deleteModel("churn"),
            () -> tracking.renameModel("churn", "x"),
            () -> tracking.deleteVersion("churn", 1),
            () ->
                tracking.createVersion(
                    "churn", "runs:/0/m", "ada", null, null, null, "", List.of()),
            () -> tracking.deleteAlias("churn", "champion", "ada"),
            () -> tracking.setVersionTag("churn", 1, new Tag("gnomon.bundle", "x")));
    calls.forEach(
        call -> refused(call, TrackingError.Code.PERMISSION_DENIED, "'churn' is a use case"));
    refused(
        () -> tracking.createModel("churn", "ada", "", List.of()),
        TrackingError.Code.RESOURCE_ALREADY_EXISTS,
        "Registered Model (name=churn) already exists.");
    refused(
        () -> tracking.renameModel("other", "churn"),
        TrackingError.Code.RESOURCE_ALREADY_EXISTS,
        "churn");
    assertThat(registry.ledger(0, 100)).hasSize(4);
  }

  @Test
  void theWayToChampionGoesByTheGates() {
    tracking.setAlias("churn", "champion", 2, "ada");
    assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(2);
    assertThat(registry.ledger(0, 100, "churn", "promotion"))
        .extracting(LedgerEntry::who)
        .containsExactly("ada");
    refused(
        () -> tracking.setAlias("churn", "champion", 3, "ada"),
        TrackingError.Code.PERMISSION_DENIED,
        "said no");
    registry.promotions().rule("churn", true, "up");
    refused(
        () -> tracking.moveTo("churn", 1, "production", true, "ada"),
        TrackingError.Code.PERMISSION_DENIED,
        "waits for the approval of another person than 'ada'");
    registry.promotions().approve("churn", 1, "bob", "");
    assertThat(tracking.moveTo("churn", 1, "production", true, "ada").stage())
        .isEqualTo(Stage.PRODUCTION);
    assertThat(tracking.version("churn", 2).stage()).isEqualTo(Stage.ARCHIVED);
    assertThat(registry.alias("churn", "champion").orElseThrow().version()).isEqualTo(1);
    refused(
        () -> tracking.moveTo("churn", 1, "Archived", false, "ada"),
        TrackingError.Code.PERMISSION_DENIED,
        "promote another one or roll back");
  }

  @Test
  void otherAliasesAndStagesMoveFreelyAndStandInTheLedger() {
    tracking.setAlias("churn", "challenger", 3, "ada");
    tracking.setAlias("churn", "challenger", 3, "ada");
    tracking.moveTo("churn", 3, "STAGING", false, "ada");
    tracking.moveTo("churn", 2, "Staging", true, "ada");
    assertThat(tracking.version("churn", 3).stage()).isEqualTo(Stage.ARCHIVED);
    assertThat(tracking.latest("churn", List.of("staging")))
        .extracting(RegisteredVersion::version)
        .containsExactly(2);
    tracking.deleteAlias("churn", "challenger", "ada");
    assertThat(registry.ledger(4, 100))
        .extracting(LedgerEntry::kind, LedgerEntry::subject, LedgerEntry::who)
        .containsExactly(
            tuple("alias", "challenger", "ada"),
            tuple("stage", "3", "ada"),
            tuple("stage", "3", "ada"),
            tuple("stage", "2", "ada"),
            tuple("alias", "challenger", "ada"));
    for (String alias : List.of("latest", "v1", "Ünder", "a b")) {
      refused(
          () -> tracking.setAlias("churn", alias, 2, "ada"),
          TrackingError.Code.INVALID_PARAMETER_VALUE,
          "Invalid alias name");
    }
    refused(
        () -> tracking.moveTo("churn", 2, "Live", false, "ada"),
        TrackingError.Code.INVALID_PARAMETER_VALUE,
        "Invalid Model Version stage: Live.");
  }

  @Test
  void wordsAndTagsAreKeptWithWhoChangedThem() {
    Caller.as(
        "ada",
        () -> {
          tracking.describeVersion("churn", 2, "fewer features");
          tracking.describeModel("churn", "who leaves");
          tracking.setVersionTag("churn", 2, new Tag("team/x", "growth"));
          tracking.setVersionTag("churn", 2, new Tag("team/x", "growth"));
          tracking.setModelTag("churn", new Tag("a", "b"));
          tracking.deleteModelTag("churn", "a");
          tracking.deleteModelTag("churn", "a");
          return 0;
        });
    assertThat(tracking.version("churn", 2).description()).isEqualTo("fewer features");
    assertThat(tracking.version("churn", 2).tags()).containsEntry("team/x", "growth");
    assertThat(tracking.model("churn").description()).isEqualTo("who leaves");
    assertThat(tracking.model("churn").tags()).isEmpty();
    assertThat(registry.ledger(4, 100)).hasSize(5);
    assertThat(registry.ledger(4, 100)).extracting(LedgerEntry::who).containsOnly("ada");
    assertThat(registry.verifyLedger().problem()).isEmpty();
  }

  private static <T> List<T> pages(
      Function<Search, Page<T>> find, String filter, List<String> order, int most) {
    List<T> all = new ArrayList<>();
    @Nullable String token = null;
    do {
      Page<T> page = find.apply(new Search(filter, order, View.ACTIVE_ONLY, most, token));
      assertThat(page.items().size()).isLessThanOrEqualTo(most);
      all.addAll(page.items());
      token = page.next();
    } while (token != null && all.size() < 1_000);
    return all;
  }

  @Test
  void searchesFindBothPageByPageInOneOrder() {
    for (String name : List.of("alpha", "beta", "churn2", "zeta")) {
      tracking.createModel(name, "ada", "", List.of());
    }
    for (String name : List.of("bets", "zone")) {
      registry.register(name, hash(9), true, "{}", "train");
    }
    List<String> all = List.of("alpha", "beta", "bets", "churn", "churn2", "other", "zeta", "zone");
    for (int most = 1; most <= 9; most++) {
      assertThat(pages(tracking::searchModels, "", List.of(), most))
          .extracting(RegisteredModel::name)
          .as("pages of %d", most)
          .isEqualTo(all);
      assertThat(pages(tracking::searchModels, "", List.of("name DESC"), most))
          .extracting(RegisteredModel::name)
          .isEqualTo(all.reversed());
      assertThat(pages(tracking::searchModels, "name LIKE 'churn%'", List.of(), most))
          .extracting(RegisteredModel::name)
          .containsExactly("churn", "churn2");
      assertThat(pages(tracking::searchVersions, "", List.of("version_number DESC"), most))
          .extracting(RegisteredVersion::model, RegisteredVersion::version)
          .containsExactly(
              tuple("churn", 3),
              tuple("churn", 2),
              tuple("bets", 1),
              tuple("churn", 1),
              tuple("other", 1),
              tuple("zone", 1));
      assertThat(pages(tracking::searchVersions, "name = 'churn'", List.of(), most)).hasSize(3);
    }
  }
}
