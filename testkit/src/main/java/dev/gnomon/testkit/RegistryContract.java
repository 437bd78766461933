package dev.gnomon.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import dev.gnomon.core.BadInput;
import dev.gnomon.registry.LedgerEntry;
import dev.gnomon.registry.ModelVersion;
import dev.gnomon.registry.Registry;
import dev.gnomon.registry.spi.RegistryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
}
