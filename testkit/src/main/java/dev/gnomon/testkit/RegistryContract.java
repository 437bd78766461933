package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.core.BadInput;
import dev.gnomon.core.Refusal;
import dev.gnomon.registry.ControlChange;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.LedgerState;
import dev.gnomon.registry.Made;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Promotions;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.spi.RegistryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every registry store must do, seen through [Registry]. A test class extends it and opens an
/// empty store.
@SuppressWarnings("NullAway.Init") // the registry is opened before each test
public abstract class RegistryContract {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  protected final SettableClock clock = new SettableClock(NOON);
  protected Registry registry;

  /// An empty store.
  protected abstract RegistryStore openEmpty() throws Exception;

  @BeforeEach
  void openRegistry() throws Exception {
    registry = new Registry(openEmpty(), clock);
  }

  @AfterEach
  void closeRegistry() {
    registry.close();
  }

  protected static String hash(int i) {
    return "%064x".formatted(i);
  }

  protected ModelVersion register(String useCase, int bundle) {
    return registry.register(useCase, hash(bundle), true, "{\"bundle\":" + bundle + "}", "test");
  }

  @Test
  void countsVersionsPerUseCaseFromOne() {
    assertThat(register("churn", 10).version()).isEqualTo(1);
    clock.advance(Duration.ofSeconds(1));
    ModelVersion second = registry.register("churn", hash(11), false, "{}", "test");
    assertThat(second)
        .isEqualTo(new ModelVersion("churn", 2, hash(11), NOON.plusSeconds(1), false, "{}"));
    assertThat(register("fraud", 10).version()).isEqualTo(1);
    assertThat(registry.versions("churn")).extracting(ModelVersion::version).containsExactly(1, 2);
    assertThat(registry.version("churn", 2)).contains(second);
    assertThat(registry.version("churn", 3)).isEmpty();
    assertThat(registry.versions("unknown")).isEmpty();
    assertThat(registry.useCases()).containsExactly("churn", "fraud");
  }

  @Test
  void theSameBundleIsTheSameVersion() {
    ModelVersion first = register("churn", 10);
    register("churn", 11);
    clock.advance(Duration.ofDays(1));
    assertThat(register("churn", 10)).isEqualTo(first);
    assertThat(registry.ledger(0, 100)).hasSize(2);
  }

  @Test
  void anAliasMovesAndItsPastStaysKnown() {
    register("churn", 1);
    register("churn", 2);
    assertThat(registry.alias("churn", "champion")).isEmpty();
    clock.set(NOON.plusSeconds(10));
    assertThat(registry.setAlias("churn", "champion", 1, "ada", "first")).isEmpty();
    clock.set(NOON.plusSeconds(20));
    assertThat(registry.setAlias("churn", "champion", 2, "ada", "better"))
        .map(ModelVersion::version)
        .contains(1);
    clock.set(NOON.plusSeconds(30));
    assertThat(registry.removeAlias("churn", "champion", "bob", "recalled"))
        .map(ModelVersion::version)
        .contains(2);

    assertThat(registry.alias("churn", "champion")).isEmpty();
    assertThat(aliasAt(9)).isEmpty();
    assertThat(aliasAt(10)).contains(1);
    assertThat(aliasAt(19)).contains(1);
    assertThat(aliasAt(20)).contains(2);
    assertThat(aliasAt(30)).isEmpty();
    assertThat(registry.aliasHistory("churn", "champion"))
        .extracting(LedgerEntry::content, LedgerEntry::who, LedgerEntry::why)
        .containsExactly(
            tuple("1", "ada", "first"), tuple("2", "ada", "better"), tuple("", "bob", "recalled"));
  }

  private Optional<Integer> aliasAt(int seconds) {
    return registry
        .aliasAt("churn", "champion", NOON.plusSeconds(seconds))
        .map(ModelVersion::version);
  }

  @Test
  void aliasesAreListedByName() {
    ModelVersion one = register("churn", 1);
    ModelVersion two = register("churn", 2);
    registry.setAlias("churn", "champion", 1, "ada", "");
    registry.setAlias("churn", "challenger", 2, "ada", "");
    registry.setAlias("churn", "old", 1, "ada", "");
    registry.removeAlias("churn", "old", "ada", "");
    assertThat(registry.aliases("churn"))
        .containsExactly(entry("challenger", two), entry("champion", one));
  }

  @Test
  void aRepeatedChangeChangesNothing() {
    register("churn", 1);
    registry.setAlias("churn", "champion", 1, "ada", "first");
    registry.setAlias("churn", "champion", 1, "ada", "again");
    registry.removeAlias("churn", "challenger", "ada", "there is none");
    assertThat(registry.ledger(0, 100)).hasSize(2);
  }

  @Test
  void anAliasNeedsAVersion() {
    register("churn", 1);
    assertThatThrownBy(() -> registry.setAlias("churn", "champion", 2, "ada", ""))
        .isInstanceOf(BadInput.class)
        .hasMessage("alias 'champion' of 'churn': no version 2; 1 to 1");
    assertThat(registry.ledger(0, 100)).hasSize(1);
  }

  @Test
  void refusesEverythingThatIsWrongAtOnce() {
    assertThatThrownBy(() -> registry.register("Churn!", "beef", true, "{}", "test"))
        .isInstanceOfSatisfying(BadInput.class, e -> assertThat(e.problems()).hasSize(2));
    assertThatThrownBy(() -> registry.record("alias", "churn", "champion", "7", "eve", ""))
        .isInstanceOf(BadInput.class)
        .hasMessageContaining("the registry's own");
  }

  @Test
  void theLedgerIsAChainInOrderEvenIfTheClockGoesBack() {
    register("churn", 1);
    clock.set(NOON.minusSeconds(3600));
    registry.setAlias("churn", "champion", 1, "ada", "quote ' and \n line, ü");
    LedgerEntry own =
        registry.record("erasure", "churn", "key 5f", "{\"sets\":[]}", "dpo", "asked");
    assertThat(own.at()).isEqualTo(NOON);
    assertThat(registry.ledger(0, 100))
        .extracting(LedgerEntry::sequence, LedgerEntry::kind)
        .containsExactly(tuple(1L, "register"), tuple(2L, "alias"), tuple(3L, "erasure"));
    assertThat(registry.ledger(1, 1)).extracting(LedgerEntry::sequence).containsExactly(2L);
    assertThat(registry.verifyLedger().problem()).isEmpty();
    assertThat(registry.verifyLedger().entries()).isEqualTo(3);
    assertThat(registry.verifyLedger().head()).isEqualTo(own.hash());
  }

  @Test
  void aLongLedgerIsReadInPages() {
    for (int i = 0; i < 1_001; i++) {
      registry.record("note", "churn", "x", Integer.toString(i), "test", "");
    }
    assertThat(registry.verifyLedger().entries()).isEqualTo(1_001);
    assertThat(registry.verifyLedger().intact()).isTrue();
  }

  @Test
  void manyThreadsRegisterWithoutAGapAndTheChainHolds() throws Exception {
    List<Callable<ModelVersion>> tasks = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int bundle = i / 2; // each twice
      tasks.add(() -> register("churn", bundle));
    }
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (Future<ModelVersion> done : threads.invokeAll(tasks)) {
        assertThat(registry.version("churn", done.get().version())).contains(done.get());
      }
    }
    assertThat(registry.versions("churn")).hasSize(32);
    assertThat(registry.versions("churn").getLast().version()).isEqualTo(32);
    assertThat(registry.verifyLedger().problem()).isEmpty();
  }

  private static final Promotions.Actor RELEASER = new Promotions.Actor("ada", false);

  @Test
  void aVersionThatPassedBecomesChampionAndARollbackGoesBackStepByStep() {
    for (int i = 1; i <= 3; i++) {
      register("churn", i);
      registry.promotions().promote("churn", i, RELEASER, false, "better");
    }
    assertThat(champion()).isEqualTo(3);
    assertThat(registry.promotions().rollback("churn", "bob", "complaints").version().version())
        .isEqualTo(2);
    assertThat(registry.promotions().rollback("churn", "bob", "still").version().version())
        .isEqualTo(1);
    assertThatThrownBy(() -> registry.promotions().rollback("churn", "bob", ""))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("no version was champion before version 1");
    registry.promotions().promote("churn", 3, RELEASER, false, "mended");
    assertThat(registry.promotions().rollback("churn", "bob", "").version().version()).isEqualTo(1);
    assertThat(registry.ledger(0, 1_000, "churn", "rollback"))
        .extracting(LedgerEntry::subject, LedgerEntry::content, LedgerEntry::why)
        .containsExactly(
            tuple("3", "{\"to\":2}", "complaints"),
            tuple("2", "{\"to\":1}", "still"),
            tuple("3", "{\"to\":1}", ""));
    assertThat(registry.verifyLedger().problem()).isEmpty();
  }

  @Test
  void promotingTheChampionAgainChangesNothing() {
    register("churn", 1);
    registry.promotions().promote("churn", 1, RELEASER, false, "");
    long entries = registry.verifyLedger().entries();
    registry.promotions().promote("churn", 1, RELEASER, false, "again");
    assertThat(registry.verifyLedger().entries()).isEqualTo(entries);
  }

  @Test
  void aFailedGateIsOverriddenOnlyByAnAdminWhoSaysWhy() {
    registry.register(
        "churn",
        hash(1),
        false,
        "{\"gates\":[{\"name\":\"roc-auc\",\"passed\":false},{\"name\":\"cost\",\"passed\":true}]}",
        "test");
    Promotions promotions = registry.promotions();
    assertThatThrownBy(() -> promotions.promote("churn", 1, RELEASER, false, "please"))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("gate 'roc-auc' said no");
    assertThatThrownBy(() -> promotions.promote("churn", 1, RELEASER, true, ""))
        .isInstanceOfSatisfying(Refusal.class, e -> assertThat(e.reasons()).hasSize(2));
    assertThat(registry.ledger(0, 100)).hasSize(1);
    promotions.promote("churn", 1, new Promotions.Actor("root", true), true, "outage");
    assertThat(champion()).isEqualTo(1);
    assertThat(registry.ledger(0, 100, "churn", "gate-override"))
        .extracting(LedgerEntry::who, LedgerEntry::why, LedgerEntry::content)
        .containsExactly(tuple("root", "outage", "{\"gates\":[\"roc-auc\"]}"));
  }

  @Test
  void whereASecondPersonIsRequiredTheOneWhoAsksCanNotApprove() {
    register("churn", 1);
    register("churn", 2);
    Promotions promotions = registry.promotions();
    promotions.promote("churn", 1, RELEASER, false, "first");
    promotions.rule("churn", true, "up");
    promotions.rule("churn", true, "up");
    assertThat(registry.ledger(0, 100, "churn", "release-rule")).hasSize(1);

    assertThatThrownBy(() -> promotions.approve("churn", 2, "bob", ""))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("nobody asked");
    assertThat(promotions.promote("churn", 2, RELEASER, false, "better"))
        .isInstanceOf(Promotions.Outcome.Waiting.class);
    assertThat(champion()).isEqualTo(1);
    assertThatThrownBy(() -> promotions.approve("churn", 2, "ada", ""))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("'ada' asked for it and can't approve it");
    promotions.reject("churn", 2, "bob", "not yet");
    assertThatThrownBy(() -> promotions.approve("churn", 2, "cyd", ""))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("rejected");
    assertThat(promotions.promote("churn", 2, RELEASER, false, "now"))
        .isInstanceOf(Promotions.Outcome.Waiting.class);
    promotions.approve("churn", 2, "bob", "reviewed");
    assertThat(champion()).as("an approval moves nothing").isEqualTo(1);
    promotions.promote("churn", 2, RELEASER, false, "go");
    assertThat(champion()).isEqualTo(2);

    promotions.rollback("churn", "ada", "back");
    assertThat(champion()).isEqualTo(1);
    assertThat(promotions.promote("churn", 2, RELEASER, false, "again"))
        .as("an approval is for one way")
        .isInstanceOf(Promotions.Outcome.Waiting.class);
    assertThat(champion()).isEqualTo(1);
    assertThat(registry.verifyLedger().problem()).isEmpty();
  }

  @Test
  void anAnswerToOneselfCountsNoMoreOnceASecondPersonIsRequired() {
    register("churn", 1);
    Promotions promotions = registry.promotions();
    promotions.request("churn", 1, "ada", "");
    promotions.approve("churn", 1, "ada", "");
    promotions.rule("churn", true, "up");
    assertThat(promotions.promote("churn", 1, RELEASER, false, ""))
        .isInstanceOf(Promotions.Outcome.Waiting.class);
    assertThat(registry.alias("churn", "champion")).isEmpty();
  }

  private int champion() {
    return registry.alias("churn", "champion").orElseThrow().version();
  }

  @Test
  void whatDecidedAtAnInstantIsWhatWasDoneUntilThen() {
    LedgerHistory history = new LedgerHistory(registry, clock, 20_260_301);
    for (int i = 0; i < 1_000; i++) {
      history.change();
    }
    List<LedgerEntry> all = registry.ledger(0, 100_000);
    assertThat(all.size()).isGreaterThan(1_000);
    for (int i = 0; i < 1_000; i++) {
      Instant at = history.someInstant();
      LedgerState found = registry.stateAt(at);
      assertThat(history.view(found)).as("at %s", at).isEqualTo(history.at(at));
      assertThat(found).as("at %s", at).isEqualTo(LedgerState.at(all, at));
    }
    assertThat(registry.verifyLedger().problem()).isEmpty();
  }

  @Test
  void aListIsOfAUseCaseOrAKind() {
    register("churn", 1);
    register("fraud", 1);
    registry.setAlias("fraud", "champion", 1, "ada", "");
    assertThat(registry.ledger(0, 10, "fraud", null))
        .extracting(LedgerEntry::sequence)
        .containsExactly(2L, 3L);
    assertThat(registry.ledger(2, 10, null, "register")).isEmpty();
    assertThat(registry.ledger(0, 1, null, "register"))
        .extracting(LedgerEntry::useCase)
        .containsExactly("churn");
    assertThat(registry.ledger(0, 10, "fraud'; DROP TABLE ledger; --", null)).isEmpty();
  }

  @Test
  void everyKindIsReadAsItWasWritten() {
    Made made = new Made("d", "p", "f", Map.of("customers", "v"));
    List<ControlChange> changes =
        List.of(
            new ControlChange.Registered(3, hash(3), true, Optional.of(made)),
            new ControlChange.Registered(3, hash(3), false, Optional.empty()),
            new ControlChange.AliasMoved("champion", OptionalInt.of(2)),
            new ControlChange.AliasMoved("champion", OptionalInt.empty()),
            new ControlChange.StageMoved(2, "Staging"),
            new ControlChange.Approval(2, ControlChange.Approval.State.REJECTED, "ada"),
            new ControlChange.GateOverridden(2, List.of("roc-auc")),
            new ControlChange.Promoted(2, OptionalInt.of(1)),
            new ControlChange.Promoted(2, OptionalInt.empty()),
            new ControlChange.RolledBack(2, 1),
            new ControlChange.ReleaseRule(true),
            new ControlChange.Defined(
                "n", "d", "p", "f", Map.of("v", "h"), Map.of("champion", "all")),
            new ControlChange.Served("n", true),
            new ControlChange.Permitted(
                "t1", "active", "shop", "editor", true, List.of("churn"), Optional.of("2027")),
            new ControlChange.Permitted(
                "t1", "revoked", "shop", "admin", false, List.of(), Optional.empty()),
            new ControlChange.Described(2, "words"),
            new ControlChange.Tagged(2, "a/b", Optional.of("x")),
            new ControlChange.Tagged(0, "a", Optional.empty()),
            new ControlChange.Erased("5f", "{}"),
            new ControlChange.Other("note", "x", "no json"));
    for (ControlChange change : changes) {
      LedgerEntry entry =
          new LedgerEntry(
              1, NOON, change.kind(), "churn", change.subject(), change.content(), "", "", hash(0));
      assertThat(ControlChange.of(entry)).isEqualTo(change);
    }
    LedgerEntry odd = new LedgerEntry(1, NOON, "stage", "churn", "x", "[", "", "", hash(0));
    assertThat(ControlChange.of(odd)).isInstanceOf(ControlChange.Other.class);
  }
}
